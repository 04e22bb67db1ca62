"""Old links stay in the chat for years; what a tap on one does."""

import json

import pytest
from sqlalchemy import select, update

from core.conversation.inputs import Act, Tapped
from core.conversation.models import Conversation
from core.conversation.prompts import (
    AnswerChanged,
    AskPrompt,
    Choose,
    ChoosePlace,
    ConsentPrompt,
    HelpText,
    HumanOffered,
    Kept,
    NeverAgain,
    Paused,
    Resumed,
    StaleTap,
)
from tests.turns.town import PROSECUTORS, RESIDENTS, Town


def test_a_link_of_another_round_is_told_so(town: Town) -> None:
    old = town.begins("villager")
    town.close()
    town.says("villager", "你好")
    town.open("下一次", RESIDENTS)
    question = town.begins("villager")

    told = town.taps("villager", old, "不满意")

    assert told.kinds == [StaleTap, AskPrompt]
    assert told[0] == StaleTap("round")
    assert told[-1].key == question[-1].key


def test_a_link_of_an_earlier_time_through_is_told_so(sqlite_town: Town) -> None:
    old = sqlite_town.begins("villager")
    sqlite_town.says("villager", "2")
    sqlite_town.taps("villager", sqlite_town.scans("villager"), "从头再来")
    sqlite_town.says("villager", "我愿意参加", "对")

    told = sqlite_town.taps("villager", old, "不满意")

    assert told[0] == StaleTap("run")
    assert told[-1].key == "gov"


def test_a_link_of_what_was_handed_in_is_told_so_while_something_else_is_answered(sqlite_town: Town) -> None:
    old = sqlite_town.begins("villager")
    sqlite_town.goes_on("villager", old)
    sqlite_town.begins("villager", PROSECUTORS)

    assert sqlite_town.taps("villager", old, "不满意")[0] == StaleTap("run")
    assert sqlite_town.statuses() == ["complete"]


def test_a_link_of_a_run_that_lay_idle_begins_anew(sqlite_town: Town) -> None:
    old = sqlite_town.begins("villager")
    sqlite_town.clock.advance(days=31)

    assert sqlite_town.taps("villager", old, "满意").kinds == [ConsentPrompt]
    assert sqlite_town.taps("villager", old, "满意").kinds == [StaleTap, ConsentPrompt]


def test_a_link_nobody_made_leads_to_the_choice_of_a_place(sqlite_town: Town) -> None:
    assert sqlite_town.hears("villager", Tapped(7, 3, 2, 1, "满意")).kinds == [StaleTap, ChoosePlace]


def test_links_find_their_run_beyond_a_thousand_runs(sqlite_town: Town) -> None:
    for _ in range(3):
        sqlite_town.scans("villager", PROSECUTORS)
        sqlite_town.scans("villager")
    _set_runs(sqlite_town, 999)

    question = sqlite_town.begins("villager", PROSECUTORS)

    assert question.run == 1000
    assert sqlite_town.taps("villager", question, "打电话问事")[-1].key == "easy"


def test_a_tap_on_an_earlier_question_while_the_desk_asks_goes_on(sqlite_town: Town) -> None:
    first = sqlite_town.begins("villager")
    sqlite_town.says("villager", "1", "1")
    sqlite_town.says("villager", "重来")

    changed = sqlite_town.taps("villager", first, "一般")

    assert changed.kinds == [AnswerChanged, AskPrompt]
    # The desk's question is settled: 1 is an answer again.
    assert sqlite_town.says("villager", "1")[-1].key == "traffic"


# Links of the desk's own -------------------------------------------------------------------------------


