"""An office and its platform, over real HTTP on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from simulator import Simulator, SimulatorConfig, build
from simulator.serve import serving
from tests.bot.platform import AES_KEY, APP_ID, TOKEN
from tests.codes.office import CodeOffice
from tests.hand_clock import HandClock


@pytest.fixture
def platform(clock: HandClock) -> Iterator[tuple[Simulator, str]]:
    """The simulated platform, that takes eight codes a day, and its address."""
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat", token=TOKEN, app_id=APP_ID, app_secret="the-secret",
        aes_key=AES_KEY, clock=clock, day_quotas={"/cgi-bin/qrcode/create": 8},
    )  # fmt: skip
    with build(config) as simulator, serving(simulator) as address:
        yield simulator, address


@pytest.fixture
def office(engine: Engine, tmp_path: Path, clock: HandClock, platform: tuple[Simulator, str]) -> CodeOffice:
    """An office on each database."""
    return CodeOffice(engine, tmp_path / "var", clock, platform[1], platform[0]).settle()


@pytest.fixture
def small_office(
    sqlite_engine: Engine, tmp_path: Path, clock: HandClock, platform: tuple[Simulator, str]
) -> CodeOffice:
    """The same on SQLite, for what does not depend on the database."""
    return CodeOffice(sqlite_engine, tmp_path / "var", clock, platform[1], platform[0]).settle()
