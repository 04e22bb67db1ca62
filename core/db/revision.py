"""
Which migration the database has seen, and which is the newest.

Reads one table and one folder. Alembic itself stays away: a serving process asks this once, and would carry
twelve megabytes about for ever.
"""

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import Connection

FOLDER = Path(__file__).resolve().parent / "migrations"
# Where Alembic keeps the number of the last migration.
TABLE = "alembic_version"


def current(engine: Engine) -> str | None:
    """The number of the last migration the database has seen; None for an empty database."""
    with engine.connect() as connection:
        return current_on(connection)


def current_on(connection: Connection) -> str | None:
    """The same, inside the caller's transaction."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar()  # noqa: S608


def newest() -> str:
    """The number of the last migration this program knows."""
    return max(path.name[:4] for path in (FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly the schema this program needs."""
    return current(engine) == newest()
