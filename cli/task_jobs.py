"""
Long work people asked for: the worker's jobs for `core.tasks`, and how a face wakes the worker.

A task is a row; the queue only carries the word that one waits. A word that gets lost is made good within a
minute, and what a dead worker left is taken up once its claim has lapsed.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping

from huey import Huey, crontab
from redis.exceptions import RedisError
from sqlalchemy import Engine

from core.clock import Clock
from core.config import Settings
from core.tasks.running import Work, run_due
from core.tasks.service import delete_expired
from core.tasks.uploads import delete_old_uploads

log = logging.getLogger(__name__)

# Of the worker's threads so many may be at long work at once; the others are for what must not wait.
AT_ONCE = 2
RUN_TASKS = "run_tasks"


def schedule_tasks(
    queue: Huey, engine: Engine, settings: Settings, clock: Clock, works: Mapping[str, Work]
) -> None:
    """Doing what waits as soon as it is asked for, and each minute; deleting old files at night."""
    places = threading.Semaphore(AT_ONCE)

    def run_waiting() -> None:
        if not places.acquire(blocking=False):
            return  # those who are at it look for more before they leave
        try:
            run_due(engine, settings.var, works, clock)
        finally:
            places.release()

    _declare(queue, run_waiting)

    @queue.periodic_task(crontab(), name="run_waiting_tasks")  # type: ignore[untyped-decorator]
    def _each_minute() -> None:
        run_waiting()

    # The queue's times are UTC: 03:20 in Shanghai.
    @queue.periodic_task(crontab(hour="19", minute="20"), name="delete_old_files")  # type: ignore[untyped-decorator]
    def _delete() -> None:
        files = delete_expired(engine, settings.var, clock()) + delete_old_uploads(settings.var)
        log.info("old_files_deleted", extra={"files": files})


def waker(queue: Huey) -> Callable[[], None]:
    """How another process tells the worker that a task waits."""
    send = _declare(queue, _done_by_the_worker)

    def wake() -> None:
        try:
            send()
        except (RedisError, sqlite3.Error):
            # The task is stored; the worker finds it by itself within a minute.
            log.warning("worker_not_woken", exc_info=True)

    return wake


def _declare(queue: Huey, run: Callable[[], None]) -> Callable[[], object]:
    """The job under the one name both processes know."""

    def run_tasks() -> None:
        run()

    job: Callable[[], object] = queue.task(name=RUN_TASKS)(run_tasks)
    return job


def _done_by_the_worker() -> None:
    raise RuntimeError("this process only sends")
