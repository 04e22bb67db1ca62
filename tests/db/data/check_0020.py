"""0020 sets responses aside; those that are there count, and the tallies are counted anew."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0004, check_0005


def load_before(connection: Connection) -> None:
    """A response that is in the tally."""
    check_0004.load_before(connection)
    check_0004.load_after(connection)
    check_0005.load_tally(connection)


def check_after_upgrade(connection: Connection) -> None:
    """It is not set aside, and waits to be counted anew."""
    found = connection.execute(text("SELECT status, is_set_aside FROM response")).one()
    assert (found.status, bool(found.is_set_aside)) == ("complete", False)
    _check_nothing_is_counted(connection)


def load_after(connection: Connection) -> None:
    """It is set aside, and counted apart."""
    connection.execute(text("UPDATE response SET is_set_aside = :yes"), {"yes": True})
    connection.execute(text("INSERT INTO quality_mark VALUES (1, 9000000000)"))
    connection.execute(
        text(
            "INSERT INTO quality_change VALUES "
            "(1, 9000000000, :yes, 'too_fast', 'abc', NULL, '', '2026-12-01 03:00:00')"
        ),
        {"yes": True},
    )
    connection.execute(
        text(
            "INSERT INTO tally VALUES "
            "(1, 'residents-2021', '451203', '', 'road', '', 's5', :yes, 1, 0, 0, 0, 0)"
        ),
        {"yes": True},
    )
    connection.execute(text("INSERT INTO tally_mark VALUES (1, 9000000000, 1)"))


def check_after_downgrade(connection: Connection) -> None:
    """The response is there; the tallies wait to be counted anew."""
    assert connection.execute(text("SELECT status FROM response")).scalar_one() == "complete"
    _check_nothing_is_counted(connection)


def _check_nothing_is_counted(connection: Connection) -> None:
    assert connection.execute(text("SELECT count(*) FROM tally")).scalar_one() == 0
    assert connection.execute(text("SELECT count(*) FROM tally_mark")).scalar_one() == 0
