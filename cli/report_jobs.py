"""Keeping the office's counts up: the worker's jobs for `core.reports`."""

import logging

from huey import Huey, crontab
from sqlalchemy import Engine

from core.clock import Clock
from core.reports.tally import advance, rebuild

log = logging.getLogger(__name__)


def schedule_reports(queue: Huey, engine: Engine, clock: Clock) -> None:
    """Counting what came in each minute; at night once more from the answers themselves."""

    @queue.periodic_task(crontab(), name="advance_tally")  # type: ignore[untyped-decorator]
    def _advance() -> None:
        advance(engine, clock())

    # The queue's times are UTC: 04:10 in Shanghai. What people had deleted leaves the counts here.
    @queue.periodic_task(crontab(hour="20", minute="10"), name="rebuild_tally")  # type: ignore[untyped-decorator]
    def _rebuild() -> None:
        wrong = rebuild(engine, clock())
        # Somebody's data deleted that day is a reason, and the only good one.
        log.log(logging.WARNING if wrong else logging.INFO, "tally_rebuilt", extra={"wrong": wrong})
