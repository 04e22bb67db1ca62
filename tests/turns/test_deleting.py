"""删除我的数据: what goes, what stays, and that it is no way to answer twice."""

import pytest
from sqlalchemy import select

from core.conversation.inputs import Photo
from core.conversation.models import Conversation, HelpRequest
from core.conversation.prompts import (
    AlreadyAnswered,
    AskPrompt,
    ChoosePlace,
    ConsentPrompt,
    DataDeleted,
    Kept,
    MyProgress,
    StaleTap,
    Welcome,
)
from tests.turns.test_coming_back import to_suggestion
from tests.turns.town import PROSECUTORS, QINGYUAN, RESIDENTS, Reply, Town, shipped


def deletes(town: Town, who: str = "villager") -> Reply:
    """Say so, and confirm."""
    return town.says(who, "删除我的数据", "1")


def talks(town: Town, who: str = "villager") -> None:
    """Hand in with words, a voice, a picture, personal answers and words for "other"."""
    town.begins(who)
    reply = town.says(who, "5", "5 办事要跑很远")
    while reply[-1].key != "suggest":
        reply = town.says(who, "1")
    town.says(who, "村口的路灯坏了")
    town.speaks(who, "voice-1")
    town.hears(who, Photo("photo-1"))
    reply = town.says(who, "下一步")
    while isinstance(reply[-1], AskPrompt):
        reply = town.says(who, "1")


def test_hash_words_media_and_personal_answers_go_and_coded_answers_stay(town: Town) -> None:
    talks(town)
    (before,) = town.responses()
    assert {"suggest", "age", "sex"} <= town.answers(before).keys()

    told = deletes(town)

    (response,) = town.responses()
    answers = town.answers(response)
    assert told.kinds == [DataDeleted]
    assert response.account_hash is None
    assert not {"suggest", "age", "sex", "identity", "area"} & answers.keys()
    assert (answers["gov"].codes, answers["gov_why"].codes, answers["gov_why"].text) == ("s1", "other", None)
    assert [row.media for row in answers.values() if row.media] == []
    assert (response.status, response.code, response.place_code) == ("complete", QINGYUAN.raw, QINGYUAN.code)


def test_other_peoples_answers_are_not_touched(town: Town) -> None:
    talks(town, "villager")
    talks(town, "neighbour")
    (neighbours,) = (row for row in town.responses() if row.account_hash != town.responses()[0].account_hash)
    before = town.answers(neighbours)

    deletes(town)

    kept = next(row for row in town.responses() if row.id == neighbours.id)
    assert kept == neighbours
    assert town.answers(kept) == before


def test_every_response_goes_superseded_broken_off_and_refused_ones_too(town: Town) -> None:
    town.answers_all("villager")
    town.scans("villager")
    town.goes_on("villager", town.says("villager", "重新回答"))
    town.begins("villager", PROSECUTORS)
    town.says("villager", "1")
    town.clock.advance(days=31)
    town.says("villager", "你好")
    town.taps("villager", town.scans("villager", PROSECUTORS), "不评了")
    assert sorted(town.statuses()) == ["break_off", "complete", "refused", "superseded"]

    deletes(town)

    assert {row.account_hash for row in town.responses()} == {None}


def test_the_wish_for_a_human_stays_without_number_and_person(town: Town) -> None:
    town.begins("villager")
    town.says("villager", "人工", "13978212345")

    deletes(town)

    with town.engine.connect() as connection:
        (wish,) = connection.execute(select(HelpRequest.__table__)).all()
    assert (wish.person, wish.phone, wish.place_code) == ("", None, QINGYUAN.code)


def test_what_stays_known_is_only_that_this_account_has_answered(town: Town) -> None:
    talks(town)
    deletes(town)

    with town.engine.connect() as connection:
        state = connection.scalars(select(Conversation.state)).one()
    assert "origins" not in state
    assert QINGYUAN.raw not in state
    assert str(town.responses()[0].id) not in state


