"""The worker's nightly job for personal data: deleting what was kept long enough."""

import logging

from huey import Huey, crontab
from sqlalchemy import Engine

from core.clock import Clock
from core.config import Settings
from core.errors import BadInput
from core.upkeep.retention import read_days
from core.upkeep.sweeping import sweep

log = logging.getLogger(__name__)


def schedule_privacy(queue: Huey, engine: Engine, settings: Settings, clock: Clock) -> None:
    """At night, by the days of the file as it is then."""

    # The queue's times are UTC: 02:30 in Shanghai.
    @queue.periodic_task(crontab(hour="18", minute="30"), name="sweep_personal_data")  # type: ignore[untyped-decorator]
    def _sweep() -> None:
        try:
            days = read_days(settings.var)
        except BadInput as error:
            # Nothing is deleted by a file nobody can read; the office's screen and `privacy show` say why.
            log.error("retention_file_unreadable", extra={"faults": len(error.faults)})
            return
        sweep(engine, days, clock())
