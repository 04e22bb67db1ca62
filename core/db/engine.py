"""
Opening the database, the same way for every program of ours.

A commit is durable when it returns: SQLite in WAL mode with `synchronous=FULL`, PostgreSQL with
`synchronous_commit=on`. On SQLite a writing transaction takes the write lock at its start
(`BEGIN IMMEDIATE`), so it can never fail half-way for want of it. Errors of the database hide the values
that were bound: they end in logs, and the values are people's words.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url

# How long a writer waits for another process's transaction before it gives up.
SQLITE_BUSY_MILLISECONDS = 20_000
POOL_SIZE = 10
# SQLite reads what it knows of the rows (`statistics`) when a connection is opened.
SQLITE_REOPEN_SECONDS = 3_600


def open_engine(url: str | URL, *, pool_size: int = POOL_SIZE) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…`; makes the folder of a SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(
        parsed,
        pool_size=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": "-c synchronous_commit=on -c timezone=UTC"},
    )


def _open_sqlite(url: URL) -> Engine:
    reopened: dict[str, Any] = {}
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        reopened = {"pool_recycle": SQLITE_REOPEN_SECONDS}
    engine = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True, **reopened)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own BEGIN is switched off; `_begin` below says which kind we want.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={SQLITE_BUSY_MILLISECONDS}",
            "cache_size=-16000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
