"""Halls to vote in, on each kind of database."""

import pytest
from sqlalchemy import Engine

from core.config import Settings
from tests.ballots.hall import Hall
from tests.hand_clock import HandClock


@pytest.fixture
def hall(engine: Engine, settings: Settings, clock: HandClock) -> Hall:
    """A leaders' round with a ballot box."""
    return Hall(engine, settings, clock).seal_box()


@pytest.fixture
def sqlite_hall(sqlite_engine: Engine, settings: Settings, clock: HandClock) -> Hall:
    """The same, on SQLite only."""
    return Hall(sqlite_engine, settings, clock).seal_box()


@pytest.fixture
def postgres_hall(postgres_engine: Engine, settings: Settings, clock: HandClock) -> Hall:
    """The same, on PostgreSQL only."""
    return Hall(postgres_engine, settings, clock).seal_box()
