"""0007 adds what has to be fetched beside what was said."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0004


def load_before(connection: Connection) -> None:
    """A response with its round."""
    check_0004.load_before(connection)
    check_0004.load_after(connection)


def check_after_upgrade(connection: Connection) -> None:
    """It is there still."""
    _check_response(connection)


def load_after(connection: Connection) -> None:
    """A voice that waits, and a kept photo of the response."""
    connection.execute(
        text(
            "INSERT INTO media VALUES"
            " ('k1', 'voice', 'm1', '2026-12-01 03:00:00', 'waiting', 0, '2026-12-01 03:00:00', '', NULL,"
            " NULL, '', NULL, NULL, '', ''),"
            " ('k2', 'photo', '', '2026-12-01 03:00:00', 'kept', 1, '2026-12-01 03:10:00', '', NULL,"
            " 'ab', 'jpg', 1000, 9000000000, 'suggest', '')"
        )
    )


def check_after_downgrade(connection: Connection) -> None:
    """The response is there still."""
    _check_response(connection)


def _check_response(connection: Connection) -> None:
    assert connection.execute(text("SELECT id, status FROM response")).one() == (9000000000, "complete")
