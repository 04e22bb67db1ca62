"""Counting beforehand and counting on the spot come to the same, whatever happens in between."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.config import Settings
from core.conversation.state import Answer
from core.db.reading import reading
from core.people.keys import KeyRing
from core.people.reach import EVERYTHING, NOTHING, Reach
from core.places.models import PlaceChange
from core.reports import tally, tallying
from core.reports.models import Tally, TallyMark
from core.reports.scope import Scope
from core.responses.models import AnswerRow, Response
from tests.hand_clock import START
from tests.reports.factories import (
    CHENGGUAN,
    DULEI,
    FINANCE,
    NANDAN,
    QINGYUAN,
    YIZHOU,
    make_places,
    make_response,
    make_round,
)

LATER = START + timedelta(hours=1)


@pytest.fixture
def scope(engine: Engine, settings: Settings) -> Scope:
    with Session(engine) as session, session.begin():
        make_places(session)
        made = make_round(session, KeyRing(settings.data_key))
        return Scope(reach=EVERYTHING, round_id=made.id, questionnaire_id="residents-2021")


def respond(engine: Engine, scope: Scope, code: str = "s5", **others: Any) -> int:
    with Session(engine) as session, session.begin():
        return make_response(session, scope.round_id, {"gov": code}, **others)


def supersede(engine: Engine, earlier: int, later: int) -> None:
    with engine.begin() as connection:
        connection.execute(update(Response).where(Response.id == earlier).values(superseded_by=later))


def counts_of(engine: Engine, scope: Scope) -> dict[str, int]:
    with reading(engine) as connection:
        return {key.codes: counted.count for key, counted in tally.counts(connection, scope).items()}


def test_counts_do_not_depend_on_a_worker(engine: Engine, scope: Scope) -> None:
    for code in ("s5", "s5", "s4"):
        respond(engine, scope, code)

    before = counts_of(engine, scope)
    steps = tally.advance(engine, LATER)
    after = counts_of(engine, scope)

    assert before == after == {"s5": 2, "s4": 1}
    assert steps == 1
    assert tally.advance(engine, LATER) == 0


def test_what_came_within_the_last_minutes_is_counted_on_the_spot(engine: Engine, scope: Scope) -> None:
    respond(engine, scope, "s5")
    respond(engine, scope, "s4", finished_at=LATER)

    tally.advance(engine, LATER)

    with engine.connect() as connection:
        assert connection.scalar(select(func.sum(Tally.count))) == 1
    assert counts_of(engine, scope) == {"s5": 1, "s4": 1}


def test_only_complete_responses_count(engine: Engine, scope: Scope) -> None:
    respond(engine, scope, "s5", status="break_off")
    respond(engine, scope, "s4")

    assert counts_of(engine, scope) == {"s4": 1}
    tally.advance(engine, LATER)
    assert counts_of(engine, scope) == {"s4": 1}


def test_a_response_superseded_after_it_was_counted_is_taken_out_again(engine: Engine, scope: Scope) -> None:
    earlier = respond(engine, scope, "s1")
    tally.advance(engine, LATER)
    later = respond(engine, scope, "s5", finished_at=LATER)
    supersede(engine, earlier, later)

    assert counts_of(engine, scope) == {"s5": 1}
    tally.advance(engine, LATER + timedelta(hours=1))
    assert counts_of(engine, scope) == {"s5": 1}
    with engine.connect() as connection:
        assert connection.scalars(select(Tally.codes)).all() == ["s5"]


def test_words_numbers_and_media_are_counted(engine: Engine, scope: Scope) -> None:
    with Session(engine) as session, session.begin():
        for answer in (Answer(text="话", voices=("v",)), Answer(photos=("p",)), Answer(number=4.5), Answer()):
            make_response(session, scope.round_id, {"suggest": answer})

    for _ in range(2):
        with reading(engine) as connection:
            found = tally.counts(connection, scope)[tally.AnswerKey("suggest", "", "")]
        assert (found.count, found.words, found.media) == (4, 2, 2)
        assert (found.numbers, found.number_sum) == (1, 4.5)
        tally.advance(engine, LATER)


def test_a_scope_is_a_county_a_township_or_a_unit(engine: Engine, scope: Scope) -> None:
    for place in (QINGYUAN, DULEI, YIZHOU, CHENGGUAN, ""):
        respond(engine, scope, place=place)
    respond(engine, scope, "s1", questionnaire="units-2021", unit=FINANCE)

    def count(**narrower: Any) -> int:
        return sum(counts_of(engine, replace(scope, **narrower)).values())

    for _ in range(2):
        assert count() == 5
        assert count(place_code=YIZHOU) == 3
        assert count(place_code=QINGYUAN) == 1
        assert count(place_code=NANDAN) == 1
        assert count(questionnaire_id="units-2021", unit_code=FINANCE) == 1
        assert count(questionnaire_id="units-2021", unit_code="U002") == 0
        assert count(reach=Reach("county", YIZHOU)) == 3
        assert count(reach=Reach("county", YIZHOU), place_code=NANDAN) == 0
        assert count(reach=Reach("unit", FINANCE)) == 0
        assert count(reach=Reach("unit", FINANCE), questionnaire_id="units-2021") == 1
        assert count(reach=Reach("unit", "U002"), questionnaire_id="units-2021") == 0
        assert count(reach=NOTHING) == 0
        tally.advance(engine, LATER)


def test_answers_from_a_recoded_place_count_where_it_lies_today(engine: Engine, scope: Scope) -> None:
    respond(engine, scope, "s5", place="451221900001")
    with engine.begin() as connection:
        connection.execute(insert(PlaceChange).values(old_code="451221900001", new_code=QINGYUAN))

    for _ in range(2):
        for place, expected in ((YIZHOU, {"s5": 1}), (QINGYUAN, {"s5": 1}), (NANDAN, {})):
            narrowed = Scope(
                reach=EVERYTHING, round_id=scope.round_id, questionnaire_id="residents-2021", place_code=place
            )
            assert counts_of(engine, narrowed) == expected
        tally.advance(engine, LATER)


def test_a_rebuild_forgets_what_was_deleted(engine: Engine, scope: Scope) -> None:
    respond(engine, scope, "s5")
    erased = respond(engine, scope, "s4")
    tally.advance(engine, LATER)
    with engine.begin() as connection:
        connection.execute(delete(AnswerRow).where(AnswerRow.response_id == erased))

    tally.rebuild(engine, LATER)

    assert counts_of(engine, scope) == {"s5": 1}


def test_two_workers_that_step_at_once_count_once(
    engine: Engine, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    respond(engine, scope)
    change = tallying._change
    others = []

    def beaten(*args: Any) -> Any:
        found = change(*args)
        if not others:
            others.append(1)
            tally.advance(engine, LATER)
        return found

    monkeypatch.setattr(tallying, "_change", beaten)
    tally.advance(engine, LATER)

    assert counts_of(engine, scope) == {"s5": 1}
    with engine.connect() as connection:
        assert connection.scalar(select(func.sum(Tally.count))) == 1


@pytest.mark.parametrize("seed", range(4))
def test_at_any_moment_the_counts_are_those_of_the_tables(
    seed: int, sqlite_engine: Engine, settings: Settings
) -> None:
    chance = random.Random(seed)
    with Session(sqlite_engine) as session, session.begin():
        make_places(session)
        made = make_round(session, KeyRing(settings.data_key))
        scope = Scope(reach=EVERYTHING, round_id=made.id, questionnaire_id="residents-2021")
    alive: list[tuple[int, str]] = []
    now = START
    for _ in range(60):
        now += timedelta(minutes=chance.choice((0, 1, 4, 20)))
        code = chance.choice(("s5", "s4", "dk"))
        response_id = respond(sqlite_engine, scope, code, finished_at=now)
        if alive and chance.random() < 0.4:
            gone = alive.pop(chance.randrange(len(alive)))
            supersede(sqlite_engine, gone[0], response_id)
        alive.append((response_id, code))
        if chance.random() < 0.3:
            tally.advance(sqlite_engine, now, 3)

        assert counts_of(sqlite_engine, scope) == dict(Counter(code for _id, code in alive))
    with sqlite_engine.connect() as connection:
        assert (connection.scalar(select(TallyMark.upto)) or 0) <= max(each[0] for each in alive)
