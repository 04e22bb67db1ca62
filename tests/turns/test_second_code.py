"""Another code, or the same once more, while a questionnaire is under way."""

import pytest

from core.conversation.prompts import (
    AlreadyAnswered,
    AskPrompt,
    Choose,
    ConsentPrompt,
    Finished,
    Kept,
    NotUnderstood,
    Resumed,
)
from core.conversation.visit import MAX_SHELVED_RUNS
from tests.turns.town import DONGJIANG_BUS, PROSECUTORS, QINGYUAN, UNITS, Reply, Town, shipped, unit


def kind_of(reply: Reply) -> str:
    """Which of the desk's questions stands at the end."""
    assert isinstance(reply[-1], Choose), reply
    return reply[-1].kind


# The same questionnaire --------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["1", "一", "接着答", "继续"])
def test_scanning_again_asks_and_going_on_repeats_the_question(sqlite_town: Town, answer: str) -> None:
    question = sqlite_town.begins("villager")
    asked = sqlite_town.scans("villager")

    again = sqlite_town.says("villager", answer)

    assert kind_of(asked) == "go_on_or_restart"
    assert [prompt.key for prompt in again] == [question[-1].key]
    assert isinstance(sqlite_town.goes_on("villager", again)[-1], Finished)
    assert sqlite_town.statuses() == ["complete"]


@pytest.mark.parametrize("answer", ["2", "从头再来", "重来"])
def test_scanning_again_asks_and_starting_over_begins_with_consent(sqlite_town: Town, answer: str) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "5")
    sqlite_town.scans("villager")

    consent = sqlite_town.says("villager", answer)
    sqlite_town.goes_on("villager", consent, choice=2)

    (response,) = sqlite_town.responses()
    assert consent.kinds == [ConsentPrompt]
    assert sqlite_town.answers(response)["gov"].codes == "s4"


