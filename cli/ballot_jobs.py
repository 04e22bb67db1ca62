"""Mixing ballots: the worker's job for `core.ballots`, each minute and when it starts."""

import logging

from huey import Huey, crontab
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.ballots.draft_keys import DraftKeys
from core.ballots.mixing import finish, mix_due
from core.clock import Clock
from core.config import Settings

log = logging.getLogger(__name__)


def schedule_ballots(queue: Huey, engine: Engine, settings: Settings, clock: Clock) -> None:
    """Finish what a crash left now; then each minute what is due."""
    keys = DraftKeys(settings.var)
    told: set[int] = set()

    def mix() -> None:
        finish(engine, keys, clock())
        outcome = mix_due(engine, keys, clock())
        if outcome.held_back and outcome.held_back not in told:
            told.add(outcome.held_back)
            log.warning("ballots_held_back", extra={"ballots": outcome.held_back})

    # No schedule is kept while the worker is down; its start must not wait for the next full minute.
    try:
        mix()
    except SQLAlchemyError as error:
        log.warning("ballots_not_mixed", extra={"reason": type(error).__name__})

    @queue.periodic_task(crontab(), name="mix_ballots")  # type: ignore[untyped-decorator]
    def _mix() -> None:
        mix()
