"""0028 adds indexes beside the responses and opinions that are there."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0018


def load_before(connection: Connection) -> None:
    """A response and an opinion in it."""
    check_0018.load_before(connection)
    connection.execute(text(check_0018.OPINION), {"id": 1})


def check_after_upgrade(connection: Connection) -> None:
    """Both are there still."""
    assert connection.execute(text("SELECT count(*) FROM response WHERE round_id = 1")).scalar_one() == 1
    assert connection.execute(text("SELECT id FROM opinion")).scalars().all() == [1]


def load_after(connection: Connection) -> None:
    """The response is broken off now."""
    connection.execute(text("UPDATE response SET status = 'break_off'"))


def check_after_downgrade(connection: Connection) -> None:
    """Both are there still."""
    check_after_upgrade(connection)
