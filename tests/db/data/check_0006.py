"""0006 adds the access token beside what was said."""

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
    """A token that is usable, and a lease that has lapsed."""
    connection.execute(
        text("INSERT INTO access_token VALUES ('wx1', 'token', '2026-12-01 03:00:00', '', NULL)")
    )


def check_after_downgrade(connection: Connection) -> None:
    """The token is gone, the response is not."""
    _check_response(connection)


def _check_response(connection: Connection) -> None:
    assert connection.execute(text("SELECT id, status FROM response")).one() == (9000000000, "complete")
