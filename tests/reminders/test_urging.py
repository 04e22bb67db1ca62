"""Reminding by hand: what would go out, once in ten minutes, and why nothing does."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from core.liaisons.kinds import Kind
from core.reminders import urging
from core.reminders.urging import NothingToUrge, Urging
from tests.rectification.cast import OTHER_UNIT, UNIT
from tests.reminders.conftest import City

FAR = date(2027, 6, 30)


def planned(city: City, plan: Callable[..., Urging], *about: object) -> Urging:
    """What would go out now."""
    with Session(city.engine) as session:
        return plan(session, *about, city.clock())


def urged(city: City, plan: Callable[..., Urging], *about: object) -> int:
    """Remind now; how many messages."""
    with Session(city.engine) as session, session.begin():
        now: datetime = city.clock()
        return urging.urge(session, plan(session, *about, now), now)


def test_a_person_reminds_of_one_item_one_unit_or_all_that_is_overdue(city: City) -> None:
    mine, other = city.liaison(), city.liaison(OTHER_UNIT)
    late, later = city.item(first_deadline=date(2026, 12, 10)), city.item(first_deadline=date(2026, 12, 11))
    city.item(OTHER_UNIT, first_deadline=FAR)
    city.goes_to(date(2026, 12, 14))

    assert urged(city, urging.of_item, later) == 1
    assert urged(city, urging.of_unit, OTHER_UNIT) == 1
    assert urged(city, urging.of_overdue) == 1

    assert city.messages() == [
        ("urge", mine, f"{later}号已逾期3天"),
        ("urge", other, f"{late + 2}号还没领取"),
        ("urge", mine, f"共2件，{late}号已逾期4天"),
    ]


def test_before_anything_goes_out_it_can_be_seen_whom_it_reaches(city: City) -> None:
    bound, unbound = city.liaison(), city.liaison(kind=Kind.DEPUTY, bound=False)
    city.item(first_deadline=date(2026, 12, 10))
    city.item(OTHER_UNIT, first_deadline=date(2026, 12, 10))
    city.goes_to(date(2026, 12, 14))

    found = planned(city, urging.of_overdue)

    assert {each.liaison_id: each.can_be_pushed for each in found.messages} == {bound: True, unbound: False}
    assert found.items == 1
    assert found.without_liaison == (OTHER_UNIT,)
    assert city.messages() == []


def test_pressing_twice_urges_once_and_says_so(city: City) -> None:
    city.liaison()
    number = city.item(first_deadline=FAR)
    asked = planned(city, urging.of_item, number)
    assert urged(city, urging.of_item, number) == 1

    with pytest.raises(NothingToUrge, match="催过了"):
        planned(city, urging.of_item, number)
    with pytest.raises(NothingToUrge, match="催过了"), Session(city.engine) as session:
        urging.urge(session, asked, city.clock())

    city.clock.advance(minutes=11)
    assert urged(city, urging.of_item, number) == 1


def test_what_cannot_be_urged_says_why(city: City) -> None:
    number = city.item(first_deadline=FAR)

    for why, *asked in (
        ("还没有联络员", urging.of_item, number),
        ("没有超期", urging.of_overdue),
        ("还没有联络员", urging.of_unit, UNIT),
        ("没有要办的", urging.of_unit, OTHER_UNIT),
        ("不在单位手里", urging.of_item, 99),
    ):
        with pytest.raises(NothingToUrge, match=why):
            planned(city, *asked)  # type: ignore[arg-type]
