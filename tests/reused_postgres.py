"""
One PostgreSQL database used by test after test, each time put back to what its template holds.

Copying a template costs a tenth of a second and more, and the tests do it thousands of times; putting back
the few tables a test touched costs a hundredth. What a test touched is read from the server's own counters,
which are complete once every other connection has ended. A test that changed the schema gets a new copy after
it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

WAIT_MS = 10_000
# Everything a test could change of the schema and of the database's own settings, in one word.
SHAPE = """
    SELECT md5(string_agg(words, ',' ORDER BY words)) FROM (
        SELECT concat_ws('/', relname, relkind, attname, atttypid) AS words
        FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger/' || tgname || '/' || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'constraint/' || conname FROM pg_constraint
        UNION ALL SELECT 'setting/' || unnest(setconfig) FROM pg_db_role_setting
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS shapes
"""
TOUCHED = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE schemaname = 'public'
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


@dataclass
class ReusedDatabase:
    """A copy of `template` on `server`, made when it is first asked for. One test uses it at a time."""

    server: str
    template: str
    name: str
    _is_made: bool = False
    _shape: str = ""
    _seeds: tuple[str, ...] = ()
    _touched: dict[str, int] = field(default_factory=dict)
    _sequences: dict[str, int | None] = field(default_factory=dict)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The database's address, for one test."""
        if not self._is_made:
            self._make()
        try:
            yield make_url(self.server).set(database=self.name).render_as_string(hide_password=False)
        finally:
            self._put_back()

    def drop(self) -> None:
        """Remove it."""
        self._administer(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self._is_made = False

    def _make(self) -> None:
        self.drop()
        self._administer(f"CREATE DATABASE {self.name} TEMPLATE {self.template}")
        with self._alone() as connection:
            connection.execute(text("CREATE SCHEMA seed"))
            tables = connection.execute(text(TOUCHED)).all()
            self._seeds = tuple(table for table, _count in tables if not self._is_empty(connection, table))
            for table in self._seeds:
                connection.execute(text(f'CREATE TABLE seed."{table}" AS TABLE public."{table}"'))
            self._sequences = dict(connection.execute(text(SEQUENCES)).all())
            self._shape = connection.execute(text(SHAPE)).scalar_one()
        self._remember()
        self._is_made = True

    def _remember(self) -> None:
        """Read the counters when whoever was there before has left."""
        with self._alone() as connection:
            self._touched = dict(connection.execute(text(TOUCHED)).all())

    def _put_back(self) -> None:
        with self._alone() as connection:
            if connection.execute(text(SHAPE)).scalar_one() != self._shape:
                self._is_made = False
                return
            counted = connection.execute(text(TOUCHED)).all()
            touched = [table for table, count in counted if count != self._touched.get(table, 0)]
            if touched:
                self._refill(connection, touched)
            for name, value in connection.execute(text(SEQUENCES)).all():
                if value != self._sequences.get(name):
                    self._restart(connection, name)
        if touched:
            self._remember()

    def _refill(self, connection: Connection, touched: list[str]) -> None:
        # Rows come back in any order, so what points at what is not looked at meanwhile.
        connection.execute(text("SET session_replication_role = replica"))
        listed = ", ".join(f'public."{table}"' for table in touched)
        connection.execute(text(f"TRUNCATE {listed} CASCADE"))
        for table in self._seeds:
            if self._is_empty(connection, table):
                connection.execute(text(f'INSERT INTO public."{table}" SELECT * FROM seed."{table}"'))

    def _restart(self, connection: Connection, sequence: str) -> None:
        connection.execute(text(f'ALTER SEQUENCE public."{sequence}" RESTART'))
        before = self._sequences.get(sequence)
        if before is not None:
            connection.execute(text(f"SELECT setval('public.\"{sequence}\"', {before})"))

    @staticmethod
    def _is_empty(connection: Connection, table: str) -> bool:
        return not connection.execute(text(f'SELECT EXISTS (SELECT 1 FROM public."{table}")')).scalar()

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A connection that is the only one."""
        engine = _engine(make_url(self.server).set(database=self.name))
        with engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid, :wait) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ),
                {"wait": WAIT_MS},
            )
            yield connection
        engine.dispose()

    def _administer(self, statement: str) -> None:
        engine = _engine(make_url(self.server), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def _engine(url: Any, **more: Any) -> Engine:
    return create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool, **more)
