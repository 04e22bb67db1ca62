"""
What the worker does for conversations: breaking off what is over, forgetting old deliveries.

Each batch is a transaction of its own and may run twice without harm: a run that was broken off is no
longer under way, a delivery that was deleted is gone.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine, bindparam, delete, or_, select, update

from core.conversation import desk
from core.conversation.book import ResponseBook
from core.conversation.counting import endings_of
from core.conversation.keeping import from_text, to_text
from core.conversation.models import Conversation, Delivery, DeliveryStamp
from core.conversation.turn_store import PersonRow, Written, store_for
from core.conversation.turns import WorldLoader
from core.conversation.visit import IDLE_LIMIT
from core.conversation.world import World

# Few enough that on SQLite, where a batch holds the one write lock, nobody waits long for a turn.
BATCH = 200
# The platform re-delivers within seconds; a request is accepted up to ten minutes from its timestamp. The
# pair of both must be known for as long as a copy of the request could still be accepted.
KEEP_DELIVERIES = timedelta(minutes=30)


def break_off_runs(
    engine: Engine, load_world: WorldLoader, book: ResponseBook, now: datetime, *, batch: int = BATCH
) -> int:
    """End every run whose round is over or that lay idle for 30 days; how many persons were concerned."""
    with engine.connect().execution_options(read_only=True) as connection:
        world = load_world(connection, None)
    concerned, last = 0, ""
    while True:
        with engine.connect().execution_options(read_only=True) as connection:
            persons = _who_may_be_over(connection, world, now, last, batch)
        if not persons:
            return concerned
        with engine.begin() as connection:
            concerned += _break_off(connection, world, book, persons, now)
        last = persons[-1]


def _who_may_be_over(
    connection: Connection, world: World, now: datetime, after: str, limit: int
) -> Sequence[str]:
    """The next persons, in the order of their keys, of whom a run is, or may be, over."""
    open_rounds = [entry.id for entry in world.catalog.rounds if entry.is_open(now)]
    may_be_over = or_(
        Conversation.round_id.not_in(open_rounds),
        Conversation.updated_at <= now - IDLE_LIMIT,
        # `round_id` tells of the current run alone; what waits on the shelf has to be looked at.
        Conversation.state.contains('"shelf":'),
    )
    return connection.scalars(
        select(Conversation.person)
        .where(Conversation.round_id.is_not(None), Conversation.person > after, may_be_over)
        .order_by(Conversation.person)
        .limit(limit)
    ).all()


def _break_off(
    connection: Connection, world: World, book: ResponseBook, persons: Sequence[str], now: datetime
) -> int:
    """Lock these persons, look again, and store what is over; how many there were."""
    store = store_for(connection.dialect.name)
    locked = store.load(connection, persons, [], []).persons
    written = Written()
    changed = []
    for key, row in locked.items():
        before = from_text(row.state)
        outcome = desk.close_runs(world, before, _around(book, row, now))
        if outcome.person == before:
            continue
        book.record(connection, world, outcome.records, key, now)
        written.events += endings_of(world, outcome.records)
        round_id = outcome.person.round_under_way
        changed.append({"key": key, "state": to_text(outcome.person), "round_id": round_id})
    if changed:
        # `updated_at` stays: it says when the person was last heard, and the worker is not the person.
        connection.execute(
            update(Conversation)
            .where(Conversation.person == bindparam("key"))
            .values(state=bindparam("state"), round_id=bindparam("round_id"))
            .execution_options(synchronize_session=False),
            changed,
        )
        store.save(connection, written, now)
    return len(changed)


def _around(book: ResponseBook, row: PersonRow, now: datetime) -> desk.Circumstances:
    return desk.Circumstances(
        now=now,
        account_of=_no_account,
        new_id=partial(book.new_id, now),
        seed=secrets.randbits(32),
        silent_for=now - row.updated_at,
    )


def _no_account(round_id: int) -> str:
    raise AssertionError(f"closing a run begins none in round {round_id}")


def forget_deliveries(engine: Engine, now: datetime, *, batch: int = 5000) -> int:
    """Delete deliveries and stamps older than half an hour, a batch at a time; how many rows went."""
    before = now - KEEP_DELIVERIES
    gone = 0
    for table, key in ((Delivery, Delivery.key), (DeliveryStamp, DeliveryStamp.stamp)):
        while True:
            with engine.begin() as connection:
                old = select(key).where(table.at < before).limit(batch)
                deleted = connection.execute(delete(table).where(key.in_(old))).rowcount
            gone += deleted
            if deleted < batch:
                break
    return gone
