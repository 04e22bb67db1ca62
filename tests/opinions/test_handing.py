"""An opinion becomes an item, the two know each other, and what comes of the item settles the opinion."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from core.opinions import handing, service
from core.opinions.states import State
from core.rectification import regroup
from core.rectification.details import Details
from core.rectification.models import Item
from core.rectification.regroup import Part
from core.rectification.service import do
from core.rectification.words import Act
from core.rectification.workflow import Missing, NoSuchItem
from tests.opinions.conftest import FACTS, Office
from tests.reports.factories import FINANCE


def act(office: Office, number: int, *acts: Act) -> None:
    """The unit works and the office closes."""
    for each in acts:
        with Session(office.engine) as session, session.begin():
            details = Details(text="修好了", until=date(2026, 12, 30))
            do(session, number, each, _who(office, each), office.clock(), details)


def _who(office: Office, each: Act) -> handing.Author:
    is_units = each in (Act.CLAIM, Act.MEASURES, Act.PROGRESS, Act.APPLY)
    return handing.Author.liaison(7, FINANCE) if is_units else office.author


TO_CLOSED = (Act.CLAIM, Act.MEASURES, Act.APPLY, Act.CLOSE)


def item_of(office: Office, opinion_id: int) -> int:
    number = office.finds(opinion_id).item_number
    assert number is not None
    return number


def behind(office: Office, number: int) -> list[int]:
    with office.engine.connect() as connection:
        return [each.id for each in handing.opinions_behind(connection, number)]


def leaves(office: Office, number: int) -> list[int]:
    with office.engine.connect() as connection:
        return [each.number for each in handing.became(connection, [number])[number]]


def test_the_two_know_each_other(office: Office) -> None:
    [one] = office.says("路灯坏了")

    office.makes_items(one)

    number = item_of(office, one)
    assert office.finds(one).state == State.ITEM
    assert behind(office, number) == [one]
    with Session(office.engine) as session:
        assert session.get_one(Item, number).origin == f"opinion:{one}"


def test_what_lacks_is_said_and_nothing_is_made(office: Office) -> None:
    [one] = office.says("路灯坏了")

    facts = replace(FACTS, first_deadline=None)
    with pytest.raises(Missing, match="整改时限"), Session(office.engine) as session, session.begin():
        handing.make_item(session, one, facts, office.author, office.clock())
    assert office.finds(one).item_number is None


def test_only_one_item_is_made_of_an_opinion_and_none_of_a_merged_one(office: Office) -> None:
    one, two = office.says("甲", "乙")
    office.does(service.merge, [one, two])
    office.makes_items(one)

    with pytest.raises(handing.IsItem):
        office.makes_items(one)
    with pytest.raises(handing.IsMerged):
        office.makes_items(two)


def test_none_is_made_of_what_was_said_anew(office: Office) -> None:
    earlier = office.hears("原来的话")
    office.looks()
    office.supersede(earlier, office.hears("后来的话"))
    office.looks()

    with pytest.raises(handing.IsGone):
        office.makes_items(next(row.id for row in office.rows() if row.response_id == earlier))


def test_an_opinion_is_added_to_an_item_that_is_there_and_parted_again(office: Office) -> None:
    one, two = office.says("甲", "乙")
    office.makes_items(one)
    number = item_of(office, one)
    with Session(office.engine) as session, session.begin():
        handing.add_to_item(session, two, number, office.author, office.clock())
    assert behind(office, number) == [one, two]

    with Session(office.engine) as session, session.begin():
        handing.part_from_item(session, two, office.author, office.clock())
    assert behind(office, number) == [one]
    assert office.finds(two).state == State.TODO
    with pytest.raises(NoSuchItem), Session(office.engine) as session, session.begin():
        handing.add_to_item(session, two, 999, office.author, office.clock())


def test_closing_settles_the_opinion_and_reopening_opens_it(office: Office) -> None:
    [one] = office.says("路灯坏了")
    office.makes_items(one)
    number = item_of(office, one)
    assert handing.follow_items(office.engine) == 0

    act(office, number, *TO_CLOSED)
    assert handing.follow_items(office.engine) == 1
    assert office.finds(one).state == State.DONE

    act(office, number, Act.REOPEN)
    assert handing.follow_items(office.engine) == 1
    assert office.finds(one).state == State.ITEM


def test_what_was_split_is_settled_when_every_part_is(office: Office) -> None:
    [one] = office.says("路灯坏了，路也烂")
    office.makes_items(one)
    number = item_of(office, one)
    with Session(office.engine) as session, session.begin():
        parts = [Part("修路灯", FINANCE), Part("修路", FINANCE)]
        made = [each.number for each in regroup.split(session, number, parts, office.author, office.clock())]

    assert leaves(office, number) == made
    assert all(behind(office, each) == [one] for each in made)
    act(office, made[0], *TO_CLOSED)
    handing.follow_items(office.engine)
    assert office.finds(one).state == State.ITEM
    act(office, made[1], *TO_CLOSED)
    handing.follow_items(office.engine)
    assert office.finds(one).state == State.DONE


def test_what_was_merged_is_settled_with_what_it_went_into(office: Office) -> None:
    one, two = office.says("甲", "乙")
    office.makes_items(one, two)
    first, second = item_of(office, one), item_of(office, two)
    with Session(office.engine) as session, session.begin():
        regroup.merge(session, second, first, office.author, office.clock())

    assert leaves(office, second) == [first]
    assert behind(office, first) == [one, two]
    act(office, first, *TO_CLOSED)
    assert handing.follow_items(office.engine) == 2
