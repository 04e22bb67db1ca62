"""
What SQLite knows of how rows are spread, by which it chooses between indexes: kept up by the worker.

Without it a list of a year's responses takes a second where it could take a tenth. PostgreSQL does this by
itself.
"""

from sqlalchemy import Engine

# Rows looked at in each index, https://www.sqlite.org/pragma.html#pragma_analysis_limit (read 2026-11). A
# whole look at a year takes minutes, in which nobody else can write; this a tenth of a second.
ANALYSIS_LIMIT = 1_000


def refresh_statistics(engine: Engine) -> None:
    """Look again. A program's other connections see it when they are opened anew (`engine`)."""
    if engine.dialect.name != "sqlite":
        return
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA analysis_limit={ANALYSIS_LIMIT}")
        connection.exec_driver_sql("ANALYZE")
