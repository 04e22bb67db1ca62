"""Hours are looked through once; what is set aside leaves the figures until a person takes it back."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from core.config import Settings
from core.db.reading import reading
from core.people.keys import KeyRing
from core.people.models import Staff
from core.people.reach import EVERYTHING
from core.quality import service
from core.quality.models import QualityChange
from core.quality.service import NoReason, NothingToChange, Swept, decide, recheck, sweep
from core.quality.thresholds import Thresholds, read_thresholds
from core.reports import tally
from core.reports.scope import Scope
from core.responses.models import Response
from tests.hand_clock import START
from tests.quality.changed import with_points
from tests.quality.people import by_night, one_person_with_phones, program, village_visit
from tests.reports.factories import RATINGS, make_places, make_response, make_round, satisfied_with_everything

THRESHOLDS = read_thresholds()
LATER = START + timedelta(hours=4)


@pytest.fixture
def round_id(engine: Engine, settings: Settings) -> int:
    with Session(engine) as session, session.begin():
        make_places(session)
        session.add(Staff(id=1, name="王主任", role="office", password_hash="", created_at=START))
        return make_round(session, KeyRing(settings.data_key)).id


@pytest.fixture
def planted(engine: Engine, round_id: int) -> list[int]:
    """Thirty equal answers within ten minutes on one code."""
    with Session(engine) as session, session.begin():
        return [
            make_response(
                session, round_id, satisfied_with_everything(), finished_at=START + timedelta(seconds=20 * n)
            )
            for n in range(30)
        ]


@pytest.fixture
def honest(engine: Engine, round_id: int) -> int:
    """One answer an hour later."""
    with Session(engine) as session, session.begin():
        return make_response(
            session, round_id, satisfied_with_everything("s4"), finished_at=START + timedelta(minutes=61)
        )


def aside(engine: Engine) -> set[int]:
    with reading(engine) as connection:
        return set(connection.scalars(select(Response.id).where(Response.is_set_aside)))


def counted(engine: Engine, round_id: int, *, with_set_aside: bool = False) -> int:
    """How many answers to one question the figures have."""
    scope = Scope(
        reach=EVERYTHING, round_id=round_id, questionnaire_id="residents-2021", with_set_aside=with_set_aside
    )
    with reading(engine) as connection:
        found = tally.counts(connection, scope)
    return sum(counts.count for key, counts in found.items() if key.question == "gov")


def test_planted_answers_are_set_aside_and_carry_the_rules(
    engine: Engine, planted: list[int], honest: int
) -> None:
    swept = sweep(engine, THRESHOLDS, LATER)

    assert swept == Swept(hours=2, responses=31, set_aside=30)
    assert aside(engine) == set(planted)
    with reading(engine) as connection:
        flags = dict(connection.execute(select(Response.id, Response.flags)).all())
        change = connection.execute(select(QualityChange.__table__).limit(1)).one()
    assert flags[planted[0]] == "burst;identical;straight_line"
    assert flags[honest] == ""
    assert (change.is_set_aside, change.staff_id, change.thresholds_hash) == (True, None, THRESHOLDS.hash)


def test_an_hour_is_looked_at_when_the_next_has_passed_and_only_once(
    engine: Engine, planted: list[int]
) -> None:
    assert sweep(engine, THRESHOLDS, START + timedelta(minutes=119)) == Swept()
    assert sweep(engine, THRESHOLDS, LATER).set_aside == 30
    assert sweep(engine, THRESHOLDS, LATER) == Swept()


def test_two_workers_at_once_do_it_once(
    engine: Engine, planted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one is through while this one still looks."""
    judge = service._judge
    others: list[Swept] = []

    def slow_judge(*args: object, **more: object) -> object:
        found = judge(*args, **more)  # type: ignore[arg-type]
        if not others:
            others.append(Swept())
            others[0] = sweep(engine, THRESHOLDS, LATER)
        return found

    monkeypatch.setattr(service, "_judge", slow_judge)

    assert sweep(engine, THRESHOLDS, LATER).set_aside == 0
    assert others[0].set_aside == 30
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(QualityChange)) == 30


def test_what_is_set_aside_is_left_out_of_figures_unless_asked_for(
    engine: Engine, round_id: int, planted: list[int], honest: int
) -> None:
    for count_beforehand in (False, True):
        if count_beforehand:
            tally.advance(engine, LATER)
        before = counted(engine, round_id)
        sweep(engine, THRESHOLDS, LATER)
        assert before in (31, 1)
        assert counted(engine, round_id) == 1
        assert counted(engine, round_id, with_set_aside=True) == 31


def all_ways(engine: Engine, round_id: int) -> Iterator[tuple[int, int]]:
    """The figures without and with what is set aside: before the tally goes on, after it, anew."""
    yield counted(engine, round_id), counted(engine, round_id, with_set_aside=True)
    tally.advance(engine, LATER)
    yield counted(engine, round_id), counted(engine, round_id, with_set_aside=True)
    tally.rebuild(engine, LATER)
    yield counted(engine, round_id), counted(engine, round_id, with_set_aside=True)


