"""
How far a table of counters goes: one row that names the last thing counted.

Whoever counts what came behind the mark moves the mark in the transaction that adds to the counters. Only one
worker can move it from where it was seen, so nothing counts twice.
"""

from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

ONLY_ROW = 1


def read_mark(connection: Connection, table: Any) -> int:
    """Where the mark stands; 0 before anything was counted."""
    return connection.scalar(select(table.upto)) or 0


def move_mark(connection: Connection, table: Any, seen: int, upto: int) -> bool:
    """Move the mark on; False when it is no longer where it was seen."""
    if seen:
        moved: Any = update(table).where(table.id == ONLY_ROW, table.upto == seen).values(upto=upto)
    else:
        fresh = upserting(connection)(table).values(id=ONLY_ROW, upto=upto)
        moved = fresh.on_conflict_do_nothing(index_elements=[table.id])
    # The drivers do not agree on how many rows an INSERT that met a conflict has touched.
    return connection.execute(moved.returning(table.id)).first() is not None


def upserting(connection: Connection) -> Any:
    """The INSERT of this kind of database that can say what to do when the row is there."""
    return {"sqlite": sqlite_insert, "postgresql": postgresql_insert}.get(connection.dialect.name, insert)
