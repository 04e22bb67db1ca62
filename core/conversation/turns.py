"""
The turn: a delivery becomes a reply, exactly once.

A turn is one step of one person inside a transaction that also stores the delivery's key and the reply. It
is replied to only after the commit is durable. A re-delivery finds its stored reply; two messages of one
person cannot overwrite each other; a crash loses nothing that was replied to.

Turns that arrive while another commit is under way share the next one (`grouping`). Each turn is wholly in
or wholly out: a turn that fails leaves no row, and if the group's commit itself fails, each is tried on its
own.

Assumption: `now` of two server processes differs by less than the silence that means "came back" (an hour).
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

from core.clock import Clock
from core.conversation import desk
from core.conversation.book import ResponseBook
from core.conversation.grouping import Group
from core.conversation.incoming import Incoming, Nothing, StampReused
from core.conversation.inputs import Said, Tapped
from core.conversation.keeping import PersonMemory
from core.conversation.person import Person
from core.conversation.prompts import Prompt
from core.conversation.turn_store import Loaded, PersonRow, Written, store_for
from core.conversation.world import World
from core.errors import Busy
from core.people.keys import person_hash

log = logging.getLogger(__name__)

# A group larger than this makes its first members wait too long for its last.
MAX_GROUP = 64
# When a turn has waited this long for its commit, more words would only make everybody wait longer; the
# platform hangs up after five seconds.
PATIENCE_SECONDS = 1.5
# A few waiting turns are no overload, however slow the disk is at the moment.
FEW_WAITING = 16

Render = Callable[[Sequence[Prompt], Person], str]
WorldLoader = Callable[[Connection, World | None], World]


@dataclass(slots=True)
class _Job:
    """One delivery waiting for its turn: in the end it has a reply or an error."""

    incoming: Incoming
    person: str
    reply: str = ""
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """
    `max_waiting`: with more turns waiting, typed and tapped messages are shed. `erase_on_leaving`:
    unfollowing deletes what ties answers to the person.
    """

    max_waiting: int = 200
    erase_on_leaving: bool = False


@dataclass(slots=True)
class TurnCounts:
    """Totals since start, for metrics; changed only by the thread that leads, `shed` under its lock."""

    turns: int = 0
    repeats: int = 0
    groups: int = 0
    shed: int = 0
    failed: int = 0
    seconds: float = 0.0


class GroupedTurns:
    """Takes deliveries from any number of threads; see the module's docstring."""

    def __init__(
        self,
        engine: Engine,
        *,
        person_key: bytes,
        load_world: WorldLoader,
        book: ResponseBook,
        render: Render,
        clock: Clock,
        settings: TurnSettings | None = None,
    ) -> None:
        self._engine = engine
        self._store = store_for(engine.dialect.name)
        self._person_key = person_key
        self._load_world = load_world
        self._book = book
        self._render = render
        self._clock = clock
        self._settings = settings or TurnSettings()
        self._group: Group[_Job] = Group(self._take_together, MAX_GROUP)
        self._memory = PersonMemory()
        self._world: World | None = None
        self._world_stamp = ""
        self._shed_lock = threading.Lock()
        self._newly_shed: set[str] = set()
        self.counts = TurnCounts()

    @property
    def waiting(self) -> int:
        """How many turns wait at this moment."""
        return len(self._group)

    def take(self, incoming: Incoming) -> str:
        """See `Turns.take`. Any error of the turn itself is raised here, with nothing written."""
        job = _Job(incoming, person_hash(self._person_key, incoming.openid))
        if isinstance(incoming.what, Said | Tapped) and self._is_overloaded():
            with self._shed_lock:
                self._newly_shed.add(job.person)
                self.counts.shed += 1
            raise Busy
        self._group.do(job)
        if job.error is not None:
            raise job.error
        return job.reply

    def _is_overloaded(self) -> bool:
        waiting = len(self._group)
        if waiting >= self._settings.max_waiting:
            return True
        return waiting > FEW_WAITING and self._group.longest_wait_seconds() > PATIENCE_SECONDS

    def _take_together(self, jobs: Sequence[_Job]) -> None:
        with self._shed_lock:
            shed, self._newly_shed = self._newly_shed, set()
        self._commit(jobs, shed)

    def _commit(self, jobs: Sequence[_Job], shed: set[str]) -> None:
        """Take the jobs in one transaction; if that fails as a whole, each in one of its own."""
        started = time.perf_counter()
        try:
            with self._engine.connect() as connection, connection.begin():
                self._take_group(connection, jobs, shed)
        except Exception as error:
            if len(jobs) > 1:
                log.warning("turn_group_split", extra={"turns": len(jobs), "reason": type(error).__name__})
                for job in jobs:
                    job.reply, job.error = "", None
                    self._commit([job], shed)
                    shed = set()
                return
            for job in jobs:
                job.error = error
        self.counts.groups += 1
        self.counts.turns += len(jobs)
        self.counts.failed += sum(job.error is not None for job in jobs)
        self.counts.seconds += time.perf_counter() - started

    def _take_group(self, connection: Connection, jobs: Sequence[_Job], shed: set[str]) -> None:
        now = self._clock()
        persons = list({job.person for job in jobs if not isinstance(job.incoming.what, Nothing)})
        keys = [job.incoming.delivery_key for job in jobs]
        loaded = self._store.load(connection, persons, keys, [job.incoming.stamp for job in jobs])
        world = self._current_world(connection, loaded.catalog_stamp)
        written = Written(shed=shed)
        for job in jobs:
            try:
                self._take_one(connection, world, job, loaded, written, now)
            except Exception as error:  # the turn's own failure: nothing of it is written, the others go on
                job.error = error
        self._store.save(connection, written, now)

    def _current_world(self, connection: Connection, stamp: str) -> World:
        """The world as the catalog has it now; loaded anew when the catalog changed."""
        if self._world is None or stamp != self._world_stamp:
            self._world = self._load_world(connection, self._world)
            self._world_stamp = stamp
        return self._world

    def _take_one(
        self,
        connection: Connection,
        world: World,
        job: _Job,
        loaded: Loaded,
        written: Written,
        now: datetime,
    ) -> None:
        incoming = job.incoming
        carried = loaded.stamps.get(incoming.stamp)
        if carried not in (None, incoming.delivery_key):
            raise StampReused
        reply = loaded.replies.get(incoming.delivery_key)
        if reply is None:
            reply = ""
            if not isinstance(incoming.what, Nothing):
                reply = self._answer(connection, world, job, loaded, written, now)
            loaded.replies[incoming.delivery_key] = written.replies[incoming.delivery_key] = reply
        else:
            self.counts.repeats += 1
        if carried is None:
            loaded.stamps[incoming.stamp] = written.stamps[incoming.stamp] = incoming.delivery_key
        job.reply = reply

    def _answer(
        self,
        connection: Connection,
        world: World,
        job: _Job,
        loaded: Loaded,
        written: Written,
        now: datetime,
    ) -> str:
        """Let the desk deal with it, render its words, and note what has to be written."""
        incoming = job.incoming
        row = loaded.persons.get(job.person)
        person = self._memory.read(job.person, row.state) if row else Person()
        around = desk.Circumstances(
            now=now,
            account_of=partial(_account_hash, world, incoming.openid),
            new_id=partial(self._book.new_id, now),
            seed=secrets.randbits(32),
            silent_for=now - row.updated_at if row else timedelta(0),
            is_late=row is not None and incoming.created_at < row.typed_at,
            was_shed=job.person in loaded.shed,
            erase_on_leaving=self._settings.erase_on_leaving,
        )
        outcome = desk.take(world, person, incoming.what, around)
        reply = self._render(outcome.prompts, outcome.person)
        if outcome.records:
            with connection.begin_nested():
                self._book.record(connection, world, outcome.records, job.person, now)
        state = self._memory.write(job.person, outcome.person)
        typed_at = max(row.typed_at if row else 0, incoming.created_at)
        loaded.persons[job.person] = PersonRow(state, typed_at, now)
        written.persons[job.person] = (state, round_under_way(outcome.person), typed_at)
        if job.person in loaded.shed:
            loaded.shed.discard(job.person)
            written.unshed.add(job.person)
        return reply


def round_under_way(person: Person) -> int | None:
    """The round of a run that is not over yet, for the sweep that closes runs; None when there is none."""
    if person.run is not None:
        return person.run.goal.round_id
    return person.shelf[-1].goal.round_id if person.shelf else None


def _account_hash(world: World, openid: str, round_id: int) -> str:
    entry = world.catalog.round(round_id)
    if entry is None:
        raise LookupError(f"round {round_id} is not in the catalog")
    return person_hash(entry.account_key, openid)
