"""Reading for a page or a file: one moment's state of the database, without a lock that others wait for."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """
    A connection whose queries all see the same moment. Nothing can be stored through it.

    PostgreSQL by itself shows each query the newest state; a page made of several would not add up.
    """
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    else:
        options = {"read_only": True}
    with engine.connect().execution_options(**options) as connection:
        yield connection
