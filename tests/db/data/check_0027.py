"""0027 adds the words' index beside the opinions that are there."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0018


def load_before(connection: Connection) -> None:
    """One opinion."""
    check_0018.load_before(connection)
    connection.execute(text(check_0018.OPINION), {"id": 1})


def check_after_upgrade(connection: Connection) -> None:
    """It is there still, and in no index yet."""
    assert connection.execute(text("SELECT id FROM opinion")).scalars().all() == [1]
    assert connection.execute(text("SELECT count(*) FROM opinion_words")).scalar_one() == 0


def load_after(connection: Connection) -> None:
    """Its words; what is found goes with the row on both kinds of database."""
    connection.execute(text("INSERT INTO opinion_words VALUES (1, 'aaaabbbb')"))
    if connection.dialect.name == "sqlite":
        found = text("SELECT rowid FROM opinion_words_index WHERE opinion_words_index MATCH 'aaaabbbb'")
    else:
        found = text("SELECT opinion_id FROM opinion_words WHERE grams @@ 'aaaabbbb'")
    assert connection.execute(found).scalars().all() == [1]
    connection.execute(text("DELETE FROM opinion_words"))
    assert connection.execute(found).scalars().all() == []
    connection.execute(text("INSERT INTO opinion_words VALUES (1, 'aaaabbbb')"))


def check_after_downgrade(connection: Connection) -> None:
    """The opinion is there still."""
    assert connection.execute(text("SELECT id FROM opinion")).scalars().all() == [1]
