"""A worker process is killed at each place it comes by: nothing is lost, nothing arrives twice."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from core.clock import system_clock
from core.outbox.claiming import LEASE, WINDOW
from simulator import SimulatorConfig, build
from simulator.serve import serving
from tests.bot.platform import AES_KEY, APP_ID, TOKEN
from tests.hand_clock import HandClock
from tests.outbox.crashing_worker import PLACES
from tests.outbox.office import Office

MESSAGES = 5


@pytest.fixture
def live_office(engine: Engine) -> Iterator[Office]:
    """An office by the real clock, which the worker process has, too; ours can be moved on."""
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat", token=TOKEN, app_id=APP_ID, app_secret="the-secret",
        aes_key=AES_KEY, clock=system_clock, report_delay_seconds=3600,
    )  # fmt: skip
    with build(config) as simulator, serving(simulator) as address:
        made = Office(engine, HandClock(datetime.now(UTC)), address, simulator)
        yield made
        made.close()


def killed_at(office: Office, place: str) -> None:
    """A worker process that dies there."""
    url = office.engine.url.render_as_string(hide_password=False)
    arguments = (url, office.address, place, json.dumps(office.directory.openids))
    worker = subprocess.run(
        [sys.executable, "-m", "tests.outbox.crashing_worker", *arguments],
        env=os.environ | {"PYTHONPATH": os.getcwd()}, timeout=60, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert worker.returncode == -signal.SIGKILL, worker.stderr


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_killed_anywhere_loses_nothing_and_nothing_arrives_twice(
    live_office: Office, place: str
) -> None:
    office = live_office
    people = office.hires(MESSAGES)
    office.tells(*people)

    killed_at(office, place)
    left_behind = office.states()
    office.clock.now = system_clock() + LEASE + timedelta(seconds=1)
    office.works()
    office.works()

    assert "sending" in left_behind or place in ("claiming", "recorded")
    assert office.states() == ["sent"] * MESSAGES
    assert office.arrivals() == dict.fromkeys(people, 1)


@pytest.mark.parametrize("place", ["claimed", "sent"])
def test_what_a_dead_worker_left_for_more_than_ten_minutes_is_for_a_person(
    live_office: Office, place: str
) -> None:
    office = live_office
    (to,) = office.hires()
    office.tells(to)

    killed_at(office, place)
    office.clock.now = system_clock() + WINDOW
    office.works()

    assert (office.row().state, office.row().reason) == ("unsure", "crashed")
    assert len(office.arrived(to)) == (0 if place == "claimed" else 1)


def test_a_worker_that_comes_back_too_late_writes_over_nothing(live_office: Office) -> None:
    office = live_office
    (to,) = office.hires()
    office.tells(to)
    killed_at(office, "sent")
    office.clock.now = system_clock() + LEASE + timedelta(seconds=1)

    office.works()

    assert (office.row().state, office.row().attempts) == ("sent", 2)
    assert office.history() == ["sending", "lapsed", "sending", "sent"]
