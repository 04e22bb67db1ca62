"""Keeping the office's inbox of opinions up: the worker's jobs for `core.opinions`."""

import logging
from functools import partial
from threading import Lock

from huey import Huey, crontab
from sqlalchemy import Connection, Engine

from cli.outbox_jobs import templates_of
from core.clock import Clock
from core.config import Settings
from core.db.reading import reading
from core.opinions.arriving import advance
from core.opinions.handing import follow_items
from core.opinions.leaving import tidy
from core.opinions.outcomes import carry_outcomes, forget_openids
from core.opinions.pushing import OutcomePushes, forget_marks, forget_pushed
from core.opinions.words import catch_up
from core.outbox.kinds import Kind
from core.people.keys import KeyRing
from core.rounds.catalog import Catalog, catalog_stamp, load_catalog

log = logging.getLogger(__name__)


def schedule_opinions(queue: Huey, engine: Engine, settings: Settings, clock: Clock) -> None:
    """Each minute what was said and what came of items; at night what is gone, and old originals."""
    hand_over = OutcomePushes(partial(templates_of(settings).fits, Kind.OUTCOME))
    catalogs = _Catalogs(KeyRing(settings.require_data_key()), settings)

    @queue.periodic_task(crontab(), name="take_in_opinions")  # type: ignore[untyped-decorator]
    def _advance() -> None:
        indexed = catch_up(engine)
        if indexed:
            log.info("opinions_indexed", extra={"opinions": indexed})
        fresh = advance(engine, catalogs.now, clock())
        if fresh:
            log.info("opinions_taken_in", extra={"opinions": fresh})
        settled = follow_items(engine)
        if settled:
            log.info("opinions_followed_items", extra={"opinions": settled})
        with reading(engine) as connection:
            gazetteer = catalogs.now(connection).gazetteer
        names = {county.code: county.short_name for county in gazetteer.counties}
        names |= {unit.code: unit.short_name for unit in gazetteer.units}
        told = carry_outcomes(engine, names, clock(), hand_over)
        if told:
            log.info("outcomes_carried", extra={"wishes": told})
        forgotten = forget_pushed(engine)
        if forgotten:
            log.info("openids_forgotten", extra={"wishes": forgotten})

    # The queue's times are UTC: 04:40 in Shanghai.
    @queue.periodic_task(crontab(hour="20", minute="40"), name="tidy_opinions")  # type: ignore[untyped-decorator]
    def _tidy() -> None:
        log.info("opinions_tidied", extra={"opinions": tidy(engine, clock())})
        log.info("openids_forgotten", extra={"wishes": forget_openids(engine, clock())})
        log.info("marks_forgotten", extra={"messages": forget_marks(engine, clock())})


class _Catalogs:
    """The catalog of a moment; read anew only when it changed."""

    def __init__(self, keys: KeyRing, settings: Settings) -> None:
        self._keys = keys
        self._office = settings.office
        self._kept: Catalog | None = None
        self._lock = Lock()

    def now(self, connection: Connection) -> Catalog:
        """As this transaction sees it."""
        with self._lock:
            if self._kept is None or self._kept.stamp != catalog_stamp(connection):
                self._kept = load_catalog(connection, self._keys, self._office, self._kept)
            return self._kept