def test_deleting_is_no_way_to_answer_twice(town: Town) -> None:
    town.answers_all("villager")
    deletes(town)

    assert town.scans("villager").kinds == [AlreadyAnswered]
    assert town.says("villager", "你好").kinds == [AlreadyAnswered]
    assert town.says("villager", "我要评价").kinds == [AlreadyAnswered]
    assert town.says("villager", "重来").kinds == [AlreadyAnswered]
    assert town.follows("villager").kinds == [AlreadyAnswered]
    assert town.statuses() == ["complete"]


def test_a_link_of_what_was_deleted_tells_the_same(sqlite_town: Town) -> None:
    question = sqlite_town.begins("villager")
    sqlite_town.goes_on("villager", question)
    deletes(sqlite_town)

    assert sqlite_town.taps("villager", question, "满意").kinds == [AlreadyAnswered]


def test_deleting_twice_is_harmless(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    deletes(sqlite_town)

    assert deletes(sqlite_town).kinds == [DataDeleted]
    assert sqlite_town.says("villager", "我的")[0] == MyProgress(
        "", None, ("河池市2021年城乡居民满意度调查",)
    )


def test_in_the_middle_of_a_questionnaire_it_is_dropped_without_a_row(town: Town) -> None:
    question = town.begins("villager")
    town.says("villager", "1", "2")

    told = deletes(town)

    assert told.kinds == [DataDeleted]
    assert town.responses() == []
    assert town.taps("villager", question, "满意").kinds == [StaleTap, ChoosePlace]
    assert town.scans("villager").kinds == [ConsentPrompt]


def test_in_the_middle_of_a_second_attempt_the_first_stays_counted(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    sqlite_town.scans("villager")
    sqlite_town.says("villager", "重新回答", "我愿意参加", "对", "1")

    deletes(sqlite_town)

    assert sqlite_town.statuses() == ["complete"]
    assert sqlite_town.scans("villager").kinds == [AlreadyAnswered]


@pytest.mark.parametrize("words", ["2", "不删", "不要", "不"])
def test_who_does_not_delete_after_all_goes_on(sqlite_town: Town, words: str) -> None:
    question = sqlite_town.begins("villager")
    kept = sqlite_town.says("villager", "删除我的数据", words)

    assert kept.kinds == [Kept, AskPrompt]
    assert kept[-1].key == question[-1].key


@pytest.mark.parametrize("words", ["删", "不要删除", "随便", "？？"])
def test_nothing_is_deleted_for_unclear_words(sqlite_town: Town, words: str) -> None:
    sqlite_town.answers_all("villager")
    sqlite_town.says("villager", "删除我的数据", words)

    assert sqlite_town.responses()[0].account_hash is not None


def test_at_an_open_question_the_word_is_asked_about_and_then_confirmed(sqlite_town: Town) -> None:
    to_suggestion(sqlite_town)

    assert sqlite_town.says("villager", "删除我的数据", "1", "1").kinds == [DataDeleted]


def test_a_stranger_may_ask_for_it(sqlite_town: Town) -> None:
    assert deletes(sqlite_town).kinds == [DataDeleted]


def test_the_wish_to_be_left_alone_outlives_it(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "退出", "2")
    deletes(sqlite_town)

    assert sqlite_town.says("villager", "你好").kinds == [Welcome]


def test_a_home_that_is_personal_is_forgotten_in_favour_of_the_codes_place(bare_town: Town) -> None:
    home = (
        "    prefill: source\n    required: true\n",
        "    prefill: source\n    personal: true\n",
    )
    bare_town.load(RESIDENTS, shipped(RESIDENTS, home))
    bare_town.open("个人", RESIDENTS)
    reply = bare_town.taps("villager", bare_town.scans("villager"), "我愿意参加")
    reply = bare_town.says("villager", "不对", "南丹县城关镇")
    bare_town.goes_on("villager", reply)
    (before,) = bare_town.responses()

    deletes(bare_town)

    (after,) = bare_town.responses()
    assert before.place_code == "451221100"
    assert after.place_code == QINGYUAN.code
    assert "home" not in bare_town.answers(after)
