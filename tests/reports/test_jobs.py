"""The worker keeps the office's counts up, by the queue's own schedule."""

from huey import MemoryHuey
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from cli.report_jobs import schedule_reports
from core.config import Settings
from core.people.keys import KeyRing
from core.reports.models import Tally
from tests.hand_clock import HandClock
from tests.reports.factories import make_places, make_response, make_round


def test_counting_on_and_counting_anew_are_scheduled_and_count(
    sqlite_engine: Engine, settings: Settings, clock: HandClock
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

    with sqlite_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Tally)) > 0
