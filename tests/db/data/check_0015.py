"""0015 adds the ballot's tables beside a round, and one slip is there once."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

ROUND = (
    "INSERT INTO round (id, name, state, opens_at, closes_at, created_at, account_key) VALUES"
    " (1, '领导评价', 'open', '2026-12-01 00:00:00', '2026-12-31 00:00:00', '2026-11-30 00:00:00', :key)"
)
SLIP = text("INSERT INTO ballot_slip (hash, round_id, used) VALUES ('h', 1, :used)")


def load_before(connection: Connection) -> None:
    """A round."""
    connection.execute(text(ROUND), {"key": b"wrapped"})


def check_after_upgrade(connection: Connection) -> None:
    """It is there still."""
    assert connection.execute(text("SELECT name FROM round")).scalar_one() == "领导评价"


def load_after(connection: Connection) -> None:
    """A slip; the same hash again is refused."""
    connection.execute(SLIP, {"used": False})
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(SLIP, {"used": True})


def check_after_downgrade(connection: Connection) -> None:
    """The round is there still."""
    assert connection.execute(text("SELECT count(*) FROM round")).scalar_one() == 1
