"""The declarative base all tables hang on, with constraint names that migrations can rely on."""

from typing import Any

from sqlalchemy import Index, MetaData, TextClause
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


def partial_index(name: str, *columns: str, where: TextClause) -> Index:
    """
    An index of those rows alone that `where` is true of.

    SQLite uses it for a query only if that says the same in the very same words, not by a parameter.
    """
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def unindexed(column: Any) -> Any:
    """
    The same text, which the database looks for in no index.

    For a list that is read in its own order until a page is full: a database that cannot know that it soon
    will be takes the index of a narrowing column, and sorts all that it finds there.
    """
    return column + ""