def test_the_tally_follows_every_decision(
    engine: Engine, round_id: int, planted: list[int], honest: int
) -> None:
    tally.advance(engine, LATER)
    sweep(engine, THRESHOLDS, LATER)
    assert set(all_ways(engine, round_id)) == {(1, 31)}

    with Session(engine) as session, session.begin():
        decide(session, planted[0], aside=False, staff_id=1, reason="打过电话，是本人答的", now=LATER)
        decide(session, planted[1], aside=False, staff_id=1, reason="看错了", now=LATER)
        decide(session, planted[1], aside=True, staff_id=1, reason="又看了一遍", now=LATER)
    assert set(all_ways(engine, round_id)) == {(2, 31)}

    # Set aside and replaced at once, by an answer that came later.
    with Session(engine) as session, session.begin():
        decide(session, honest, aside=True, staff_id=1, reason="自己试的", now=LATER)
        newer = make_response(
            session, round_id, satisfied_with_everything(), finished_at=START + timedelta(hours=2)
        )
        session.execute(update(Response).where(Response.id == honest).values(superseded_by=newer))
    assert set(all_ways(engine, round_id)) == {(2, 31)}


def test_a_persons_decision_stands_whatever_the_rules_say(
    engine: Engine, round_id: int, planted: list[int]
) -> None:
    sweep(engine, THRESHOLDS, LATER)
    with Session(engine) as session, session.begin():
        decide(session, planted[0], aside=False, staff_id=1, reason="是本人答的", now=LATER)

    again = recheck(engine, THRESHOLDS, round_id, LATER)

    assert (again.responses, again.set_aside, again.taken_back) == (30, 0, 0)
    assert aside(engine) == set(planted[1:])


def test_other_thresholds_take_back_what_they_do_not_meet(
    engine: Engine, round_id: int, planted: list[int]
) -> None:
    sweep(engine, THRESHOLDS, LATER)
    milder: Thresholds = with_points(THRESHOLDS, burst=0)
    told: list[int] = []

    assert recheck(engine, milder, round_id, LATER, told.append).taken_back == 30
    assert (aside(engine), sum(told)) == (set(), 30)
    assert recheck(engine, THRESHOLDS, round_id, LATER).set_aside == 30


def test_what_was_not_looked_at_yet_is_left_to_the_sweep(
    engine: Engine, round_id: int, planted: list[int]
) -> None:
    assert recheck(engine, THRESHOLDS, round_id, LATER) == Swept()


def test_a_decision_needs_a_reason_and_something_to_change(engine: Engine, planted: list[int]) -> None:
    with Session(engine) as session, session.begin():
        for reason in ("", "  ", "长" * 201):
            with pytest.raises(NoReason):
                decide(session, planted[0], aside=True, staff_id=1, reason=reason, now=LATER)
        with pytest.raises(NothingToChange):
            decide(session, planted[0], aside=False, staff_id=1, reason="没事", now=LATER)
    assert aside(engine) == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_among_village_visits_only_the_planted_answers_are_set_aside(
    engine: Engine, round_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the worker finds it: thirty people, one code, one hour, ten times over; and three kinds of fraud."""
    chance = random.Random(11)
    night = START.replace(hour=18) - timedelta(days=1)
    crowds = {
        **{
            f"p_visit{n}": village_visit(chance, START + timedelta(hours=n % 5), f"p_visit{n}")
            for n in range(10)
        },
        "p_program": program(chance, START, "p_program"),
        "p_phones": one_person_with_phones(chance, START, "p_phones"),
        "p_night": by_night(chance, night, "p_night"),
    }
    with Session(engine) as session, session.begin():
        for code, crowd in crowds.items():
            for each in crowd:
                answers = dict(zip(RATINGS, each.ratings, strict=True)) | {"age": "a50", "sex": "male"}
                made = {"finished_at": each.finished_at, "seconds": each.seconds, "code": code}
                make_response(session, round_id, answers, **made)  # type: ignore[arg-type]

    sweep(engine, THRESHOLDS, START + timedelta(hours=12))

    with reading(engine) as connection:
        found = connection.execute(select(Response.code, Response.is_set_aside)).all()
    shares = {
        kind: sum(row.is_set_aside for row in found if kind in row.code)
        / sum(kind in row.code for row in found)
        for kind in ("visit", "program", "phones", "night")
    }
    with capsys.disabled():
        told = ", ".join(f"{kind} {share:.1%}" for kind, share in shares.items())
        print(f"\n  set aside by the worker: {told}", end=" ")
    assert shares["visit"] <= 0.005
    assert min(shares["program"], shares["phones"], shares["night"]) >= 0.95
