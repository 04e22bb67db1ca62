"""Counting only as far as anybody wants to know: a list of a year's answers says "10,000 and more"."""

from typing import Any

from sqlalchemy import Connection, Select, func, select


def count_at_most(connection: Connection, rows: Select[*tuple[Any, ...]], most: int | None) -> int:
    """
    How many rows a query has; where there are `most` or more, `most`. None counts all.

    The database stops at `most`, so the longest list costs no more than a middling one.
    """
    counted = rows.limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(counted)) or 0
