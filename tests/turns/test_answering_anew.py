"""After the end: answering anew, not being able to, and what replaces what."""

import pytest

from core.conversation.prompts import (
    AlreadyAnswered,
    Choose,
    ChoosePlace,
    ConsentPrompt,
    Declined,
    EndedEarly,
    Finished,
    Kept,
    NeverAgain,
    NotUnderstood,
    StaleTap,
    Welcome,
)
from tests.turns.town import PROSECUTORS, RESIDENTS, Reply, Town, shipped, unit


def anew(town: Town, who: str = "villager") -> Reply:
    """Scan again and say yes; the consent bubble."""
    town.scans(who)
    return town.says(who, "重新回答")


# Offering it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["谢谢", "你好", "我要评价", "1", "重来"])
def test_any_word_after_the_end_offers_to_answer_anew(sqlite_town: Town, words: str) -> None:
    sqlite_town.answers_all("villager")

    (asked,) = sqlite_town.says("villager", words)

    assert isinstance(asked, Choose)
    assert asked.kind == "answer_anew"


def test_a_scan_and_a_tap_on_an_old_option_offer_it_too(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    sqlite_town.goes_on("villager", question)

    by_tap = sqlite_town.taps("villager", question, "不满意")
    by_scan = sqlite_town.scans("villager")

    assert by_tap == by_scan
    assert by_tap[0].kind == "answer_anew"


def test_a_unit_may_be_judged_once_and_another_unit_as_well(town: Town) -> None:
    consent = town.scans("visitor", PROSECUTORS)
    question = town.taps("visitor", consent, "我愿意评价")
    town.goes_on("visitor", question)

    assert town.says("visitor", "谢谢").kinds == [AlreadyAnswered]
    assert town.taps("visitor", question, "打电话问事").kinds == [AlreadyAnswered]
    assert town.scans("visitor", PROSECUTORS).kinds == [AlreadyAnswered]
    assert town.scans("visitor", unit(1)).kinds == [ConsentPrompt]


def test_who_has_judged_a_unit_may_still_take_part_as_a_resident(sqlite_town: Town) -> None:
    sqlite_town.answers_all("visitor", PROSECUTORS)

    assert sqlite_town.says("visitor", "我要评价").kinds == [ChoosePlace]
    sqlite_town.answers_all("another", PROSECUTORS)
    sqlite_town.clock.advance(hours=2)
    assert sqlite_town.says("another", "你好").kinds == [ChoosePlace]


@pytest.mark.parametrize("words", ["2", "不改了", "不用", "不"])
def test_who_does_not_want_to_answer_anew_leaves_everything_as_it_is(sqlite_town: Town, words: str) -> None:
    sqlite_town.answers_all("villager")
    sqlite_town.scans("villager")

    assert sqlite_town.says("villager", words).kinds == [Kept]
    assert sqlite_town.statuses() == ["complete"]


def test_what_is_no_answer_to_the_offer_is_asked_back(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    sqlite_town.scans("villager")

    assert sqlite_town.says("villager", "哦").kinds == [NotUnderstood, Choose]
    assert sqlite_town.speaks("villager").kinds == [NotUnderstood, Choose]
    sqlite_town.clock.advance(days=1)
    assert sqlite_town.says("villager", "哦").kinds == [Choose]


# Replacing ---------------------------------------------------------------------------------------------


def test_new_answers_replace_the_old_ones_only_when_they_are_complete(town: Town) -> None:
    town.answers_all("villager", choice=1)
    consent = anew(town)
    assert town.statuses() == ["complete"]

    town.goes_on("villager", consent, choice=2)

    old, new = town.responses()
    assert (old.superseded_by, new.superseded_by) == (new.id, None)
    assert town.answers(old)["gov"].codes == "s5"
    assert town.answers(new)["gov"].codes == "s4"


def test_each_new_answer_replaces_the_one_before(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    for _ in range(3):
        sqlite_town.goes_on("villager", anew(sqlite_town))

    first, second, third, last = sqlite_town.responses()
    assert (first.superseded_by, second.superseded_by, third.superseded_by) == (second.id, third.id, last.id)
    assert last.superseded_by is None


def test_a_second_attempt_that_is_broken_off_leaves_no_row(town: Town) -> None:
    town.answers_all("villager")
    town.says("villager", "1")
    town.says("villager", "我愿意参加", "对", "1", "2")
    town.clock.advance(days=31)
    town.says("villager", "你好")

    assert town.statuses() == ["complete"]


def test_a_second_attempt_that_is_declined_leaves_the_first_as_it_was(town: Town) -> None:
    town.answers_all("villager", choice=1)
    declined = town.taps("villager", anew(town), "不参加")

    assert declined.kinds == [Declined]
    assert town.statuses() == ["complete"]
    # And it is still what a third attempt replaces.
    town.goes_on("villager", anew(town), choice=2)
    assert town.statuses() == ["superseded", "complete"]


def test_a_second_attempt_that_ends_as_ineligible_leaves_the_first_as_it_was(bare_town: Town) -> None:
    minors = shipped(
        RESIDENTS, ("{code: a18, label: 18到29岁}", "{code: a18, label: 未成年, ends: ineligible}")
    )
    bare_town.load(RESIDENTS, minors)
    bare_town.open("成年人", RESIDENTS)
    bare_town.answers_all("villager", choice=2)

    ended = bare_town.goes_on("villager", anew(bare_town), choice=1)

    assert ended.kinds == [EndedEarly]
    assert bare_town.statuses() == ["complete"]
    bare_town.goes_on("villager", anew(bare_town), choice=2)
    assert bare_town.statuses() == ["superseded", "complete"]


def test_never_again_in_a_second_attempt_leaves_the_first_as_it_was(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    sqlite_town.taps("villager", anew(sqlite_town), "我愿意参加")

    assert sqlite_town.says("villager", "退出", "2").kinds == [NeverAgain]
    assert sqlite_town.statuses() == ["complete"]


def test_starting_over_a_second_attempt_still_replaces_the_first(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    sqlite_town.taps("villager", anew(sqlite_town), "我愿意参加")
    consent = sqlite_town.says("villager", "重来", "1")

    sqlite_town.goes_on("villager", consent)

    assert sqlite_town.statuses() == ["superseded", "complete"]


# Refusals ----------------------------------------------------------------------------------------------


def test_a_refusal_is_kept_without_an_answer_and_a_later_complete_one_supersedes_it(town: Town) -> None:
    declined = town.taps("villager", town.scans("villager"), "不参加")
    (refusal,) = town.responses()
    town.answers_all("villager")

    assert declined.kinds == [Declined]
    assert (refusal.status, refusal.last_question, town.answers(refusal)) == ("refused", "", {})
    assert town.statuses() == ["superseded", "complete"]


def test_of_several_refusals_one_counts(sqlite_town: Town) -> None:
    for _ in range(3):
        sqlite_town.taps("villager", sqlite_town.scans("villager"), "不参加")

    assert sqlite_town.statuses() == ["superseded", "superseded", "refused"]


def test_a_break_off_after_a_refusal_is_kept_beside_it(sqlite_town: Town) -> None:
    sqlite_town.taps("villager", sqlite_town.scans("villager"), "不参加")
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "1")
    sqlite_town.clock.advance(days=31)
    sqlite_town.says("villager", "你好")

    assert sqlite_town.statuses() == ["refused", "break_off"]


def test_who_declined_is_not_asked_again_for_a_mere_word_but_may_come_back(sqlite_town: Town) -> None:
    consent = sqlite_town.scans("villager")
    sqlite_town.taps("villager", consent, "不参加")

    assert sqlite_town.says("villager", "好的").kinds == [Welcome]
    assert sqlite_town.taps("villager", consent, "我愿意参加").kinds == [ConsentPrompt]
    sqlite_town.says("villager", "不参加")
    assert sqlite_town.scans("villager").kinds == [ConsentPrompt]
    sqlite_town.says("villager", "不参加")
    assert sqlite_town.says("villager", "我要评价").kinds == [ConsentPrompt]


# Every so many days ------------------------------------------------------------------------------------


def test_where_one_may_answer_every_thirty_days_nothing_is_superseded(bare_town: Town) -> None:
    bare_town.load(RESIDENTS, shipped(RESIDENTS, ("period: survey", "period: days:30")))
    bare_town.open("每月", RESIDENTS)
    bare_town.answers_all("villager")
    bare_town.clock.advance(days=29)
    within = bare_town.scans("villager")
    bare_town.clock.advance(days=1)

    after = bare_town.scans("villager")
    bare_town.goes_on("villager", after)

    assert isinstance(within[0], Choose)
    assert after.kinds == [ConsentPrompt]
    assert bare_town.statuses() == ["complete", "complete"]


def test_a_tap_on_a_link_of_a_round_that_is_over_is_told_so_after_the_end(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    sqlite_town.goes_on("villager", question)
    sqlite_town.close()

    assert sqlite_town.taps("villager", question, "满意")[0] == StaleTap("round")


def test_where_replacing_is_refused_the_words_at_the_end_do_not_promise_it(sqlite_town: Town) -> None:
    told = sqlite_town.answers_all("visitor", PROSECUTORS)

    assert isinstance(told[-1], Finished)
    assert not told[-1].can_change


def test_the_offer_lapses_with_the_round(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    offer = sqlite_town.scans("villager")
    sqlite_town.clock.advance(days=400)

    assert ConsentPrompt not in sqlite_town.taps("villager", offer, "重新回答").kinds
