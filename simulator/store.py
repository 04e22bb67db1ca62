"""
The simulator's memory: one small SQLite database, in a file or in memory.

Only statements go through here; what they mean is the callers' business. One connection behind one lock, held
for a statement or a `together` block and never while anything waits for the network. Times are Unix seconds.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS phone (
    openid TEXT PRIMARY KEY, name TEXT NOT NULL, colour INTEGER NOT NULL, created_at REAL NOT NULL,
    following INTEGER NOT NULL, followed_at REAL, scene TEXT, source TEXT NOT NULL, remark TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT, openid TEXT NOT NULL, at REAL NOT NULL,
    sender TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS message_by_phone ON message (openid, id);
CREATE TABLE IF NOT EXISTS exchange (
    id INTEGER PRIMARY KEY AUTOINCREMENT, openid TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS exchange_by_phone ON exchange (openid, id);
CREATE TABLE IF NOT EXISTS token (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, issued_at REAL NOT NULL,
    expires_at REAL NOT NULL, dies_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS code (
    key TEXT PRIMARY KEY, ticket TEXT NOT NULL UNIQUE, scene TEXT NOT NULL,
    permanent INTEGER NOT NULL, by_api INTEGER NOT NULL, expires_at REAL);
CREATE INDEX IF NOT EXISTS code_by_scene ON code (scene);
CREATE TABLE IF NOT EXISTS media (
    media_id TEXT PRIMARY KEY, kind TEXT NOT NULL, content_type TEXT NOT NULL, name TEXT NOT NULL,
    content BLOB NOT NULL, playable BLOB, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS send_window (
    openid TEXT NOT NULL, cause TEXT NOT NULL, closes_at REAL NOT NULL, sends_left INTEGER NOT NULL,
    PRIMARY KEY (openid, cause));
CREATE TABLE IF NOT EXISTS usage (
    period TEXT NOT NULL, path TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (period, path));
CREATE TABLE IF NOT EXISTS template_message (
    id INTEGER PRIMARY KEY, openid TEXT NOT NULL, client_msg_id TEXT, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS template_message_by_client_id ON template_message (openid, client_msg_id);
CREATE TABLE IF NOT EXISTS consent (
    openid TEXT NOT NULL, template_id TEXT NOT NULL, sends_left INTEGER NOT NULL,
    PRIMARY KEY (openid, template_id));
CREATE TABLE IF NOT EXISTS sign_in (
    code TEXT PRIMARY KEY, openid TEXT NOT NULL, is_snapshot INTEGER NOT NULL,
    made_at REAL NOT NULL, used INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refusal (
    rid TEXT PRIMARY KEY, at REAL NOT NULL, url TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Store:
    """Statements on the simulator's database. Safe to use from many threads."""

    def __init__(self, directory: Path | None) -> None:
        """Open `simulator.db` in `directory`, made if missing; None keeps everything in memory."""
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
        path = ":memory:" if directory is None else str(directory / "simulator.db")
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=10, cached_statements=256
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Losing the last simulated second in a power cut is no harm.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database; nothing may be asked of it afterwards."""
        with self._lock:
            self._connection.close()

    def rows(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, *values: object) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
            return found

    def value(self, statement: str, *values: object) -> Any:
        """The first column of the first row; the query must have one."""
        found = self.row(statement, *values)
        if found is None:
            raise LookupError(f"no row: {statement}")
        return found[0]

    def change(self, statement: str, *values: object) -> int:
        """Run a statement that writes; returns how many rows it touched."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    def insert(self, statement: str, *values: object) -> int:
        """Run an INSERT; returns the new row's id."""
        with self._lock:
            return self._connection.execute(statement, values).lastrowid or 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """All statements inside, or none of them."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
