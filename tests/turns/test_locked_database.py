"""A database that is locked, or that refuses a whole group of turns."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from core.conversation.incoming import Incoming, Scanned
from core.conversation.inputs import Said
from core.conversation.models import Conversation, Delivery
from core.conversation.prompts import AskPrompt, ConsentPrompt, WasShed
from core.conversation.turn_store import Written
from core.errors import Busy
from tests.turns.town import QINGYUAN, Town

VILLAGERS = [f"villager {number}" for number in range(10)]
LOCK_SECONDS = 0.4


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Somebody else holds SQLite's write lock; whoever wants it gives up after `LOCK_SECONDS`."""

    @event.listens_for(engine, "checkout")
    def _be_impatient(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={int(LOCK_SECONDS * 1000)}")

    with engine.connect() as holder, holder.begin():
        yield
    event.remove(engine, "checkout", _be_impatient)


def take_together(town: Town, deliveries: Sequence[Incoming]) -> list[str | Exception]:
    """Hand them in, each from a thread of its own; their replies or errors."""
    outcomes: list[str | Exception] = [""] * len(deliveries)

    def take(number: int) -> None:
        try:
            outcomes[number] = town.turns.take(deliveries[number])
        except Exception as error:
            outcomes[number] = error

    threads = [threading.Thread(target=take, args=(n,), daemon=True) for n in range(len(deliveries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return outcomes


def scans(town: Town) -> list[Incoming]:
    return [town.delivery(who, Scanned(QINGYUAN, QINGYUAN.raw)) for who in VILLAGERS]


def test_all_that_wait_for_a_locked_database_fail_together_and_not_one_after_the_other(
    sqlite_town: Town,
) -> None:
    deliveries = scans(sqlite_town)
    started = time.monotonic()

    with locked(sqlite_town.engine):
        outcomes = take_together(sqlite_town, deliveries)

    # The one that led waited for the lock, and then the others, together.
    assert time.monotonic() - started < 5 * LOCK_SECONDS
    assert all(isinstance(outcome, OperationalError) for outcome in outcomes)
    assert sqlite_town.count(Delivery) == 0
    for reply in take_together(sqlite_town, deliveries):
        assert isinstance(reply, str)
        assert isinstance(sqlite_town.said[reply][-1], ConsentPrompt)


def test_a_group_that_cannot_be_written_is_taken_one_by_one_and_only_the_culprit_fails(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries = scans(town)
    culprit = deliveries[3].delivery_key
    save = town.turns._store.save

    def refuse(connection: Connection, written: Written, now: object) -> None:
        if culprit in written.replies:
            raise ValueError("the database refuses this row")
        save(connection, written, now)  # type: ignore[arg-type]

    monkeypatch.setattr(town.turns._store, "save", refuse)
    outcomes = take_together(town, deliveries)

    assert [type(outcome) for outcome in outcomes] == [str] * 3 + [ValueError] + [str] * 6
    assert town.count(Conversation) == town.count(Delivery) == len(VILLAGERS) - 1
    assert town.turns.counts.failed == 1


def test_who_was_shed_is_told_even_if_the_next_commit_fails(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.max_waiting = 1
    sqlite_town.turns = sqlite_town.new_turns()
    deliveries = scans(sqlite_town)
    with locked(sqlite_town.engine):
        crowd = threading.Thread(target=take_together, args=(sqlite_town, deliveries))
        crowd.start()
        while sqlite_town.turns.waiting < 1:
            time.sleep(0.002)
        with pytest.raises(Busy):
            sqlite_town.says("villager", "1")
        crowd.join(30)

    assert sqlite_town.hears("villager", Said("1")).kinds == [WasShed, AskPrompt]
