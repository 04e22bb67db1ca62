"""0029 brings the roster's names and ticks over; names that were encrypted since do not go back."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0015

INVITED = text("INSERT INTO ballot_roster (round_id, name, took_part) VALUES (1, :name, :took_part)")


def load_before(connection: Connection) -> None:
    """Two are invited; one said that they took part."""
    check_0015.load_before(connection)
    connection.execute(
        INVITED, [{"name": "市财政局", "took_part": True}, {"name": "覃大山", "took_part": False}]
    )


def check_after_upgrade(connection: Connection) -> None:
    """Both are there, under keys of their own."""
    rows = connection.execute(text("SELECT key, name, took_part FROM ballot_roster")).all()
    assert {(bytes(row.name).decode(), bool(row.took_part)) for row in rows} == {
        ("市财政局", True),
        ("覃大山", False),
    }
    assert len({row.key for row in rows}) == 2


def load_after(connection: Connection) -> None:
    """One of them is encrypted by the command."""
    sealed = text("UPDATE ballot_roster SET name = :sealed WHERE name = :name")
    connection.execute(sealed, {"sealed": b"gAAAAAsealed", "name": "覃大山".encode()})


def check_after_downgrade(connection: Connection) -> None:
    """The one that is not encrypted yet is there still."""
    rows = connection.execute(text("SELECT name, took_part FROM ballot_roster")).all()
    assert [(row.name, bool(row.took_part)) for row in rows] == [("市财政局", True)]
