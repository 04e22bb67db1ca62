"""
What tests stand on: databases, Redis, settings, places, a clock. Nothing is skipped for want of a server.

A server is started once a test process, a migrated database made once; SQLite's is copied for each test,
PostgreSQL's put back after each (`reused_postgres`).
`MINYI_TEST_DATABASE_URL` (a PostgreSQL server where databases may be created) and `MINYI_TEST_REDIS_URL`
(whose database is emptied) name servers to use instead.
"""

import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis
from sqlalchemy import Engine, create_engine, make_url, text

from core.audit.chain import AuditLog, attach
from core.config import Settings
from core.db.engine import open_engine
from core.db.migrate import upgrade
from core.places.gazetteer import Gazetteer
from core.places.shipped import shipped_gazetteer
from tests.hand_clock import HandClock
from tests.reused_postgres import ReusedDatabase
from tests.servers import running_postgres, running_redis

LOOPBACK = ("127.0.0.1", "::1", "localhost")

# A shared machine is sometimes slow; how long one example takes says nothing about the code.
hypothesis.settings.register_profile("minyi", deadline=None)
hypothesis.settings.load_profile("minyi")


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine() -> Iterator[None]:
    """No test reaches the network beyond this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def checked(address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise RuntimeError(f"a test tried to reach {address[0]}")
        return address

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", lambda self, address: connect(self, checked(address)))
        patch.setattr(socket.socket, "connect_ex", lambda self, address: connect_ex(self, checked(address)))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server's maintenance database."""
    named = os.environ.get("MINYI_TEST_DATABASE_URL")
    if named:
        yield named
        return
    with running_postgres() as url:
        yield url


@contextmanager
def postgres_database(server: str, template: str | None = None) -> Iterator[str]:
    """A new database, a copy of `template` where given; dropped at the end."""
    name = f"minyi_test_{uuid.uuid4().hex[:12]}"
    administration = create_engine(_with_driver(server), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    administration.dispose()


def _with_driver(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: str) -> Iterator[str]:
    with postgres_database(postgres_server) as url:
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        name = make_url(url).database
        assert name
        yield name


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    # Closing the last connection folds the write-ahead log into the file, so one file is all there is.
    engine.dispose()
    return path


@contextmanager
def reused_postgres(server: str, template: str) -> Iterator[ReusedDatabase]:
    """A copy of `template` that many tests use one after the other."""
    reused = ReusedDatabase(server, template, f"minyi_test_{uuid.uuid4().hex[:12]}")
    yield reused
    reused.drop()


@pytest.fixture(scope="session")
def _reused_postgres(postgres_server: str, _postgres_template: str) -> Iterator[ReusedDatabase]:
    with reused_postgres(postgres_server, _postgres_template) as reused:
        yield reused


@pytest.fixture
def postgres_url(_reused_postgres: ReusedDatabase) -> Iterator[str]:
    """The address of a migrated PostgreSQL database that nobody else uses meanwhile."""
    with _reused_postgres.lent() as url:
        yield url


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database of this test's own."""
    shutil.copyfile(_sqlite_template, tmp_path / "minyi.db")
    return f"sqlite:///{tmp_path / 'minyi.db'}"


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a PostgreSQL database without tables."""
    with postgres_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database of this test's own; the test runs once on each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def audit_log(settings: Settings, clock: HandClock) -> AuditLog:
    """The audit log of this test's database."""
    return AuditLog.of(settings, clock)


@pytest.fixture
def engine(database_url: str, audit_log: AuditLog) -> Iterator[Engine]:
    """A migrated database; the test runs once on SQLite and once on PostgreSQL."""
    with _engine(database_url) as opened:
        attach(opened, audit_log)
        yield opened


@pytest.fixture
def sqlite_engine(sqlite_url: str, audit_log: AuditLog) -> Iterator[Engine]:
    """A migrated SQLite database."""
    with _engine(sqlite_url) as opened:
        attach(opened, audit_log)
        yield opened


@pytest.fixture
def postgres_engine(postgres_url: str, audit_log: AuditLog) -> Iterator[Engine]:
    """A migrated PostgreSQL database."""
    with _engine(postgres_url) as opened:
        attach(opened, audit_log)
        yield opened


@pytest.fixture(scope="session")
def _redis_server() -> Iterator[str]:
    named = os.environ.get("MINYI_TEST_REDIS_URL")
    if named:
        # Test processes that run side by side must not empty one another's database.
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        url = make_url(named)
        yield url.set(database=str(int(url.database or 0) + int(worker))).render_as_string(
            hide_password=False
        )
        return
    with running_redis() as started:
        yield started


@pytest.fixture
def redis_url(_redis_server: str) -> str:
    """The address of an empty Redis database."""
    with redis.Redis.from_url(_redis_server) as client:
        client.flushdb()
    return _redis_server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Demo settings whose `var` is this test's own."""
    environ = {"MINYI_DEMO": "1", "MINYI_VAR": str(tmp_path / "var"), "MINYI_AUDIT_KEY": "tests' key " * 4}
    return Settings.load(environ)


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The real places and units, without a database."""
    return shipped_gazetteer()


@pytest.fixture
def clock() -> HandClock:
    """A clock set by hand: 2026-12-01 09:00 in Shanghai."""
    return HandClock()
