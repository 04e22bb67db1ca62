"""The queue carries the word that a task waits, from the process that asked to the one that works."""

import sqlite3
from dataclasses import replace

import pytest
from huey import Huey, SqliteHuey
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cli.task_jobs import schedule_tasks, waker
from core.config import Settings
from core.jobs import open_queue
from core.tasks.models import Task
from core.tasks.running import Made, TaskHold
from core.tasks.service import ask_task
from tests.hand_clock import HandClock


def work(hold: TaskHold) -> Made:
    return Made("好了。")


@pytest.mark.parametrize("with_redis", [False, True])
def test_who_asks_in_one_process_wakes_the_worker_in_another(
    sqlite_engine: Engine, settings: Settings, clock: HandClock, redis_url: str, with_redis: bool
) -> None:
    ours = replace(settings, redis_url=redis_url if with_redis else None)
    worker = open_queue(ours.var, ours.redis_url)
    schedule_tasks(worker, sqlite_engine, ours, clock, {"work": work})
    with Session(sqlite_engine) as session, session.begin():
        ask_task(session, "work", "做事", {}, None, clock())

    waker(open_queue(ours.var, ours.redis_url))()
    job = worker.dequeue()
    assert job is not None
    # The word alone: nothing of anybody lies in the queue, in Redis or beside the database.
    assert (tuple(job.args), dict(job.kwargs)) == ((), {})
    worker.execute(job)

    with Session(sqlite_engine) as session:
        assert [task.state for task in session.query(Task)] == ["done"]


def test_a_queue_that_cannot_be_reached_fails_nobody(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue: Huey = open_queue(settings.var, None)
    wake = waker(queue)

    def broken(*_arguments: object, **_rest: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(SqliteHuey, "enqueue", broken)
    wake()

    assert [record.msg for record in caplog.records] == ["worker_not_woken"]