def test_both_ways_can_be_tapped(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    on = sqlite_town.taps("villager", sqlite_town.scans("villager"), "接着答")
    over = sqlite_town.taps("villager", sqlite_town.scans("villager"), "从头再来")

    assert on.kinds == [AskPrompt]
    assert over.kinds == [ConsentPrompt]


def test_who_answers_the_question_instead_goes_on(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    sqlite_town.scans("villager")

    following = sqlite_town.taps("villager", question, "满意")

    assert following[-1].key == "cadre"
    assert sqlite_town.says("villager", "1")[-1].key == "security"


def test_typing_what_is_no_answer_to_the_desk_is_an_answer_to_the_question(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.scans("villager")

    assert sqlite_town.says("villager", "5")[-1].key == "gov_why"


def test_before_consent_the_same_code_only_repeats_the_first_bubble(sqlite_town: Town) -> None:
    assert sqlite_town.scans("villager") == sqlite_town.scans("villager")


# The first code owns the answers -----------------------------------------------------------------------


def test_the_first_code_that_led_there_owns_the_answers(town: Town) -> None:
    town.begins("villager", QINGYUAN)
    town.scans("villager", DONGJIANG_BUS)
    on = town.says("villager", "接着答")
    town.goes_on("villager", on)

    (response,) = town.responses()
    assert response.code == QINGYUAN.raw


def test_it_owns_them_even_after_starting_over_by_the_second_code(sqlite_town: Town) -> None:
    sqlite_town.begins("villager", QINGYUAN)
    sqlite_town.scans("villager", DONGJIANG_BUS)
    consent = sqlite_town.says("villager", "从头再来")
    sqlite_town.goes_on("villager", consent)

    (response,) = sqlite_town.responses()
    assert response.code == QINGYUAN.raw


def test_it_owns_them_when_they_are_given_anew_by_the_second_code(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager", QINGYUAN)
    sqlite_town.scans("villager", DONGJIANG_BUS)
    consent = sqlite_town.says("villager", "重新回答")
    sqlite_town.goes_on("villager", consent)

    assert {response.code for response in sqlite_town.responses()} == {QINGYUAN.raw}


def test_it_owns_them_when_only_consent_was_asked_in_between(sqlite_town: Town) -> None:
    sqlite_town.scans("villager", QINGYUAN)
    sqlite_town.scans("villager", PROSECUTORS)
    sqlite_town.answers_all("villager", DONGJIANG_BUS)

    (response,) = sqlite_town.responses()
    assert response.code == QINGYUAN.raw


def test_a_code_after_a_place_was_chosen_does_not_change_whose_answers_they_are(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")
    sqlite_town.says("villager", "庆远镇", "我愿意参加")
    sqlite_town.scans("villager", DONGJIANG_BUS)
    on = sqlite_town.says("villager", "1")
    sqlite_town.goes_on("villager", on)

    (response,) = sqlite_town.responses()
    assert (response.code, response.source_code) == ("", QINGYUAN.code)


# Another questionnaire ---------------------------------------------------------------------------------


def test_a_code_that_leads_elsewhere_asks_which_to_answer_first(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    asked = sqlite_town.scans("villager", PROSECUTORS)
    first = sqlite_town.taps("villager", asked, "先答完这份")

    assert kind_of(asked) == "finish_first"
    assert "居民" in asked[0].title
    assert "检察院" in asked[0].other
    assert first[-1].key == question[-1].key


def test_the_other_one_is_answered_first_and_the_waiting_one_is_gone_on_with(town: Town) -> None:
    town.begins("villager")
    town.says("villager", "2")
    consent = town.taps("villager", town.scans("villager", PROSECUTORS), "去答新的")

    after = town.goes_on("villager", consent)

    # `goes_on` went through both: the first question of the waiting one followed at once.
    assert isinstance(after[-1], Finished)
    assert town.statuses() == ["complete", "complete"]
    unit_response, place_response = town.responses()
    assert (unit_response.subject_code, place_response.code) == ("U017", QINGYUAN.raw)
    assert town.answers(place_response)["gov"].codes == "s4"


def test_after_the_other_one_the_waiting_one_says_where_they_were(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "2")
    consent = sqlite_town.taps("villager", sqlite_town.scans("villager", PROSECUTORS), "去答新的")

    declined = sqlite_town.taps("villager", consent, "不评了")

    assert [type(prompt).__name__ for prompt in declined] == ["Declined", "Resumed", "AskPrompt"]
    assert declined[-1].key == "cadre"


def test_scanning_the_waiting_ones_code_asks_twice_and_takes_it_up(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "2")
    consent = sqlite_town.taps("villager", sqlite_town.scans("villager", PROSECUTORS), "去答新的")
    sqlite_town.taps("villager", consent, "我愿意评价")

    other = sqlite_town.scans("villager", QINGYUAN)
    how = sqlite_town.taps("villager", other, "去答新的")
    back = sqlite_town.taps("villager", how, "接着答")

    assert (kind_of(other), kind_of(how)) == ("finish_first", "go_on_or_restart")
    assert back.kinds == [Resumed, AskPrompt]
    assert back[-1].key == "cadre"
    # The unit's questionnaire waits now.
    assert sqlite_town.goes_on("villager", back)
    assert sqlite_town.statuses() == ["complete", "complete"]


def test_the_waiting_one_may_be_started_over(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.taps("villager", sqlite_town.scans("villager", PROSECUTORS), "去答新的")

    how = sqlite_town.scans("villager", QINGYUAN)
    consent = sqlite_town.taps("villager", how, "从头再来")

    # Only consent had been asked of the other, so nothing was in its way.
    assert kind_of(how) == "go_on_or_restart"
    assert consent.kinds == [ConsentPrompt]
    sqlite_town.goes_on("villager", consent)
    assert sqlite_town.statuses() == ["complete"]


def test_a_tap_on_a_waiting_ones_question_is_as_if_its_code_were_scanned(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    consent = sqlite_town.taps("villager", sqlite_town.scans("villager", PROSECUTORS), "去答新的")
    sqlite_town.taps("villager", consent, "我愿意评价")

    assert kind_of(sqlite_town.taps("villager", question, "满意")) == "finish_first"


def test_a_unit_that_was_judged_already_does_not_interrupt(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager", PROSECUTORS)
    question = sqlite_town.begins("villager")

    told = sqlite_town.scans("villager", PROSECUTORS)

    assert told.kinds == [AlreadyAnswered, AskPrompt]
    assert told[-1].key == question[-1].key


def test_who_wants_to_answer_the_other_anew_after_all_does_not_lose_their_place(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager", QINGYUAN)
    sqlite_town.begins("villager", PROSECUTORS)
    anew = sqlite_town.taps("villager", sqlite_town.scans("villager", QINGYUAN), "去答新的")

    kept = sqlite_town.taps("villager", anew, "不改了")

    assert kind_of(anew) == "answer_anew"
    assert kept.kinds == [Kept, AskPrompt]
    assert kept[-1].key == "how"


def test_at_most_five_wait_and_the_oldest_is_broken_off(town: Town) -> None:
    for number in range(1, MAX_SHELVED_RUNS + 3):
        reply = town.scans("villager", unit(number))
        if isinstance(reply[-1], Choose):
            reply = town.taps("villager", reply, "去答新的")
        town.taps("villager", reply, "我愿意评价")
        town.says("villager", "1")

    (broken_off,) = town.responses()
    assert (broken_off.status, broken_off.subject_code) == ("break_off", "U001")
    last = town.goes_on("villager", town.says("villager", "1"))
    assert isinstance(last[-1], Finished)
    assert town.statuses() == ["break_off", *["complete"] * (MAX_SHELVED_RUNS + 1)]


def test_where_only_one_unit_may_be_judged_the_other_is_broken_off_and_not_left_to_wait(
    bare_town: Town,
) -> None:
    bare_town.load(UNITS, shipped(UNITS, ("per: [account, subject]", "per: [account]")))
    bare_town.open("一个单位", UNITS)
    bare_town.begins("visitor", unit(1))
    bare_town.says("visitor", "1")

    consent = bare_town.taps("visitor", bare_town.scans("visitor", unit(2)), "去答新的")
    bare_town.goes_on("visitor", consent)

    assert bare_town.statuses() == ["break_off", "complete"]
    assert bare_town.scans("visitor", unit(1)).kinds == [AlreadyAnswered]


def test_words_that_answer_neither_are_asked_back_by_the_questionnaire(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.scans("villager", PROSECUTORS)

    assert sqlite_town.says("villager", "什么意思呀").kinds == [NotUnderstood, AskPrompt]
