"""An office and its platform, over real HTTP on this machine."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from simulator import Simulator, SimulatorConfig, build
from simulator.serve import serving
from tests.bot.platform import AES_KEY, APP_ID, TOKEN
from tests.hand_clock import HandClock
from tests.outbox.office import Office

# Receipts are handed in by the tests themselves, when it suits them.
NEVER_SECONDS = 3600.0


@pytest.fixture
def platform(clock: HandClock) -> Iterator[tuple[Simulator, str]]:
    """The simulated platform and its address."""
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat", token=TOKEN, app_id=APP_ID, app_secret="the-secret",
        aes_key=AES_KEY, clock=clock, report_delay_seconds=NEVER_SECONDS,
    )  # fmt: skip
    with build(config) as simulator, serving(simulator) as address:
        yield simulator, address


@pytest.fixture
def office(engine: Engine, clock: HandClock, platform: tuple[Simulator, str]) -> Iterator[Office]:
    """An office on each database."""
    made = Office(engine, clock, platform[1], platform[0])
    yield made
    made.close()


@pytest.fixture
def small_office(
    sqlite_engine: Engine, clock: HandClock, platform: tuple[Simulator, str]
) -> Iterator[Office]:
    """The same on SQLite, for what does not depend on the database."""
    made = Office(sqlite_engine, clock, platform[1], platform[0])
    yield made
    made.close()
