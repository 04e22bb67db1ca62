"""Claiming, measures, progress, closing, extension: by taps and by words, with a minute to undo."""

from datetime import date, timedelta

from core.liaison_desk.prompts import (
    ActDone,
    ActUndone,
    AskText,
    AskUntil,
    AskWhy,
    Cancelled,
    CannotAct,
    ItemList,
    ItemShown,
    NotACommand,
    NothingToUndo,
)
from core.rectification.words import State
from tests.liaison_desk.office import Office, claimed, step_in


def test_mine_lists_what_is_in_hand_the_most_pressing_first(office: Office) -> None:
    office.bind("liaison")

    (listed,) = office.town.says("liaison", "我的")

    assert isinstance(listed, ItemList)
    assert [(row.number, row.days_left) for row in listed.rows] == [(3, 3), (1, 30)]
    assert (listed.overdue, listed.soon) == (0, 1)
    assert [step.label for step in listed.rows[0].acts] == ["领取", "延期"]


def test_an_item_is_claimed_and_closing_asked_for_by_taps(office: Office) -> None:
    liaison_id = office.bind("liaison")
    town = office.town

    claimed_ = office.taps("liaison", town.says("liaison", "我的"), "领取", item=1)
    measures = office.taps("liaison", claimed_, "报措施")
    filed = town.says("liaison", "住建局牵头，12月20日前修完")
    town.clock.advance(minutes=2)
    listed = town.says("liaison", "我的")
    assert [step.label for step in listed[0].rows[1].acts] == ["办进展", "申请销号", "延期"]
    office.taps("liaison", listed, "办进展", item=1)
    town.says("liaison", "路基做完了，60%")
    asked = office.taps("liaison", town.says("liaison", "我的"), "申请销号", item=1)
    applied = office.taps("liaison", asked, "就用上次进展的话")

    assert measures.kinds == [AskText]
    assert filed.kinds == applied.kinds == [ActDone]
    assert [act for act, _code, _id in office.acts(1)] == ["claim", "measures", "progress", "apply"]
    assert {(code, who) for _act, code, who in office.acts(1)} == {("451228", liaison_id)}
    item = office.item(1)
    assert (item.state, item.percent, item.measures) == (
        State.AT_OFFICE,
        60,
        "住建局牵头，12月20日前修完",
    )
    assert "路基做完了" in office.details(1)
    assert [row.number for row in town.says("liaison", "我的")[0].rows] == [3]


def test_an_extension_is_asked_for_by_reason_date_and_words(office: Office) -> None:
    claimed(office, 1)
    town = office.town

    why = office.taps("liaison", town.says("liaison", "我的"), "延期", item=1)
    until = office.taps("liaison", why, "资金")
    assert (why.kinds, until.kinds) == ([AskWhy], [AskUntil])
    assert [step.label for step in until[0].steps][:3] == ["2027年1月31日", "2027年3月31日", "2027年6月30日"]
    words = office.taps("liaison", until, "2027年3月31日")
    assert words.kinds == [AskText]
    (done,) = town.says("liaison", "项目已批复，资金未到位")

    assert done.until == date(2027, 3, 31)
    item = office.item(1)
    assert (item.asked_until, item.why) == (date(2027, 3, 31), "funds")
    assert item.why_words == "项目已批复，资金未到位"
    assert item.deadline == date(2026, 12, 31)
    assert town.says("liaison", "1 延期").kinds == [CannotAct]


def test_an_extension_can_be_typed_and_a_wrong_date_is_asked_again(office: Office) -> None:
    claimed(office, 1)

    replies = [office.town.says("liaison", words) for words in ("1延期", "九", "1", "明年", "2026年12月1日")]
    assert [reply.kinds for reply in replies] == [[AskWhy], [AskWhy], [AskUntil], [AskUntil], [AskUntil]]
    assert replies[-1][0].was_wrong
    assert office.town.says("liaison", "3月15日").kinds == [AskText]
    assert office.town.says("liaison", "征地没谈下来").kinds == [ActDone]

    assert (office.item(1).asked_until, office.item(1).why) == (date(2027, 3, 15), "project")


