"""The worker's jobs: counting each minute, proving at night; both may run twice."""

import logging
from datetime import timedelta

import pytest
from huey import MemoryHuey
from sqlalchemy import Engine, select, update

from cli.funnel_jobs import schedule_funnel
from core.funnel.models import FunnelCount
from core.funnel.recount import recount
from tests.funnel.events import some, store
from tests.hand_clock import START, HandClock


def test_jobs_count_what_came_and_set_right_what_is_wrong(
    sqlite_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    queue = MemoryHuey(immediate=True, utc=True)
    schedule_funnel(queue, sqlite_engine, HandClock(START + timedelta(days=30)))
    jobs = {task.name: task for task in queue._registry.periodic_tasks}
    store(sqlite_engine, some(50))

    for _ in range(2):
        queue.execute(jobs["advance_funnel"])
    with sqlite_engine.begin() as connection:
        counted = connection.scalars(select(FunnelCount.visits)).all()
        connection.execute(update(FunnelCount).values(visits=FunnelCount.visits + 1))
    for _ in range(2):
        queue.execute(jobs["recount_funnel"])

    told = [record for record in caplog.records if record.getMessage() == "funnel_recounted"]
    assert counted
    assert [record.levelname for record in told] == ["ERROR", "INFO"]
    assert recount(sqlite_engine, repair=False) == []
