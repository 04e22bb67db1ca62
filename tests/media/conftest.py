"""An office and its platform, over real HTTP on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from core.media.store import MediaStore
from simulator import Simulator, SimulatorConfig, build
from simulator.serve import serving
from tests.bot.platform import AES_KEY, APP_ID, TOKEN
from tests.hand_clock import HandClock
from tests.media.office import Office


@pytest.fixture
def platform(clock: HandClock) -> Iterator[tuple[Simulator, str]]:
    """The simulated platform and its address."""
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat", token=TOKEN, app_id=APP_ID, app_secret="the-secret",
        aes_key=AES_KEY, clock=clock,
    )  # fmt: skip
    with build(config) as simulator, serving(simulator) as address:
        yield simulator, address


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    """Where files are kept."""
    return MediaStore(tmp_path / "var")


@pytest.fixture
def office(engine: Engine, store: MediaStore, clock: HandClock, platform: tuple[Simulator, str]) -> Office:
    """An office on each database."""
    return Office(engine, store, clock, platform[1], platform[0])


@pytest.fixture
def small_office(
    sqlite_engine: Engine, store: MediaStore, clock: HandClock, platform: tuple[Simulator, str]
) -> Office:
    """The same on SQLite, for what does not depend on the database."""
    return Office(sqlite_engine, store, clock, platform[1], platform[0])
