"""
A filled town on each database.

It is filled once for each database and copied for each test; the data key is the same for all tests of a
process.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, make_url

from core.config import Settings
from core.conversation.world import World
from core.db.engine import open_engine
from tests.conftest import postgres_database, reused_postgres
from tests.hand_clock import HandClock
from tests.reused_postgres import ReusedDatabase
from tests.turns.town import Town

DATA_KEY = Fernet.generate_key().decode()


def _settings(folder: Path) -> Settings:
    return Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(folder / "var"), "MINYI_DATA_KEY": DATA_KEY})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Demo settings whose `var` is this test's own."""
    return _settings(tmp_path)


def _built(folder: Path, template: Path, build: Callable[[Town], Town]) -> Path:
    path = folder / "town.db"
    shutil.copyfile(template, path)
    engine = open_engine(f"sqlite:///{path}")
    build(Town(engine, _settings(folder), HandClock()))
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _settled(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(tmp_path_factory.mktemp("settled"), _sqlite_template, Town.settle)


@pytest.fixture(scope="session")
def _filled(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(tmp_path_factory.mktemp("filled"), _sqlite_template, Town.fill)


@pytest.fixture(scope="session")
def _warm(_filled: Path) -> World:
    engine = open_engine(f"sqlite:///{_filled}")
    world = Town(engine, _settings(_filled.parent), HandClock()).world()
    engine.dispose()
    return world


def _copied(template: Path, folder: Path) -> Engine:
    shutil.copyfile(template, folder / "town.db")
    return open_engine(f"sqlite:///{folder / 'town.db'}")


@pytest.fixture
def sqlite_town(
    _filled: Path, _warm: World, tmp_path: Path, settings: Settings, clock: HandClock
) -> Iterator[Town]:
    """Places, units and two questionnaires in an open round, for what does not depend on the database."""
    engine = _copied(_filled, tmp_path)
    yield Town(engine, settings, clock, warm=_warm)
    engine.dispose()


@pytest.fixture
def bare_town(
    _settled: Path, _warm: World, tmp_path: Path, settings: Settings, clock: HandClock
) -> Iterator[Town]:
    """Places and units on SQLite, and no round yet."""
    engine = _copied(_settled, tmp_path)
    yield Town(engine, settings, clock, warm=_warm)
    engine.dispose()


@pytest.fixture(scope="session")
def _filled_postgres(
    postgres_server: str, _postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with postgres_database(postgres_server, _postgres_template) as url:
        engine = open_engine(url)
        Town(engine, _settings(tmp_path_factory.mktemp("filled")), HandClock()).fill()
        engine.dispose()
        name = make_url(url).database
        assert name
        yield name


@pytest.fixture(scope="session")
def _reused_town(postgres_server: str, _filled_postgres: str) -> Iterator[ReusedDatabase]:
    with reused_postgres(postgres_server, _filled_postgres) as reused:
        yield reused


@pytest.fixture
def postgres_town(
    _reused_town: ReusedDatabase, _warm: World, settings: Settings, clock: HandClock
) -> Iterator[Town]:
    """The same on PostgreSQL."""
    with _reused_town.lent() as url:
        engine = open_engine(url)
        yield Town(engine, settings, clock, warm=_warm)
        engine.dispose()


@pytest.fixture(params=["sqlite_town", "postgres_town"])
def town(request: pytest.FixtureRequest) -> Town:
    """The same; the test runs once on each database."""
    filled: Town = request.getfixturevalue(request.param)
    return filled
