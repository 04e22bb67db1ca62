"""
The turn: a delivery becomes a reply, exactly once.

A turn is one step of one person inside a transaction that also stores the delivery's key and the reply. It
is replied to only after the commit is durable. A re-delivery finds its stored reply; two messages of one
person cannot overwrite each other; a crash loses nothing that was replied to.

Turns that arrive while another commit is under way share the next one (`grouping`). Each turn is wholly in
or wholly out: a turn that fails leaves no row, and if the group's commit itself fails, each is tried on its
own. Only when no transaction can be begun at all is nobody tried alone: each would wait as long again.

Assumptions: `now` of two server processes differs by less than the silence that means "came back" (an
hour), and from the platform's by less than a few seconds.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

from core.audit.service import Done, record_all
from core.clock import Clock
from core.conversation import desk
from core.conversation.book import ResponseBook
from core.conversation.door import Caller, Door
from core.conversation.grouping import Group
from core.conversation.hearing import Hearing, Render
from core.conversation.incoming import Incoming, Nothing, Receipt, StampReused
from core.conversation.keeping import PersonMemory
from core.conversation.old_rounds import without_old_rounds
from core.conversation.person import Person
from core.conversation.side_desk import SideDesk, SideDesks, Visitor
from core.conversation.turn_store import Loaded, PersonRow, Written, store_for
from core.conversation.world import World
from core.people.keys import person_hash

log = logging.getLogger(__name__)

# A group larger than this makes its first members wait too long for its last.
MAX_GROUP = 64

WorldLoader = Callable[[Connection, World | None], World]
NoteReceipt = Callable[[Connection, Receipt, datetime], None]


def no_receipts(_connection: Connection, _receipt: Receipt, _now: datetime) -> None:
    """Nobody waits to hear what became of messages."""


@dataclass(slots=True)
class _Job:
    """One delivery waiting for its turn: in the end it has a reply or an error."""

    caller: Caller
    reply: str = ""
    error: BaseException | None = None

    @property
    def incoming(self) -> Incoming:
        """The delivery."""
        return self.caller.incoming

    @property
    def person(self) -> str:
        """Whose it is: the key of their row."""
        return self.caller.person


@dataclass(slots=True)
class _Batch:
    """
    Turns that share a transaction: what they start from and what they leave.

    `shed_at`: whose words were shed since the last batch, and when (monotonic seconds). `done` is for the
    audit log, whose one lock is taken last.
    """

    connection: Connection
    world: World
    loaded: Loaded
    written: Written
    shed_at: Mapping[str, float]
    now: datetime
    done: list[Done] = field(default_factory=list)

    def was_shed(self, job: _Job) -> bool:
        """Whether words of this person were shed before this delivery, and they were not told yet."""
        if job.person in self.loaded.shed:
            return True
        return job.person in self.written.shed and self.shed_at[job.person] < job.caller.arrived

    def told_of_shedding(self, person: str) -> None:
        """The person knows now."""
        self.loaded.shed.discard(person)
        self.written.shed.discard(person)
        self.written.unshed.add(person)


class _NoTransaction(Exception):
    """None could be begun: the database is locked, or out of reach. The reason is its cause."""


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """
    `max_waiting`: with so many turns waiting, typed and tapped messages are shed. `erase_on_leaving`:
    unfollowing deletes what ties answers to the person.
    """

    max_waiting: int = 200
    erase_on_leaving: bool = False


@dataclass(slots=True)
class TurnCounts:
    """Totals since start, for metrics."""

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
        side_desks: Sequence[SideDesk] = (),
        seal: Callable[[bytes], bytes] | None = None,
        note_receipt: NoteReceipt = no_receipts,
    ) -> None:
        """`seal` encrypts the openid of whoever wants to hear an outcome; without it nobody is asked."""
        self._engine = engine
        self._store = store_for(engine.dialect.name)
        self._person_key = person_key
        self._load_world = load_world
        self._book = book
        self._hearing = Hearing(book, render, SideDesks(side_desks), person_key)
        self._note_receipt = note_receipt
        self._clock = clock
        self._settings = settings or TurnSettings()
        self._seal = seal
        self._group: Group[_Job] = Group(self._take_together, MAX_GROUP)
        self._memory = PersonMemory()
        self._world: World | None = None
        self._world_stamp = ""
        self._door = Door(self._group, self._settings.max_waiting, clock)
        self._counts = TurnCounts()

    @property
    def counts(self) -> TurnCounts:
        """What was counted so far."""
        return replace(self._counts, shed=self._door.shed)

    @property
    def waiting(self) -> int:
        """How many turns wait at this moment."""
        return len(self._group)

    def take(self, incoming: Incoming) -> str:
        """See `Turns.take`. Any error of the turn itself is raised here, with nothing written."""
        person = person_hash(self._person_key, incoming.openid)
        job = _Job(Caller(incoming, person, time.monotonic()))
        with self._door.entered(job.caller):
            self._group.do(job)
        if job.error is not None:
            raise job.error
        return job.reply

    def _take_together(self, jobs: Sequence[_Job]) -> None:
        """Take the jobs in one transaction; if that fails as a whole, each in one of its own."""
        started = time.perf_counter()
        try:
            self._commit(jobs)
        except _NoTransaction as error:
            _fail(jobs, error.__cause__)
        except Exception as error:
            if len(jobs) == 1:
                _fail(jobs, error)
            else:
                log.warning("turn_group_split", extra={"turns": len(jobs), "reason": type(error).__name__})
                self._take_each_alone(jobs)
        self._counts.groups += 1
        self._counts.turns += len(jobs)
        self._counts.failed += sum(job.error is not None for job in jobs)
        self._counts.seconds += time.perf_counter() - started

    def _take_each_alone(self, jobs: Sequence[_Job]) -> None:
        for number, job in enumerate(jobs):
            try:
                self._commit([job])
            except _NoTransaction as error:
                _fail(jobs[number:], error.__cause__)
                return
            except Exception as error:
                _fail([job], error)

    def _commit(self, jobs: Sequence[_Job]) -> None:
        """Take the jobs, and who was shed meanwhile, in one transaction."""
        for job in jobs:
            job.reply, job.error = "", None
        shed_at = self._door.take_shed()
        try:
            with self._transaction() as connection:
                self._take_batch(connection, jobs, shed_at)
        except BaseException:
            self._door.give_back_shed(shed_at)
            raise

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block; _NoTransaction when none can be begun."""
        try:
            connection = self._engine.connect()
        except Exception as error:
            raise _NoTransaction from error
        with connection:
            try:
                transaction = connection.begin()
            except Exception as error:
                raise _NoTransaction from error
            with transaction:
                yield connection

    def _take_batch(self, connection: Connection, jobs: Sequence[_Job], shed_at: Mapping[str, float]) -> None:
        now = self._clock()
        persons = list({job.person for job in jobs if not isinstance(job.incoming.what, Nothing)})
        keys = [job.incoming.delivery_key for job in jobs]
        loaded = self._store.load(connection, persons, keys, [job.incoming.stamp for job in jobs])
        world = self._current_world(connection, loaded.catalog_stamp)
        batch = _Batch(connection, world, loaded, Written(shed=set(shed_at)), shed_at, now)
        for job in jobs:
            try:
                self._take_one(batch, job)
            except Exception as error:  # the turn's own failure: nothing of it is written, the others go on
                job.error = error
        batch.written.unmade = loaded.made - batch.written.persons.keys()
        self._store.save(connection, batch.written, now)
        record_all(connection, batch.done)

    def _current_world(self, connection: Connection, stamp: str) -> World:
        """The world as the catalog has it now; loaded anew when the catalog changed."""
        if self._world is None or stamp != self._world_stamp:
            self._world = self._load_world(connection, self._world)
            self._world_stamp = stamp
        return self._world

    def _take_one(self, batch: _Batch, job: _Job) -> None:
        incoming, loaded, written = job.incoming, batch.loaded, batch.written
        carried = loaded.stamps.get(incoming.stamp)
        if carried not in (None, incoming.delivery_key):
            raise StampReused
        stored = loaded.replies.get(incoming.delivery_key)
        if stored is None:
            if isinstance(incoming.what, Receipt):
                self._note_receipt(batch.connection, incoming.what, batch.now)
            job.reply, stored = ("", "") if isinstance(incoming.what, Nothing) else self._answer(batch, job)
            loaded.replies[incoming.delivery_key] = written.replies[incoming.delivery_key] = stored
        else:
            job.reply = self._hearing.read(stored)
            self._counts.repeats += 1
        if carried is None:
            loaded.stamps[incoming.stamp] = written.stamps[incoming.stamp] = incoming.delivery_key

    def _answer(self, batch: _Batch, job: _Job) -> tuple[str, str]:
        """Have it decided, and note what has to be written; the reply, and the reply as it is stored."""
        incoming, world, now = job.incoming, batch.world, batch.now
        row = batch.loaded.persons.get(job.person)
        person = self._memory.read(job.person, row.state) if row else Person()
        person = without_old_rounds(person, world.catalog, now)
        was_shed = batch.was_shed(job)
        around = desk.Circumstances(
            now=now,
            account_of=partial(world.account_of, incoming.openid),
            new_id=partial(self._book.new_id, now),
            seed=secrets.randbits(32),
            silent_for=now - row.updated_at if row else timedelta(0),
            is_late=row is not None and incoming.created_at < row.typed_at,
            was_shed=was_shed,
            erase_on_leaving=self._settings.erase_on_leaving,
            seal_openid=partial(self._seal, incoming.openid.encode()) if self._seal else None,
        )
        visitor = Visitor(job.person, incoming.openid, person, world, around)
        heard = self._hearing.hear(batch.connection, visitor, incoming.what)
        state = self._memory.write(job.person, heard.person)
        typed_at = max(row.typed_at if row else 0, incoming.created_at)
        batch.loaded.persons[job.person] = PersonRow(state, typed_at, now)
        batch.written.persons[job.person] = (state, heard.person.round_under_way, typed_at)
        batch.written.events += heard.events
        batch.written.unlinked |= heard.unlinked
        batch.done += heard.done
        if was_shed:
            batch.told_of_shedding(job.person)
        return heard.reply, heard.stored


def _fail(jobs: Sequence[_Job], error: BaseException | None) -> None:
    for job in jobs:
        job.error = error
