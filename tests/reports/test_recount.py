"""The tallies are proved from the raw answers: days, endings and answers, whatever happened in between."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from core.config import Settings
from core.db.engine import open_engine
from core.db.reading import reading
from core.people.keys import KeyRing
from core.people.models import Staff
from core.people.reach import EVERYTHING
from core.quality.service import decide
from core.reports import tally, tallying
from core.reports.models import DayTally, EndedTally, Tally
from core.reports.scope import Scope
from core.responses.models import AnswerRow, Response
from tests.hand_clock import START
from tests.reports.factories import (
    CHENGGUAN,
    FINANCE,
    NANDAN,
    QINGYUAN,
    YIZHOU,
    make_places,
    make_response,
    make_round,
)

LATER = START + timedelta(hours=1)
TODAY = date(2026, 12, 1)
# START is nine in the morning in Shanghai; ten hours before it was yesterday there, and in UTC, too.
YESTERDAY_EVENING = START - timedelta(hours=10)


@pytest.fixture
def scope(engine: Engine, settings: Settings) -> Scope:
    with Session(engine) as session, session.begin():
        make_places(session)
        made = make_round(session, KeyRing(settings.data_key))
        session.add(Staff(id=1, name="office", role="office", password_hash="", created_at=START))
        return Scope(reach=EVERYTHING, round_id=made.id, questionnaire_id="residents-2021")


@pytest.fixture
def said(engine: Engine, scope: Scope) -> list[int]:
    """Six answers on two days from two counties, and a judgement of a unit; one of the six broke off."""
    with Session(engine) as session, session.begin():
        make = scope.round_id
        found = [
            make_response(session, make, {"gov": "s5"}, finished_at=YESTERDAY_EVENING),
            make_response(session, make, {"gov": "s5", "suggest": "x"}),
            make_response(session, make, {"gov": "s1", "home": QINGYUAN}),
            make_response(session, make, {"gov": "dk"}, place=CHENGGUAN),
            make_response(session, make, {"gov": "s3"}, place=""),
            make_response(session, make, {"gov": "s2"}, status="break_off"),
        ]
        make_response(session, make, {"easy": "s4"}, questionnaire="units-2021", unit=FINANCE, place="")
        return found


def of_days(engine: Engine, scope: Scope, **narrower: Any) -> dict[date, dict[str, dict[str, int]]]:
    with reading(engine) as connection:
        return tally.days(connection, scope, ["gov"], **narrower)


def before_and_after_counting(engine: Engine, look: Callable[[], Any]) -> Any:
    """What a page shows before the worker has counted, after it, and after a recount: one and the same."""
    found = look()
    tally.advance(engine, LATER)
    assert look() == found
    assert tallying.recount(engine) == []
    assert look() == found
    return found


def test_days_are_shanghais_and_of_the_whole_a_county_or_a_unit(
    engine: Engine, scope: Scope, said: list[int]
) -> None:
    yizhou = Scope(
        reach=EVERYTHING, round_id=scope.round_id, questionnaire_id="residents-2021", place_code=YIZHOU
    )
    unit = Scope(reach=EVERYTHING, round_id=scope.round_id, questionnaire_id="units-2021", unit_code=FINANCE)

    def look() -> Any:
        with reading(engine) as connection:
            judged = tally.days(connection, unit, ["easy"])
        return of_days(engine, scope), of_days(engine, yizhou, since=TODAY), judged

    whole, of_yizhou, of_unit = before_and_after_counting(engine, look)

    assert whole == {
        TODAY - timedelta(days=1): {"": {"complete": 1}, "gov": {"s5": 1}},
        TODAY: {"": {"complete": 4, "break_off": 1}, "gov": {"s5": 1, "s1": 1, "dk": 1, "s3": 1}},
    }
    assert of_yizhou == {TODAY: {"": {"complete": 2, "break_off": 1}, "gov": {"s5": 1, "s1": 1}}}
    assert of_unit == {TODAY: {"": {"complete": 1}, "easy": {"s4": 1}}}
    with pytest.raises(ValueError, match="counties and for units"):
        of_days(engine, Scope(reach=EVERYTHING, round_id=1, place_code=QINGYUAN))


def test_figures_by_place_and_by_channel_add_up(engine: Engine, scope: Scope, said: list[int]) -> None:
    with engine.begin() as connection:
        connection.execute(update(Response).where(Response.id == said[1]).values(channel="web"))

    def look() -> Any:
        with reading(engine) as connection:
            counties = tally.counts_by(connection, scope, "county", ["gov"])
            townships = tally.counts_by(connection, scope, "township")
            ended = tally.ended_by(connection, scope, "county")
            return counties, townships, ended, tally.channels(connection, scope)

    counties, townships, ended, channels = before_and_after_counting(engine, look)

    assert {name: sum(each.count for each in part.values()) for name, part in counties.items()} == {
        YIZHOU: 3,
        NANDAN: 1,
        "": 1,
    }
    assert townships[QINGYUAN][tally.AnswerKey("home", "", QINGYUAN)].count == 1
    assert (ended[YIZHOU].complete, ended[YIZHOU].break_off, ended[""].complete) == (3, 1, 1)
    assert channels == ["wechat", "web"]


def test_a_recount_finds_no_fault_in_what_was_superseded_and_set_aside_meanwhile(
    engine: Engine, scope: Scope, said: list[int]
) -> None:
    tally.advance(engine, LATER)
    with Session(engine) as session, session.begin():
        later = make_response(session, scope.round_id, {"gov": "s4"}, finished_at=LATER)
        session.execute(update(Response).where(Response.id == said[2]).values(superseded_by=later))
        decide(session, said[1], aside=True, staff_id=1, reason="没有人答", now=LATER)

    # Before these are taken in they are no faults of what was counted, and after it neither.
    assert tallying.recount(engine, repair=False) == []
    tally.advance(engine, LATER + timedelta(hours=1))
    assert tallying.recount(engine, repair=False) == []
    assert of_days(engine, scope)[TODAY]["gov"] == {"dk": 1, "s3": 1, "s4": 1}


@pytest.mark.parametrize("table", [Tally, EndedTally, DayTally])
def test_a_planted_error_is_found_and_set_right(
    table: Any, engine: Engine, scope: Scope, said: list[int]
) -> None:
    tally.advance(engine, LATER)
    with engine.begin() as connection:
        right = connection.scalar(select(func.sum(table.count)))
        connection.execute(update(table).where(table.count == 1).values(count=3))

    found = tallying.recount(engine, repair=False)

    assert found
    assert {(each.table, each.count) for each in found} == {(table.__tablename__, -2)}
    assert tallying.recount(engine) == found
    assert tallying.recount(engine) == []
    with engine.connect() as connection:
        assert connection.scalar(select(func.sum(table.count))) == right


def test_a_cell_that_was_lost_or_whose_answers_were_deleted_is_found(
    engine: Engine, scope: Scope, said: list[int]
) -> None:
    tally.advance(engine, LATER)
    with engine.begin() as connection:
        connection.execute(delete(EndedTally).where(EndedTally.place_code == CHENGGUAN))
        connection.execute(delete(AnswerRow).where(AnswerRow.question == "suggest"))

    found = tallying.recount(engine)

    assert {(each.table, each.count) for each in found} == {("ended_tally", 1), ("tally", -1)}
    assert tallying.recount(engine) == []


def test_two_that_recount_at_once_set_right_once(
    engine: Engine, scope: Scope, said: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    tally.advance(engine, LATER)
    with engine.begin() as connection:
        connection.execute(update(EndedTally).values(count=9))
    others: list[int] = []
    other = open_engine(engine.url.render_as_string(hide_password=False))
    counted = tallying._counted_anew

    def slowly(*args: Any) -> Any:
        found = counted(*args)
        if not others:
            others.append(1)
            tallying.recount(other)
        return found

    monkeypatch.setattr(tallying, "_counted_anew", slowly)
    tallying.recount(engine)
    other.dispose()

    assert others == [1]
    assert tallying.recount(engine, repair=False) == []
