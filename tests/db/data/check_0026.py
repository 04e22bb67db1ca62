"""0026 counts days and endings, and channels apart; all tallies are counted anew."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0004

EMPTY = "SELECT (SELECT count(*) FROM tally) + (SELECT count(*) FROM tally_mark)"


def load_before(connection: Connection) -> None:
    """A response that is in the tally."""
    check_0004.load_before(connection)
    check_0004.load_after(connection)
    connection.execute(
        text(
            "INSERT INTO tally VALUES (1, 'residents-2021', '451203', '', 'q', '', 's5', :no, 1, 0, 0, 0, 0)"
        ),
        {"no": False},
    )
    connection.execute(text("INSERT INTO tally_mark VALUES (1, 9000000000, 1)"))


def check_after_upgrade(connection: Connection) -> None:
    """It is there, and waits to be counted anew."""
    assert connection.execute(text("SELECT status FROM response")).scalar_one() == "complete"
    assert connection.execute(text(EMPTY)).scalar_one() == 0


def load_after(connection: Connection) -> None:
    """It is in all of the tallies."""
    for row in (
        "tally VALUES (1, 'residents-2021', '451203', '', 'q', '', 's5', 'wechat', :no, 1, 0, 0, 0, 0)",
        "ended_tally VALUES (1, 'residents-2021', '451203', '', 'wechat', 'complete', :no, 1)",
        "day_tally VALUES (1, 'residents-2021', '', 'q', '2026-12-01', 's5', 'wechat', :no, 1)",
    ):
        connection.execute(text(f"INSERT INTO {row}"), {"no": False})
    connection.execute(text("INSERT INTO tally_mark VALUES (1, 9000000000, 1)"))


def check_after_downgrade(connection: Connection) -> None:
    """The response is there, and waits to be counted anew."""
    check_after_upgrade(connection)
