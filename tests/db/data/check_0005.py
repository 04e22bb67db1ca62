"""0005 adds sessions, waiting times, tallies and two indexes beside responses that are there."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0004


def load_before(connection: Connection) -> None:
    """An account, and a response with one answer."""
    connection.execute(
        text("INSERT INTO staff VALUES (1, '张三', 'office', 'argon2', '2026-12-01 01:00:00', NULL)")
    )
    check_0004.load_before(connection)
    check_0004.load_after(connection)


def check_after_upgrade(connection: Connection) -> None:
    """The response is there still, and in no tally yet."""
    _check_response(connection)
    assert connection.execute(text("SELECT count(*) FROM tally")).scalar_one() == 0


def load_after(connection: Connection) -> None:
    """A row in each new table."""
    connection.execute(
        text(
            "INSERT INTO staff_session (token_hash, staff_id, password_mark, started_at, seen_at) "
            "VALUES ('h', 1, 'm', '2026-12-01 01:00:00', '2026-12-01 01:00:00')"
        )
    )
    connection.execute(
        text("INSERT INTO sign_in_failure VALUES ('k', 3, '2026-12-01 01:00:00', '2026-12-01 01:00:30')")
    )
    load_tally(connection)


def load_tally(connection: Connection) -> None:
    """One answer counted, as the tallies were at first."""
    connection.execute(
        text("INSERT INTO tally VALUES (1, 'residents-2021', '451203', '', 'road', '', 's5', 1, 0, 0, 0, 0)")
    )
    connection.execute(text("INSERT INTO tally_mark VALUES (1, 9000000000)"))


def check_after_downgrade(connection: Connection) -> None:
    """The response is there still."""
    _check_response(connection)


def _check_response(connection: Connection) -> None:
    assert connection.execute(text("SELECT status FROM response")).scalar_one() == "complete"
    assert connection.execute(text("SELECT codes FROM answer")).scalar_one() == "s5"
