"""The acts one by one: what each needs, changes and says; undo within a minute; who is told."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from core.errors import NotFound, Refused
from core.media.models import Media
from core.media.receiving import key_of, note_received
from core.people.reach import EVERYTHING, NOTHING, Reach
from core.people.roles import Role
from core.rectification import regroup
from core.rectification.authors import Author
from core.rectification.details import Details, Facts, dump, load
from core.rectification.lists import Due, Wanted, count_items, due_items, list_items
from core.rectification.models import Item
from core.rectification.notices import Notice, notices_between
from core.rectification.service import (
    ChangedMeanwhile,
    TooLateToUndo,
    add_item,
    attach_later,
    do,
    get_item,
    possible_acts,
    withdraw,
)
from core.rectification.timeline import timeline
from core.rectification.words import ACT_TITLES, STATE_TITLES, Act, State, Why
from core.rectification.workflow import RULES, Missing, NoSuchItem, NotPossibleNow, Who, possible
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
    UNIT,
    UNITS_LIAISON,
    make_item,
)

LATER = START + timedelta(minutes=2)
WHY = Details(until=date(2027, 1, 31), why=Why.LAND, text="征地还没有完成，见县征〔2026〕3号")


def claimed(session: Session, **facts: object) -> int:
    number = make_item(session, **facts).number  # type: ignore[arg-type]
    lead = session.get_one(Item, number).lead_code
    do(session, number, Act.CLAIM, COUNTYS_LIAISON if lead == COUNTY else UNITS_LIAISON, START)
    return number


def applied(session: Session) -> int:
    number = claimed(session)
    do(session, number, Act.APPLY, UNITS_LIAISON, START, Details(text="修好了"))
    return number


def refusal(session: Session, number: int, act: Act, author: Author, details: Details = Details()) -> str:  # noqa: B008
    with pytest.raises(Refused) as refused:
        do(session, number, act, author, START, details)
    return str(refused.value)


# The table ------------------------------------------------------------------------------------------------


def test_every_act_and_state_has_a_title_and_every_act_a_row_or_a_way_of_its_own() -> None:
    assert set(ACT_TITLES) == set(Act)
    assert set(STATE_TITLES) == set(State)
    assert {rule.act for rule in RULES} | {Act.ASSIGN, Act.LOAD, Act.WITHDRAW} == set(Act)


def test_no_act_of_the_same_person_is_in_two_rows_for_one_state() -> None:
    seen = [(rule.act, state, who) for rule in RULES for state in rule.states for who in rule.by]

    assert len(seen) == len(set(seen))


# Sentences that say what is possible now ------------------------------------------------------------------


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


# The way through ------------------------------------------------------------------------------------------


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


# Two at once, and undo ------------------------------------------------------------------------------------


def test_who_acts_from_an_old_page_is_told_what_happened_meanwhile(session: Session) -> None:
    number = make_item(session).number
    do(session, number, Act.CLAIM, UNITS_LIAISON, START, seen_version=1)

    with pytest.raises(ChangedMeanwhile, match="12月1日 09:00，领取"):
        do(session, number, Act.ASK_EXTENSION, UNITS_LIAISON, START, WHY, seen_version=1)


def test_an_act_is_taken_back_within_its_minute_and_stays_in_the_log(session: Session) -> None:
    number = make_item(session).number
    done = do(session, number, Act.CLAIM, UNITS_LIAISON, START)
    assert done.undo_until == START + timedelta(seconds=60)

    withdraw(session, done.act_id, UNITS_LIAISON, START + timedelta(seconds=59))

    assert session.get_one(Item, number).state == State.ASSIGNED
    entries = timeline(session, number, UNITS_LIAISON, START)
    assert [(each.act, each.is_withdrawn) for each in entries] == [
        (Act.WITHDRAW, False),
        (Act.CLAIM, True),
        (Act.ASSIGN, False),
    ]


@pytest.mark.parametrize(
    ("who", "seconds", "words"),
    [(UNITS_LIAISON, 60, "过了60秒"), (STRANGER, 1, "没有这一条"), (OFFICE, 1, "只能撤回自己刚办的")],
)
def test_an_act_is_not_taken_back_late_or_by_others(
    session: Session, who: Author, seconds: int, words: str
) -> None:
    done = do(session, make_item(session).number, Act.CLAIM, UNITS_LIAISON, START)

    with pytest.raises((Refused, NotFound), match=words):
        withdraw(session, done.act_id, who, START + timedelta(seconds=seconds))


def test_an_act_that_somebody_answered_already_is_not_taken_back(session: Session) -> None:
    number = claimed(session)
    done = do(session, number, Act.APPLY, UNITS_LIAISON, START, Details(text="好了"))
    do(session, number, Act.CLOSE, OFFICE, START)

    with pytest.raises(TooLateToUndo, match="后来又有人办过"):
        withdraw(session, done.act_id, UNITS_LIAISON, START)


# Who is told ----------------------------------------------------------------------------------------------


def told(session: Session, minutes: float = 10) -> list[Notice]:
    return list(notices_between(session, START - timedelta(days=1), START + timedelta(minutes=minutes)))


def test_the_lead_and_those_who_assist_hear_of_a_new_item(session: Session) -> None:
    make_item(session, assist=(OTHER_UNIT,))

    assert [(each.act, each.lead_codes) for each in told(session)] == [(Act.ASSIGN, (UNIT, OTHER_UNIT))]


def test_others_hear_of_a_liaisons_act_after_its_minute_and_never_of_one_taken_back(session: Session) -> None:
    number = claimed(session)
    done = do(session, number, Act.APPLY, UNITS_LIAISON, START, Details(text="好了"))
    assert [each.act for each in told(session, minutes=0.9)] == [Act.ASSIGN]
    assert [(each.act, each.to_office) for each in told(session)][-1] == (Act.APPLY, True)

    withdraw(session, done.act_id, UNITS_LIAISON, START + timedelta(seconds=5))

    assert [each.act for each in told(session)] == [Act.ASSIGN]


def test_a_county_that_verifies_first_hears_of_the_application_and_the_office_after_it(
    session: Session,
) -> None:
    number = claimed(session, lead=COUNTY, county_first=True)
    do(session, number, Act.APPLY, COUNTYS_LIAISON, START, Details(text="好了"))
    do(session, number, Act.PASS, COUNTY_DESK, START + timedelta(seconds=70))

    assert [(each.act, each.county_code, each.to_office) for each in told(session)][1:] == [
        (Act.APPLY, COUNTY, False),
        (Act.PASS, "", True),
    ]


# Reach ----------------------------------------------------------------------------------------------------


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


# Splitting and merging ------------------------------------------------------------------------------------


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


# What the log keeps ---------------------------------------------------------------------------------------


def test_details_come_back_as_they_were() -> None:
    details = Details(
        text="好",
        percent=0,
        until=date(2027, 1, 1),
        why=Why.ACROSS,
        codes=("U024",),
        numbers=(1, 2),
        facts=Facts(assist=("U031",), state=State.CLOSED, done_on=date(2026, 1, 1), county_first=False),
    )

    assert load(dump(details)) == details
    assert dump(Details()) == "{}"


def test_possible_acts_follow_the_table(session: Session) -> None:
    _item, standing = get_item(session, claimed(session), UNITS_LIAISON)

    acts = (Act.MEASURES, Act.PROGRESS, Act.APPLY, Act.ASK_EXTENSION, Act.TRANSCRIBE)
    assert possible(standing, Who.LEAD) == acts


def test_only_a_voice_of_the_item_itself_is_typed_up(session: Session) -> None:
    number = claimed(session)
    done = do(session, number, Act.PROGRESS, UNITS_LIAISON, START, Details(text="见语音"))
    voice, photo = "a" * 32, "b" * 32
    for key, kind in ((voice, "voice"), (photo, "photo")):
        note_received(session.connection(), kind, key, START)
    voice, photo = key_of(voice), key_of(photo)

    attach_later(session, done.act_id, [voice, photo, "c" * 32], UNITS_LIAISON, START)

    assert "没有这条语音" in refusal(session, number, Act.TRANSCRIBE, OFFICE, Details(text="x", file=photo))
    do(session, number, Act.TRANSCRIBE, OFFICE, START, Details(text="路基做完了", file=voice))
    entries = timeline(session, number, OFFICE, START)
    assert [file.kind for file in entries[1].files] == ["voice", "photo"]
    assert session.get_one(Media, voice).held_by == "item"
    with pytest.raises(NoSuchItem):
        attach_later(session, done.act_id, [voice], STRANGER, START)
