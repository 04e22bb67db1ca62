"""
One at a time puts files in place or deletes them, together with the rows that say so.

Else a sweep that finds no row for a file could delete it in the moment between its arrival and the commit
of its row. Held for milliseconds: files are written before, only their names change inside.
"""

from sqlalchemy import Connection, text

# Any number that no other advisory lock of the program uses.
_LOCK_NUMBER = 7_021_986


def lock_files(connection: Connection) -> None:
    """Hold the lock until the transaction ends. On SQLite a writing transaction is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
