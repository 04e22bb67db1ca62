"""
A filled town on each database.

On SQLite a town is filled once and copied for each test; its data key is the same for all tests of a process.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine

from core.config import Settings
from core.db.engine import open_engine
from tests.hand_clock import HandClock
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


def _copied(template: Path, folder: Path) -> Engine:
    shutil.copyfile(template, folder / "town.db")
    return open_engine(f"sqlite:///{folder / 'town.db'}")


@pytest.fixture
def sqlite_town(_filled: Path, tmp_path: Path, settings: Settings, clock: HandClock) -> Iterator[Town]:
    """Places, units and two questionnaires in an open round, for what does not depend on the database."""
    engine = _copied(_filled, tmp_path)
    yield Town(engine, settings, clock)
    engine.dispose()


@pytest.fixture
def bare_town(_settled: Path, tmp_path: Path, settings: Settings, clock: HandClock) -> Iterator[Town]:
    """Places and units on SQLite, and no round yet."""
    engine = _copied(_settled, tmp_path)
    yield Town(engine, settings, clock)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, settings: Settings, clock: HandClock) -> Town:
    """The same as `sqlite_town`; the test runs once on each database."""
    if request.param == "sqlite":
        copied: Town = request.getfixturevalue("sqlite_town")
        return copied
    return Town(request.getfixturevalue("postgres_engine"), settings, clock).fill()
