"""What the worker does now and then: breaking off what is over, forgetting old deliveries."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.conversation.inputs import Said
from core.conversation.models import Conversation, Delivery, DeliveryStamp
from core.conversation.prompts import AlreadyClosed, AskPrompt, Resumed
from core.conversation.sweeps import break_off_runs, forget_deliveries
from core.conversation.world import World
from tests.turns.town import PROSECUTORS, RESIDENTS, UNITS, Town, shipped


def sweep(town: Town, batch: int = 200) -> int:
    """Break off what is over now."""
    return break_off_runs(town.engine, town.load_world, town.book, town.clock(), batch=batch)


def under_way(town: Town) -> int:
    """How many conversations are marked as being in a round."""
    with town.engine.connect() as connection:
        return len(
            connection.scalars(select(Conversation.person).where(Conversation.round_id.is_not(None))).all()
        )


def test_when_the_round_closed_every_run_is_written_as_broken_off(town: Town) -> None:
    for i in range(7):
        town.begins(f"villager {i}")
        town.says(f"villager {i}", "1")
    town.answers_all("finished")
    town.scans("only consent")
    town.close()

    concerned = sweep(town, batch=3)

    assert concerned == 8
    assert town.statuses() == ["complete", *["break_off"] * 7]
    assert under_way(town) == 0


def test_running_twice_is_harmless(town: Town) -> None:
    town.begins("villager")
    town.close()

    assert (sweep(town), sweep(town), len(town.responses())) == (1, 0, 1)


def test_what_is_open_and_not_idle_is_left_alone(town: Town) -> None:
    town.begins("villager")
    town.clock.advance(days=29)

    assert sweep(town) == 0
    assert town.says("villager", "1")[-1].key == "cadre"


def test_thirty_idle_days_end_a_run(town: Town) -> None:
    town.begins("idle")
    town.clock.advance(days=15)
    town.begins("busy")
    town.clock.advance(days=15)

    assert sweep(town) == 1
    assert town.statuses() == ["break_off"]
    assert town.says("busy", "1").kinds == [AskPrompt]


def test_what_was_swept_is_told_at_the_next_word(town: Town) -> None:
    town.begins("villager")
    town.close()
    sweep(town)

    assert town.says("villager", "1").kinds[-1] is AlreadyClosed
    assert len(town.responses()) == 1


def test_of_several_rounds_only_the_runs_of_the_closed_one_end(bare_town: Town) -> None:
    _two_rounds(bare_town)
    bare_town.begins("villager")
    bare_town.begins("visitor", PROSECUTORS)
    bare_town.close(UNITS)

    assert sweep(bare_town) == 1
    assert [row.questionnaire_id for row in bare_town.responses()] == [UNITS]
    assert bare_town.says("villager", "1").kinds == [AskPrompt]


def test_what_waits_on_the_shelf_is_found_behind_an_open_one(bare_town: Town) -> None:
    _two_rounds(bare_town)
    bare_town.begins("villager")
    bare_town.taps("villager", bare_town.scans("villager", PROSECUTORS), "去答新的")
    bare_town.says("villager", "我愿意评价")
    bare_town.close(RESIDENTS)

    assert (sweep(bare_town), sweep(bare_town)) == (1, 0)
    assert [row.questionnaire_id for row in bare_town.responses()] == [RESIDENTS]
    assert bare_town.says("villager", "1")[-1].key == "easy"


def test_what_waits_takes_the_place_of_what_was_broken_off(bare_town: Town) -> None:
    _two_rounds(bare_town)
    bare_town.begins("villager")
    bare_town.taps("villager", bare_town.scans("villager", PROSECUTORS), "去答新的")
    bare_town.says("villager", "我愿意评价")
    bare_town.close(UNITS)

    assert sweep(bare_town) == 1
    assert under_way(bare_town) == 1
    bare_town.clock.advance(hours=1)
    assert bare_town.says("villager", "你好").kinds == [Resumed, AskPrompt]


def test_the_worker_is_not_the_person(bare_town: Town) -> None:
    # What the sweep changes must not make a person who was silent for weeks look as if just heard.
    _two_rounds(bare_town)
    bare_town.begins("villager")
    bare_town.taps("villager", bare_town.scans("villager", PROSECUTORS), "去答新的")
    bare_town.says("villager", "我愿意评价")
    bare_town.close(UNITS)
    bare_town.clock.advance(days=29)
    sweep(bare_town)
    bare_town.clock.advance(days=1)

    assert sweep(bare_town) == 1
    assert bare_town.statuses() == ["break_off", "break_off"]


def test_a_round_opened_during_the_sweep_loses_nobody(bare_town: Town) -> None:
    bare_town.load(RESIDENTS, shipped(RESIDENTS))
    bare_town.open(RESIDENTS, RESIDENTS)
    earlier = bare_town.world()
    bare_town.load(UNITS, shipped(UNITS))
    bare_town.open(UNITS, UNITS)
    bare_town.begins("visitor", PROSECUTORS)

    def as_it_was(*_: object) -> World:
        return earlier

    break_off_runs(bare_town.engine, as_it_was, bare_town.book, bare_town.clock())

    assert bare_town.says("visitor", "1")[-1].key == "easy"


def test_a_turn_at_the_same_moment_breaks_off_once(town: Town) -> None:
    people = [f"villager {i}" for i in range(12)]
    for who in people:
        town.begins(who)
    town.close()
    threads = [threading.Thread(target=town.says, args=(who, "1")) for who in people]
    threads.append(threading.Thread(target=sweep, args=(town, 2)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert town.statuses() == ["break_off"] * len(people)


def test_a_batch_that_fails_leaves_the_others_done(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(4):
        town.begins(f"villager {i}")
    town.close()
    book = town.book
    record = book.record
    calls = []

    def fail_later(*args: object) -> None:
        calls.append(args)
        if len(calls) == 3:
            raise RuntimeError("the disk is gone")
        record(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(book, "record", fail_later)
    with pytest.raises(RuntimeError, match="disk"):
        break_off_runs(town.engine, town.load_world, book, town.clock(), batch=2)

    assert (len(town.responses()), under_way(town)) == (2, 2)
    assert sweep(town) == 2
    assert town.statuses() == ["break_off"] * 4


def test_deliveries_are_forgotten_after_half_an_hour_in_batches(town: Town) -> None:
    for _ in range(7):
        town.says("villager", "你好")
    town.clock.advance(minutes=29)
    kept = town.delivery("villager", Said("你好"))
    town.turns.take(kept)
    assert forget_deliveries(town.engine, town.clock(), batch=3) == 0
    town.clock.advance(minutes=2)

    gone = forget_deliveries(town.engine, town.clock(), batch=3)

    assert gone == 14
    assert (town.count(Delivery), town.count(DeliveryStamp)) == (1, 1)
    assert forget_deliveries(town.engine, town.clock()) == 0
    # What is still known is still answered with the same words.
    town.turns.take(kept)
    assert town.turns.counts.repeats == 1


def _two_rounds(town: Town) -> None:
    for name in (RESIDENTS, UNITS):
        town.load(name, shipped(name))
        town.open(name, name, lasts=timedelta(days=200))
