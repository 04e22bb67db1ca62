"""Looking through what was answered: the worker's job for `core.quality`."""

import logging

from huey import Huey, crontab
from sqlalchemy import Engine

from core.clock import Clock
from core.quality.service import sweep
from core.quality.thresholds import read_thresholds

log = logging.getLogger(__name__)


def schedule_quality(queue: Huey, engine: Engine, clock: Clock) -> None:
    """Every ten minutes; an hour is looked at when the next has passed."""
    thresholds = read_thresholds()

    @queue.periodic_task(crontab(minute="5-59/10"), name="sweep_quality")  # type: ignore[untyped-decorator]
    def _sweep() -> None:
        swept = sweep(engine, thresholds, clock())
        if swept.responses:
            log.info("quality_swept", extra={"responses": swept.responses, "set_aside": swept.set_aside})
