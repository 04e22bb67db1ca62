"""Splitting an opinion into several items, merging duplicates."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from core.people.reach import EVERYTHING
from core.rectification import regroup
from core.rectification.lists import Wanted, count_items
from core.rectification.models import Item
from core.rectification.service import (
    do,
)
from core.rectification.words import Act, State
from core.rectification.workflow import Missing, NotPossibleNow
from tests.hand_clock import START
from tests.rectification.cast import (
    DEADLINE,
    OFFICE,
    OTHER_UNIT,
    UNIT,
    applied,
    claimed,
    make_item,
)


def test_parts_keep_where_they_come_from_and_the_whole_counts_no_more(session: Session) -> None:
    number = claimed(session, origin="opinion:17")

    made = regroup.split(
        session, number, [regroup.Part("修路", UNIT), regroup.Part("装灯", OTHER_UNIT)], OFFICE, START
    )

    parts = [session.get_one(Item, each.number) for each in made]
    assert [(each.split_from, each.origin, each.deadline) for each in parts] == [
        (number, "opinion:17", DEADLINE)
    ] * 2
    assert count_items(session, Wanted(), EVERYTHING, date(2026, 12, 1)) == 2
    assert count_items(session, Wanted(state=State.SPLIT), EVERYTHING, date(2026, 12, 1)) == 1


def test_a_split_into_one_is_refused_and_leaves_no_part(session: Session) -> None:
    number = claimed(session)

    with pytest.raises(Missing, match="2到10条"):
        regroup.split(session, number, [regroup.Part("修路", UNIT)], OFFICE, START)

    assert count_items(session, Wanted(), EVERYTHING, date(2026, 12, 1)) == 1


def test_merging_into_a_closed_item_is_refused(session: Session) -> None:
    target = applied(session)
    do(session, target, Act.CLOSE, OFFICE, START)
    other = make_item(session).number

    with pytest.raises(NotPossibleNow, match="已销号"):
        regroup.merge(session, other, target, OFFICE, START)
    with pytest.raises(Missing, match="不能并入自己"):
        regroup.merge(session, other, other, OFFICE, START)
