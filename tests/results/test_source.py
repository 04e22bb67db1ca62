"""A table counted anew as of a moment is the one a page showed then, whatever happened since."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from core.config import Settings
from core.db.reading import reading
from core.people.keys import KeyRing
from core.people.models import Staff
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer
from core.quality.service import decide
from core.questionnaires.service import get_questionnaire
from core.reports.scope import Scope
from core.reports.tallying import advance
from core.responses.models import Response
from core.results.source import AsOf, Live, Source
from core.results.tables import Table
from core.results.views import Part, days, heat, places, whole
from tests.hand_clock import START
from tests.reports.factories import (
    CHENGGUAN,
    QINGYUAN,
    RATINGS,
    make_places,
    make_response,
    make_round,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def part(engine: Engine, settings: Settings) -> Part:
    with Session(engine) as session, session.begin():
        make_places(session)
        made = make_round(session, KeyRing(settings.data_key))
        session.add(Staff(id=1, name="office", role="office", password_hash="", created_at=START))
        session.flush()
        return Part(
            scope=Scope(
                round_id=made.id, reach=EVERYTHING, questionnaire_id="residents-2021", channel="wechat"
            ),
            questionnaire=get_questionnaire(session, "residents-2021"),
            gazetteer=load_gazetteer(session.connection()),
        )


def say(engine: Engine, part: Part, code: str, at: datetime, place: str = QINGYUAN) -> int:
    with Session(engine) as session, session.begin():
        return make_response(
            session, part.scope.round_id, dict.fromkeys(RATINGS, code), finished_at=at, place=place
        )


def tables(source: Source, part: Part) -> list[Table]:
    return [whole(source, part), places(source, part, "county"), heat(source, part), days(source, part)]


def test_what_was_replaced_set_aside_or_added_since_is_as_it_was(engine: Engine, part: Part) -> None:
    first = say(engine, part, "s1", START)
    second = say(engine, part, "s3", START + timedelta(minutes=1), CHENGGUAN)
    say(engine, part, "s5", START + timedelta(minutes=2))
    shown: list[tuple[datetime, list[Table]]] = []

    def look(at: datetime) -> None:
        """Both before and after the worker has counted, a page shows the same."""
        for _ in range(2):
            with reading(engine) as connection:
                shown.append((at, tables(Live(connection, at), part)))
            advance(engine, at)

    look(START + HOUR)
    replacing = say(engine, part, "s5", START + 2 * HOUR)
    with Session(engine) as session, session.begin():
        session.execute(update(Response).where(Response.id == first).values(superseded_by=replacing))
    look(START + 3 * HOUR)
    with Session(engine) as session, session.begin():
        decide(session, second, aside=True, staff_id=1, reason="没有人答", now=START + 4 * HOUR)
    look(START + 5 * HOUR)
    with Session(engine) as session, session.begin():
        decide(session, second, aside=False, staff_id=1, reason="看错了", now=START + 6 * HOUR)
    say(engine, part, "dk", START + 25 * HOUR)
    look(START + 26 * HOUR)

    assert len({tuple(table.printed()) for _at, each in shown for table in each}) > 8
    for at, each in shown:
        with reading(engine) as connection:
            assert tables(AsOf(connection, at), part) == each, at


def test_a_moment_is_exact_to_the_millisecond(engine: Engine, part: Part) -> None:
    say(engine, part, "s5", START)
    with engine.connect() as connection:
        assert connection.scalar(select(Response.finished_at)) == START

    def n(at: datetime) -> int:
        with reading(engine) as connection:
            return sum(each.complete for each in AsOf(connection, at).ended_by(part.scope, "all").values())

    assert (n(START - timedelta(milliseconds=1)), n(START)) == (0, 1)


def test_a_round_read_piece_by_piece_is_the_same_and_tells_how_far_it_is(
    engine: Engine, part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        say(engine, part, "s5" if number % 2 else "s1", START + timedelta(minutes=number))
    told: dict[str, list[int]] = {"expect": [], "step": []}

    def counted() -> dict[str, object]:
        with reading(engine) as connection:
            source = AsOf(connection, START + HOUR, expect=told["expect"].append, step=told["step"].append)
            return dict(source.counts_by(part.scope, "county"))

    at_once = counted()
    monkeypatch.setattr("core.results.source.RESPONSES_AT_ONCE", 3)

    assert counted() == at_once
    assert told == {"expect": [7, 7], "step": [7, 3, 3, 1]}
