"""What somebody of another county or unit sees and does: nothing."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from core.people.reach import NOTHING, Reach
from core.people.roles import Role
from core.rectification import regroup
from core.rectification.authors import Author
from core.rectification.details import Details
from core.rectification.lists import Wanted, due_items, list_items
from core.rectification.service import (
    do,
    get_item,
    possible_acts,
)
from core.rectification.words import Act, Why
from core.rectification.workflow import NoSuchItem
from tests.hand_clock import START
from tests.rectification.cast import (
    OFFICE,
    OTHER_UNIT,
    STRANGER,
    UNIT,
    applied,
    make_item,
)


def test_a_reach_of_nothing_sees_nothing(session: Session) -> None:
    make_item(session)

    today = date(2026, 12, 1)
    assert list_items(session, Wanted(), NOTHING, today) == []
    assert list_items(session, Wanted(), Reach("unit", OTHER_UNIT), today) == []
    assert len(list_items(session, Wanted(), Reach("unit", UNIT), today)) == 1


@pytest.mark.parametrize("act", list(Act))
def test_a_liaison_of_another_unit_does_nothing(session: Session, act: Act) -> None:
    number = make_item(session).number
    details = Details(text="x", until=date(2027, 2, 1), why=Why.FUNDS, code=OTHER_UNIT, percent=1, file="k")

    with pytest.raises(NoSuchItem):
        do(session, number, act, STRANGER, START, details)
    with pytest.raises(NoSuchItem):
        get_item(session, number, STRANGER)


def test_a_stranger_neither_merges_nor_splits(session: Session) -> None:
    first, second = make_item(session).number, make_item(session).number

    with pytest.raises(NoSuchItem):
        regroup.merge(session, first, second, STRANGER, START)
    with pytest.raises(NoSuchItem):
        regroup.split(session, first, [regroup.Part("a", UNIT)] * 2, STRANGER, START)


def test_an_account_tied_to_nothing_can_do_nothing(session: Session) -> None:
    _item, standing = get_item(session, make_item(session).number, OFFICE)

    for role in (Role.COUNTY, Role.LIAISON, Role.INTERVIEWER, Role.AUDITOR):
        assert possible_acts(standing, Author.staff(9, role, NOTHING)) == ()


def test_what_a_unit_has_to_do_comes_with_the_most_pressing_first(session: Session) -> None:
    late = make_item(session, first_deadline=date(2026, 12, 30)).number
    soon = make_item(session, first_deadline=date(2026, 12, 5)).number
    applied(session)

    assert [item.number for item in due_items(session, UNIT)] == [soon, late]
    assert due_items(session, OTHER_UNIT) == []
