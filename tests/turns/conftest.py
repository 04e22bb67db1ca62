"""A filled town on each database."""

import pytest
from sqlalchemy import Engine

from core.config import Settings
from tests.hand_clock import HandClock
from tests.turns.town import Town


@pytest.fixture
def town(engine: Engine, settings: Settings, clock: HandClock) -> Town:
    """Places, units, residents-2021 and units-2021 in an open round."""
    return Town(engine, settings, clock).fill()


@pytest.fixture
def sqlite_town(sqlite_engine: Engine, settings: Settings, clock: HandClock) -> Town:
    """The same, on SQLite only: for what does not depend on the database."""
    return Town(sqlite_engine, settings, clock).fill()
