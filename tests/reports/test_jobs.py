"""The worker keeps the office's counts up, by the queue's own schedule."""

import logging

import pytest
from huey import MemoryHuey
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from cli.report_jobs import schedule_reports
from core.config import Settings
from core.people.keys import KeyRing
from core.reports.models import Tally
from tests.hand_clock import HandClock
from tests.reports.factories import make_places, make_response, make_round


def test_counting_on_and_counting_anew_are_scheduled_and_count(
    sqlite_engine: Engine, settings: Settings, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    queue = MemoryHuey(immediate=True, utc=True)
    schedule_reports(queue, sqlite_engine, clock)
    jobs = {task.name: task for task in queue._registry.periodic_tasks}
    with Session(sqlite_engine) as session, session.begin():
        make_places(session)
        held = make_round(session, KeyRing(settings.data_key))
        make_response(session, held.id, {"gov": "s5"})
    clock.advance(days=1)

    for name in ("advance_tally", "rebuild_tally", "advance_tally"):
        queue.execute(jobs[name])

    with sqlite_engine.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(Tally)) > 0
        connection.execute(update(Tally).values(count=7))
    caplog.set_level(logging.INFO)
    for _ in range(2):
        queue.execute(jobs["rebuild_tally"])

    told = [each for each in caplog.records if each.getMessage() == "tally_rebuilt"]
    assert [(each.levelname, vars(each)["wrong"]) for each in told] == [("WARNING", 1), ("INFO", 0)]
