"""How many answered, by place and by unit, and since midnight in Shanghai."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.config import Settings
from core.db.reading import reading
from core.people.keys import KeyRing
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer
from core.reports.progress import by_county, by_questionnaire, by_township, by_unit, in_all, since_midnight
from core.reports.scope import Scope
from tests.hand_clock import START
from tests.reports.factories import (
    CHENGGUAN,
    FINANCE,
    QINGYUAN,
    YIZHOU,
    make_places,
    make_response,
    make_round,
)

MIDNIGHT = START - timedelta(hours=9)


@pytest.fixture
def round_id(engine: Engine, settings: Settings) -> int:
    with Session(engine) as session, session.begin():
        make_places(session)
        return make_round(session, KeyRing(settings.data_key)).id


def test_today_begins_at_midnight_in_shanghai(engine: Engine, round_id: int) -> None:
    with Session(engine) as session, session.begin():
        make_response(session, round_id, finished_at=MIDNIGHT)
        make_response(session, round_id, finished_at=MIDNIGHT - timedelta(seconds=1))

    with reading(engine) as connection:
        assert since_midnight(connection, round_id, EVERYTHING, START).complete == 1
        assert by_questionnaire(connection, round_id, EVERYTHING)["residents-2021"].complete == 2


def test_endings_are_told_apart_and_superseded_ones_left_out(engine: Engine, round_id: int) -> None:
    with Session(engine) as session, session.begin():
        for status in ("complete", "break_off", "refused", "ineligible", "callback"):
            later = make_response(session, round_id, status=status)
        make_response(session, round_id, superseded_by=later)

    with reading(engine) as connection:
        whole = in_all(connection, Scope(reach=EVERYTHING, round_id=round_id))

    assert (whole.complete, whole.break_off, whole.refused, whole.other, whole.total) == (1, 1, 1, 2, 5)
    assert whole.complete_share == 0.2


def test_every_place_has_a_line_and_the_lines_add_up(engine: Engine, round_id: int) -> None:
    with Session(engine) as session, session.begin():
        for place in (QINGYUAN, QINGYUAN, YIZHOU, CHENGGUAN, "", "451200", "888888"):
            make_response(session, round_id, place=place)
        make_response(session, round_id, questionnaire="units-2021", unit=FINANCE, place="")
    scope = Scope(reach=EVERYTHING, round_id=round_id)

    with reading(engine) as connection:
        gazetteer = load_gazetteer(connection)
        counties = {part.name: part.ended.complete for part in by_county(connection, scope, gazetteer)}
        townships = {part.name: part.ended.complete for part in by_township(connection, scope, gazetteer)}
        in_yizhou = Scope(reach=EVERYTHING, round_id=round_id, place_code=YIZHOU)
        below = {part.name: part.ended.complete for part in by_township(connection, in_yizhou, gazetteer)}
        units = {part.name: part.ended.complete for part in by_unit(connection, scope, gazetteer)}

    assert counties == {"宜州区": 3, "南丹县": 1, "没说是哪里": 4}
    assert townships == {"宜州区庆远镇": 2, "宜州区德胜镇": 0, "南丹县城关镇": 1, "没说到乡镇": 5}
    assert below == {"庆远镇": 2, "德胜镇": 0, "没说到乡镇": 1}
    assert units == {"市财政局": 1, "市公安局": 0}
