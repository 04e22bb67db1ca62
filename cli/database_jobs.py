"""The worker's job for the database itself."""

from huey import Huey, crontab
from sqlalchemy import Engine

from core.db.statistics import refresh_statistics


def schedule_database(queue: Huey, engine: Engine) -> None:
    """Every hour: a round's first day changes what is rare."""

    @queue.periodic_task(crontab(minute="50"), name="refresh_statistics")  # type: ignore[untyped-decorator]
    def _refresh() -> None:
        refresh_statistics(engine)
