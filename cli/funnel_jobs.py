"""Keeping the funnel's counters up: the worker's jobs for `core.funnel`."""

import logging

from huey import Huey, crontab
from sqlalchemy import Engine

from core.clock import Clock
from core.funnel.counting import advance
from core.funnel.recount import recount

log = logging.getLogger(__name__)


def schedule_funnel(queue: Huey, engine: Engine, clock: Clock) -> None:
    """Counting what came in each minute; at night proved from the raw events, and set right if need be."""

    @queue.periodic_task(crontab(), name="advance_funnel")  # type: ignore[untyped-decorator]
    def _advance() -> None:
        advance(engine, clock())

    # The queue's times are UTC: 03:10 in Shanghai.
    @queue.periodic_task(crontab(hour="19", minute="10"), name="recount_funnel")  # type: ignore[untyped-decorator]
    def _recount() -> None:
        wrong = recount(engine, repair=True)
        log.log(logging.ERROR if wrong else logging.INFO, "funnel_recounted", extra={"wrong": len(wrong)})