def test_a_second_tap_on_start_over_does_not_start_over_twice(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sure = sqlite_town.says("villager", "重来")
    consent = sqlite_town.taps("villager", sure, "从头再来")

    assert sqlite_town.taps("villager", sure, "从头再来") == consent


def test_an_old_start_over_asks_first(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sure = sqlite_town.says("villager", "重来")
    sqlite_town.taps("villager", sure, "接着答")

    (asked,) = sqlite_town.taps("villager", sure, "从头再来")

    assert asked.kind == "restart_sure"


def test_a_second_tap_on_answering_anew_only_repeats_the_first_bubble(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    offer = sqlite_town.scans("villager")
    consent = sqlite_town.taps("villager", offer, "重新回答")

    assert sqlite_town.taps("villager", offer, "重新回答") == consent


def test_an_old_offer_to_answer_anew_offers_it_again(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    offer = sqlite_town.scans("villager")
    kept = sqlite_town.taps("villager", offer, "不改了")

    assert kept.kinds == [Kept]
    assert sqlite_town.taps("villager", offer, "不改了").kinds == [Kept]
    assert sqlite_town.taps("villager", offer, "重新回答") == offer


def test_an_old_delete_asks_first(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    sure = sqlite_town.says("villager", "删除我的数据")
    sqlite_town.taps("villager", sure, "不删")

    (asked,) = sqlite_town.taps("villager", sure, "删除")

    assert asked.kind == "delete_sure"
    assert sqlite_town.responses()[0].account_hash


def test_tapping_stop_for_now_twice_says_the_same_twice(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    quit_ = sqlite_town.says("villager", "退出")
    paused = sqlite_town.taps("villager", quit_, "先停一停，以后再答")

    assert paused.kinds == [Paused]
    assert sqlite_town.taps("villager", quit_, "先停一停，以后再答") == paused


@pytest.mark.parametrize("label", ["先停一停，以后再答", "以后都不用再问我"])
def test_an_old_quit_asks_first(sqlite_town: Town, label: str) -> None:
    sqlite_town.begins("villager")
    quit_ = sqlite_town.says("villager", "退出")
    sqlite_town.taps("villager", quit_, "接着答")

    (asked,) = sqlite_town.taps("villager", quit_, label)

    assert asked.kind == "quit"


def test_an_old_go_on_repeats_the_question(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    sure = sqlite_town.says("villager", "重来")
    sqlite_town.taps("villager", question, "满意")

    assert sqlite_town.taps("villager", sure, "接着答")[-1].key == "cadre"


def test_an_old_other_code_repeats_the_question(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    choice = sqlite_town.scans("villager", PROSECUTORS)
    sqlite_town.taps("villager", question, "满意")

    assert sqlite_town.taps("villager", choice, "去答新的")[-1].key == "cadre"


def test_an_old_go_on_without_anything_to_go_on_with_means_nothing(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    sure = sqlite_town.says("villager", "重来")
    sqlite_town.goes_on("villager", sqlite_town.taps("villager", question, "满意"))

    assert sqlite_town.taps("villager", sure, "接着答") == (StaleTap("nothing"),)


def test_a_desk_link_that_is_not_offered_now_repeats_what_is_asked(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    other = sqlite_town.scans("villager", PROSECUTORS)
    sure = sqlite_town.says("villager", "删除我的数据")

    assert sqlite_town.taps("villager", other, "先答完这份") == sure


def test_help_and_human_can_be_tapped_anywhere(sqlite_town: Town) -> None:
    help_, human = (Tapped(0, 0, 0, act, "") for act in (Act.HELP, Act.HUMAN))

    assert sqlite_town.hears("stranger", help_).kinds == [HelpText]
    assert sqlite_town.hears("stranger", human).kinds == [HumanOffered]
    sqlite_town.begins("villager")
    assert sqlite_town.hears("villager", help_).kinds == [HelpText, AskPrompt]
    assert sqlite_town.hears("villager", human).kinds == [HumanOffered, AskPrompt]


def test_who_wants_to_be_left_alone_is_not_asked_for_a_tap(sqlite_town: Town) -> None:
    old = sqlite_town.begins("villager")
    told = sqlite_town.says("villager", "退出", "以后都不用再问我")

    assert told.kinds == [NeverAgain]
    assert sqlite_town.taps("villager", old, "满意") == (StaleTap("nothing"),)


def test_nor_for_a_tap_on_an_old_list_of_places(sqlite_town: Town) -> None:
    places = sqlite_town.follows("villager")
    sqlite_town.says("villager", "退出", "2")

    assert sqlite_town.taps("villager", places, "宜州区") == (StaleTap("nothing"),)


def test_coming_back_by_a_tap_counts_at_once(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    sqlite_town.clock.advance(days=3)

    following = sqlite_town.taps("villager", question, "满意")

    assert Resumed not in following.kinds
    assert following[-1].key == "cadre"
    assert Choose not in following.kinds


def _set_runs(town: Town, runs: int) -> None:
    with town.engine.begin() as connection:
        state = json.loads(connection.scalars(select(Conversation.state)).one())
        state["runs"] = runs
        connection.execute(update(Conversation).values(state=json.dumps(state)))