def test_an_act_can_be_taken_back_within_a_minute_and_not_later(office: Office) -> None:
    office.bind("liaison")
    done = office.town.says("liaison", "1 领取")
    assert done[0].undo_seconds == 60

    assert office.taps("liaison", done, "撤回").kinds == [ActUndone]
    assert office.item(1).state == State.ASSIGNED
    assert office.taps("liaison", done, "撤回").kinds == [CannotAct]

    office.town.says("liaison", "1 领取")
    assert office.town.says("liaison", "撤回").kinds == [ActUndone]
    assert office.town.says("liaison", "撤回").kinds == [NothingToUndo]

    late = office.town.says("liaison", "1 领取")
    office.town.clock.advance(seconds=60)
    assert office.taps("liaison", late, "撤回").kinds == [CannotAct]
    assert office.item(1).state == State.WORKING


def test_others_hear_of_an_act_only_after_its_minute(office: Office) -> None:
    from sqlalchemy.orm import Session

    from core.rectification.notices import notices_between

    claimed(office, 1)
    begin = office.now
    office.town.says("liaison", "1 销号 修好了")

    def heard(seconds: int) -> int:
        with Session(office.town.engine) as session:
            until = begin + timedelta(seconds=seconds)
            return len(list(notices_between(session, begin, until)))

    assert (heard(30), heard(120)) == (0, 1)


def test_what_the_state_does_not_allow_is_told_with_what_is_possible(office: Office) -> None:
    office.bind("liaison")

    (too_early,) = office.town.says("liaison", "1 销号 修好了")
    (twice,) = (office.town.says("liaison", "1 领取"), office.town.says("liaison", "1 领取"))[1]

    assert "领取" in too_early.words
    assert "现在可以" in twice.words
    assert [act for act, _code, _id in office.acts(1)] == ["claim"]


def test_an_old_link_says_what_is_possible_now(office: Office) -> None:
    office.bind("liaison")
    listed = office.town.says("liaison", "我的")
    office.taps("liaison", listed, "领取", item=1)

    assert office.taps("liaison", listed, "领取", item=1).kinds == [CannotAct]


def test_two_liaisons_of_one_unit_act_on_one_item_and_the_second_is_told(office: Office) -> None:
    office.bind("first")
    office.bind("second", name="覃小红")
    lists = [office.town.says(who, "我的") for who in ("first", "second")]

    assert office.taps("first", lists[0], "领取", item=1).kinds == [ActDone]
    assert office.taps("second", lists[1], "领取", item=1).kinds == [CannotAct]


def test_an_item_is_shown_in_full_by_its_number(office: Office) -> None:
    claimed(office, 1)

    (shown,) = office.town.says("liaison", "1号")

    assert isinstance(shown, ItemShown)
    assert shown.text.endswith("希望尽快修好。")
    assert [step.label for step in shown.row.acts] == ["报措施", "办进展", "延期"]


def test_something_begun_is_given_up_by_a_word_a_tap_or_time(office: Office) -> None:
    claimed(office, 1)
    asked = office.town.says("liaison", "1 进展")
    assert office.taps("liaison", asked, "算了").kinds == [Cancelled]

    office.town.says("liaison", "1 进展")
    assert office.town.says("liaison", "算了").kinds == [Cancelled]

    office.town.says("liaison", "1 进展")
    office.town.clock.advance(minutes=31)
    assert office.town.says("liaison", "修好一半了").kinds == [NotACommand]
    assert len(office.acts(1)) == 1


def test_every_step_has_words_that_mean_the_same_when_typed(office: Office) -> None:
    claimed(office, 1)
    office.town.says("liaison", "1 进展 动工了")
    for label, item, kind in (("领取", 3, ActDone), ("报措施", 1, AskText), ("申请销号", 1, AskText)):
        step = step_in(office.town.says("liaison", "我的"), label, item)
        assert office.town.says("liaison", step.echo).kinds == [kind]
