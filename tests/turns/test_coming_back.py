"""Resuming after hours or days, leaving and coming back."""

from datetime import timedelta

import pytest

from core.conversation.prompts import (
    AskPrompt,
    Choose,
    ConsentPrompt,
    NotUnderstood,
    Paused,
    Resumed,
)
from tests.turns.town import Reply, Town


def to_suggestion(town: Town, who: str = "villager") -> Reply:
    """Answer up to the open question."""
    reply = town.begins(who)
    while reply[-1].key != "suggest":
        reply = town.says(who, "1")
    return reply


@pytest.mark.parametrize("away", [timedelta(hours=1), timedelta(days=1), timedelta(days=20)], ids=str)
def test_any_word_after_a_while_shows_where_they_were(sqlite_town: Town, away: timedelta) -> None:
    sqlite_town.begins("villager")
    question = sqlite_town.says("villager", "1")

    for words in ("你好", "在吗", "我又来了", "这是什么", "哈哈", "继续", "。"):
        sqlite_town.clock.advance(seconds=away.total_seconds())
        back = sqlite_town.says("villager", words)

        assert back.kinds == [Resumed, AskPrompt]
        assert back[-1].key == question[-1].key


def test_words_on_coming_back_never_count_as_misunderstandings(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    for _ in range(3):
        sqlite_town.clock.advance(hours=2)
        sqlite_town.says("villager", "嘿嘿")

    told = sqlite_town.says("villager", "嘿嘿")

    assert told.kinds == [NotUnderstood, AskPrompt]
    assert not told[0].offer_human


def test_within_the_hour_the_same_words_are_a_misunderstanding(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.clock.advance(minutes=59)

    assert sqlite_town.says("villager", "这是什么").kinds == [NotUnderstood, AskPrompt]


def test_a_valid_answer_counts_after_days(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.clock.advance(days=5)

    following = sqlite_town.says("villager", "比较满意")

    assert following.kinds == [AskPrompt]
    assert following[-1].key == "cadre"


def test_a_greeting_at_an_open_question_is_not_taken_for_the_answer(sqlite_town: Town) -> None:
    to_suggestion(sqlite_town)
    sqlite_town.clock.advance(hours=3)

    back = sqlite_town.says("villager", "你好")

    assert back.kinds == [Resumed, AskPrompt]
    assert back[-1].key == "suggest"


def test_real_words_at_an_open_question_are_the_answer_even_after_days(sqlite_town: Town) -> None:
    to_suggestion(sqlite_town)
    sqlite_town.clock.advance(days=2)

    sqlite_town.says("villager", "村口的路灯坏了")
    sqlite_town.goes_on("villager", sqlite_town.says("villager", "下一步"))

    (response,) = sqlite_town.responses()
    assert sqlite_town.answers(response)["suggest"].text == "村口的路灯坏了"


def test_consent_is_asked_again_after_a_day_without_fuss(sqlite_town: Town) -> None:
    consent = sqlite_town.scans("villager")
    sqlite_town.clock.advance(days=1)

    assert sqlite_town.says("villager", "这是做什么的") == consent


def test_unfollowing_pauses_and_following_again_resumes(town: Town) -> None:
    question = town.begins("villager")

    assert town.leaves("villager") == ()
    back = town.follows("villager")

    assert back.kinds == [Resumed, AskPrompt]
    assert back[-1].key == question[-1].key
    assert town.responses() == []


def test_following_again_through_the_same_code_asks_whether_to_go_on(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.leaves("villager")

    (asked,) = sqlite_town.scans("villager")

    assert isinstance(asked, Choose)
    assert asked.kind == "go_on_or_restart"
    # Typing the answer brings them back for good.
    sqlite_town.says("villager", "1")
    assert sqlite_town.says("villager", "什么").kinds == [NotUnderstood, AskPrompt]


def test_a_question_of_the_desk_does_not_outlive_leaving(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "删除我的数据")
    sqlite_town.leaves("villager")
    sqlite_town.follows("villager")

    assert sqlite_town.says("villager", "1")[-1].key == "cadre"


def test_after_stop_for_now_the_next_word_goes_on(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    paused = sqlite_town.says("villager", "退出", "1")

    assert paused.kinds == [Paused]
    assert paused[0].closes_at == sqlite_town.world().catalog.rounds[0].closes_at
    assert sqlite_town.says("villager", "我来了").kinds == [Resumed, AskPrompt]
    assert sqlite_town.says("villager", "1")[-1].key == "cadre"


def test_after_stop_for_now_an_answer_counts_at_once(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "退出", "先停一停")

    assert sqlite_town.says("villager", "1")[-1].key == "cadre"


def test_stop_for_now_without_anything_under_way_has_no_day(sqlite_town: Town) -> None:
    paused = sqlite_town.says("villager", "退出", "1")

    assert paused == (Paused(None),)
    assert sqlite_town.scans("villager").kinds == [ConsentPrompt]


def test_the_privacy_setting_delete_forgets_who_leaves(town: Town) -> None:
    town.erase_on_leaving = True
    town.turns = town.new_turns()
    town.answers_all("villager")
    town.begins("neighbour")

    town.leaves("villager")
    town.leaves("neighbour")

    (response,) = town.responses()
    assert response.account_hash is None
    # What was under way is gone; it begins anew.
    assert town.scans("neighbour").kinds == [ConsentPrompt]
