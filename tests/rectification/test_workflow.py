"""The acts one by one: what each needs, changes and says."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from core.people.reach import EVERYTHING
from core.rectification.details import Details
from core.rectification.lists import Due, Wanted, count_items
from core.rectification.models import Item
from core.rectification.service import (
    add_item,
    do,
    get_item,
)
from core.rectification.words import ACT_TITLES, STATE_TITLES, Act, State, Why
from core.rectification.workflow import RULES, Missing, NoSuchItem, NotPossibleNow
from tests.hand_clock import START
from tests.rectification.cast import (
    AUDITOR,
    COUNTY,
    COUNTY_DESK,
    COUNTYS_LIAISON,
    DEADLINE,
    FACTS,
    OFFICE,
    OTHER_UNIT,
    STRANGER,
    UNITS_LIAISON,
    WHY,
    applied,
    claimed,
    make_item,
    refusal,
)

# The table -----------------------------------------------------------------------------------------------


def test_every_act_and_state_has_a_title_and_every_act_a_row_or_a_way_of_its_own() -> None:
    assert set(ACT_TITLES) == set(Act)
    assert set(STATE_TITLES) == set(State)
    assert {rule.act for rule in RULES} | {Act.ASSIGN, Act.LOAD, Act.WITHDRAW} == set(Act)


def test_no_act_of_the_same_person_is_in_two_rows_for_one_state() -> None:
    seen = [(rule.act, state, who) for rule in RULES for state in rule.states for who in rule.by]

    assert len(seen) == len(set(seen))


# Sentences that say what is possible now -----------------------------------------------------------------


def test_an_act_the_state_does_not_allow_is_refused_with_what_is_possible(session: Session) -> None:
    number = make_item(session).number

    assert refusal(session, number, Act.PROGRESS, UNITS_LIAISON, Details(text="做了")) == (
        f"{number}号现在是“待领取”，不能报进展。现在可以：领取、申请延期。"
    )


def test_while_an_item_is_verified_a_liaison_can_only_take_the_application_back(session: Session) -> None:
    number = applied(session)

    assert "现在可以：收回申请。" in refusal(session, number, Act.PROGRESS, UNITS_LIAISON, Details(text="x"))


def test_the_county_that_only_looks_is_told_that_it_cannot_act(session: Session) -> None:
    number = make_item(session, lead=COUNTY).number

    assert "现在没有要您办的" in refusal(session, number, Act.CLAIM, COUNTY_DESK)
    assert "可以看，不能办" in refusal(session, number, Act.CLAIM, AUDITOR)


@pytest.mark.parametrize(
    ("act", "details", "words"),
    [
        (Act.MEASURES, Details(), "请写几句话"),
        (Act.PROGRESS, Details(text="做了", percent=120), "请填0到100"),
        (Act.PROGRESS, Details(text="做" * 2001), "最多2000个"),
        (Act.ASK_EXTENSION, Details(text="缺钱", why=Why.FUNDS), "延期到哪一天"),
        (Act.ASK_EXTENSION, Details(text="缺钱", until=date(2027, 1, 31)), "立项、资金、用地、跨部门或其他"),
        (Act.ASK_EXTENSION, Details(why=Why.FUNDS, until=date(2027, 1, 31)), "请写几句话"),
        (
            Act.ASK_EXTENSION,
            Details(text="缺钱", why=Why.FUNDS, until=date(2026, 11, 1)),
            "2026年12月1日）以后",
        ),
        (
            Act.ASK_EXTENSION,
            Details(text="缺钱", why=Why.FUNDS, until=DEADLINE),
            "现在的时限（2026年12月20日）以后",
        ),
        (Act.ASK_EXTENSION, Details(text="缺钱", why=Why.FUNDS, until=date(2062, 1, 1)), "年份填得对不对"),
    ],
)
def test_what_an_act_lacks_is_said(session: Session, act: Act, details: Details, words: str) -> None:
    assert words in refusal(session, claimed(session), act, UNITS_LIAISON, details)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"first_deadline": date(2026, 12, 1)}, "时限要在今天（2026年12月1日）以后"),
        ({"text": " \n"}, "请写清楚意见的内容"),
        ({"lead": "U999"}, "没有代码是“U999”的县（区）或单位"),
        ({"assist": ("U999",)}, "没有代码是“U999”的县（区）或单位"),
        ({"category": ""}, "请填类别"),
    ],
)
def test_a_new_item_with_something_missing_is_refused(
    session: Session, facts: dict[str, object], words: str
) -> None:
    with pytest.raises(Missing, match=words):
        make_item(session, **facts)  # type: ignore[arg-type]


def test_only_the_office_hands_out_items(session: Session) -> None:
    with pytest.raises(NotPossibleNow, match="由办公室来做"):
        add_item(session, FACTS, UNITS_LIAISON, START)


# The way through -----------------------------------------------------------------------------------------


def test_progress_keeps_the_percentage_when_none_is_said(session: Session) -> None:
    number = claimed(session)

    do(session, number, Act.PROGRESS, UNITS_LIAISON, START, Details(text="路基", percent=40))
    do(session, number, Act.PROGRESS, UNITS_LIAISON, START, Details(text="路面"))

    assert session.get_one(Item, number).percent == 40


def test_what_was_returned_can_be_worked_on_and_applied_for_again(session: Session) -> None:
    number = applied(session)

    do(session, number, Act.RETURN, OFFICE, START, Details(text="照片看不清"))
    assert session.get_one(Item, number).state == State.RETURNED
    do(session, number, Act.APPLY, UNITS_LIAISON, START, Details(text="补了照片"))
    do(session, number, Act.CLOSE, OFFICE, START)

    assert session.get_one(Item, number).state == State.CLOSED


def test_the_day_of_the_application_that_was_accepted_counts_and_not_the_day_of_the_look(
    session: Session,
) -> None:
    number = applied(session)

    do(session, number, Act.CLOSE, OFFICE, START + timedelta(days=40))

    assert session.get_one(Item, number).done_on == date(2026, 12, 1)


def test_a_granted_extension_moves_the_deadline_and_not_the_first_one(session: Session) -> None:
    number = claimed(session)
    do(session, number, Act.ASK_EXTENSION, UNITS_LIAISON, START, WHY)

    do(session, number, Act.GRANT_EXTENSION, OFFICE, START, Details(until=date(2027, 1, 15)))

    item = session.get_one(Item, number)
    assert (item.first_deadline, item.deadline, item.asked_until) == (DEADLINE, date(2027, 1, 15), None)
    in_january = date(2027, 1, 10)
    assert count_items(session, Wanted(due=Due.OVERDUE), EVERYTHING, in_january) == 0
    assert count_items(session, Wanted(due=Due.EXTENDED), EVERYTHING, in_january) == 1
    assert count_items(session, Wanted(due=Due.OVERDUE), EVERYTHING, date(2027, 1, 16)) == 1


def test_a_refused_extension_leaves_the_deadline(session: Session) -> None:
    number = claimed(session)
    do(session, number, Act.ASK_EXTENSION, UNITS_LIAISON, START, WHY)
    assert "在等办公室答复" in refusal(session, number, Act.ASK_EXTENSION, UNITS_LIAISON, WHY)

    do(session, number, Act.REFUSE_EXTENSION, OFFICE, START, Details(text="条件已经具备"))

    item = session.get_one(Item, number)
    assert (item.deadline, item.asked_until) == (DEADLINE, None)
    assert "没有在等答复的延期申请" in refusal(session, number, Act.GRANT_EXTENSION, OFFICE)


def test_a_transfer_gives_the_item_to_another_unit_and_takes_it_from_the_first(session: Session) -> None:
    number = claimed(session, assist=(OTHER_UNIT,))

    do(session, number, Act.TRANSFER, OFFICE, START, Details(code=OTHER_UNIT, text="归住建"))

    item, standing = get_item(session, number, STRANGER)
    assert (item.state, item.lead_code, standing.assist) == (State.ASSIGNED, OTHER_UNIT, ())
    with pytest.raises(NoSuchItem):
        get_item(session, number, UNITS_LIAISON)


def test_a_closed_item_that_comes_back_is_reopened_with_a_new_deadline(session: Session) -> None:
    number = applied(session)
    do(session, number, Act.CLOSE, OFFICE, START)

    do(session, number, Act.REOPEN, OFFICE, START, Details(text="又坏了", until=date(2027, 3, 1)))

    item = session.get_one(Item, number)
    assert (item.state, item.done_on, item.deadline) == (State.WORKING, None, date(2027, 3, 1))


def test_only_items_led_by_a_county_can_be_verified_by_it(session: Session) -> None:
    own, other = claimed(session, lead=COUNTY), claimed(session)

    assert "不由县（区）牵头" in refusal(session, other, Act.COUNTY_FIRST, OFFICE)
    do(session, own, Act.COUNTY_FIRST, OFFICE, START)
    do(session, own, Act.APPLY, COUNTYS_LIAISON, START, Details(text="好了"))
    do(session, own, Act.RETURN, COUNTY_DESK, START, Details(text="再看看"))

    assert session.get_one(Item, own).state == State.RETURNED
