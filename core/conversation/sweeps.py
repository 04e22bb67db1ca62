"""
What the worker does for conversations: breaking off what is over, forgetting old deliveries.

Each batch is a transaction of its own and may run twice without harm: a run that was broken off is no
longer under way, a delivery that was deleted is gone.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select

from core.conversation import desk
from core.conversation.book import ResponseBook
from core.conversation.keeping import from_text, to_text
from core.conversation.models import Conversation, Delivery, DeliveryStamp
from core.conversation.turn_store import Written, store_for
from core.conversation.turns import WorldLoader, round_under_way
from core.conversation.world import World

BATCH = 500
# The platform re-delivers within seconds; a request is accepted up to ten minutes from its timestamp. The
# pair of both must be known for as long as a copy of the request could still be accepted.
KEEP_DELIVERIES = timedelta(minutes=30)


def _no_account(round_id: int) -> str:
    raise AssertionError("closing a run begins none")


def break_off_runs(
    engine: Engine, load_world: WorldLoader, book: ResponseBook, now: datetime, *, batch: int = BATCH
) -> int:
    """End every run whose round is over or that lay idle for 30 days; how many persons were concerned."""
    world: World | None = None
    concerned, last = 0, ""
    while True:
        with engine.begin() as connection:
            if world is None:
                world = load_world(connection, None)
            persons = connection.scalars(
                select(Conversation.person)
                .where(Conversation.round_id.is_not(None), Conversation.person > last)
                .order_by(Conversation.person)
                .limit(batch)
            ).all()
            if not persons:
                return concerned
            store = store_for(engine.dialect.name)
            loaded = store.load(connection, persons, [], [])
            written = Written()
            for key, row in loaded.persons.items():
                person = from_text(row.state)
                around = desk.Circumstances(
                    now=now,
                    account_of=_no_account,
                    new_id=_ids(book, now),
                    seed=secrets.randbits(32),
                    silent_for=now - row.updated_at,
                )
                outcome = desk.close_runs(world, person, around)
                if outcome.person == person:
                    continue
                book.record(connection, world, outcome.records, key, now)
                state = to_text(outcome.person)
                written.persons[key] = (state, round_under_way(outcome.person), row.typed_at)
            store.save(connection, written, now)
            concerned += len(written.persons)
            last = persons[-1]


def _ids(book: ResponseBook, now: datetime) -> Callable[[], int]:
    return lambda: book.new_id(now)


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


def runs_under_way(engine: Engine) -> int:
    """How many persons are in the middle of a questionnaire."""
    with engine.connect() as connection:
        return (
            connection.scalar(
                select(func.count()).select_from(Conversation).where(Conversation.round_id.is_not(None))
            )
            or 0
        )
