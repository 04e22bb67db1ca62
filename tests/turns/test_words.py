"""The words understood anywhere, in every state a person can be in."""

from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import select

from core.conversation.models import HelpRequest
from core.conversation.prompts import (
    AskPrompt,
    AskWordMeant,
    Choose,
    ChoosePlace,
    ConsentPrompt,
    HelpText,
    HumanOffered,
    Kept,
    MyProgress,
    NeverAgain,
    NotUnderstood,
    PhoneNoted,
    Prompt,
    Welcome,
)
from tests.turns.test_coming_back import to_suggestion
from tests.turns.town import PROSECUTORS, QINGYUAN, RESIDENTS, Reply, Town, shipped


def stranger(_town: Town, _who: str) -> None:
    """Has never been here."""


def at_consent(town: Town, who: str) -> None:
    """Has scanned a code."""
    town.scans(who)


def asked(town: Town, who: str) -> None:
    """Is being asked a question."""
    town.begins(who)


def choosing(town: Town, who: str) -> None:
    """Chooses a place."""
    town.follows(who)


def deciding(town: Town, who: str) -> None:
    """Has been asked something by the desk, in the middle of a questionnaire."""
    town.begins(who)
    town.scans(who, PROSECUTORS)


def finished(town: Town, who: str) -> None:
    """Has handed in."""
    town.answers_all(who)


STATES: dict[Callable[[Town, str], None], list[type[Prompt]]] = {
    stranger: [],
    at_consent: [ConsentPrompt],
    asked: [AskPrompt],
    choosing: [ChoosePlace],
    deciding: [Choose],
    finished: [],
}


def test_these_words_answer_and_repeat_what_is_being_asked(sqlite_town: Town) -> None:
    answered_with = {"帮助": HelpText, "人工": HumanOffered, "我的": MyProgress, "？": HelpText}

    for (state, being_asked), (word, prompt) in product(STATES.items(), answered_with.items()):
        who = f"{state.__name__} says {word}"
        state(sqlite_town, who)

        assert sqlite_town.says(who, word).kinds == [prompt, *being_asked], who


def test_quit_asks_for_now_or_for_ever(sqlite_town: Town) -> None:
    for state in STATES:
        state(sqlite_town, state.__name__)

        (asked_back,) = sqlite_town.says(state.__name__, "退出")

        assert asked_back.kind == "quit"
        labels = [choice.label for choice in asked_back.choices]
        assert labels == ["先停一停，以后再答", "以后都不用再问我", "接着答"]


def test_delete_asks_first(sqlite_town: Town) -> None:
    for state in STATES:
        state(sqlite_town, state.__name__)

        (asked_back,) = sqlite_town.says(state.__name__, "删除我的数据")

        assert asked_back.kind == "delete_sure"


def test_restart_asks_first_where_something_could_be_lost(sqlite_town: Town) -> None:
    told = {}
    for state in STATES:
        state(sqlite_town, state.__name__)
        told[state] = sqlite_town.says(state.__name__, "重来")

    assert told[asked][-1].kind == told[deciding][-1].kind == "restart_sure"
    assert told[finished][-1].kind == "answer_anew"
    assert told[at_consent].kinds == [ConsentPrompt]
    assert told[stranger].kinds == told[choosing].kinds == [ChoosePlace]


@pytest.mark.parametrize("word", ["帮助", "人工", "我的", "重来", "退出", "删除我的数据", "上一题"])
def test_inside_an_open_question_a_word_is_asked_about_once_before_it_acts(
    sqlite_town: Town, word: str
) -> None:
    to_suggestion(sqlite_town)

    first = sqlite_town.says("villager", word)
    second = sqlite_town.says("villager", "1")

    assert isinstance(first[-1], AskWordMeant)
    assert not any(isinstance(prompt, AskWordMeant) for prompt in second)


def test_inside_an_open_question_the_word_may_be_the_answer(sqlite_town: Town) -> None:
    to_suggestion(sqlite_town)
    sqlite_town.says("villager", "人工", "2")
    sqlite_town.goes_on("villager", sqlite_town.says("villager", "下一步"))

    (response,) = sqlite_town.responses()
    assert sqlite_town.answers(response)["suggest"].text == "人工"
    assert sqlite_town.count(HelpRequest) == 0


def test_a_recognised_voice_may_say_a_word_too(sqlite_town: Town) -> None:
    assert sqlite_town.speaks("villager", recognised="帮助。").kinds == [HelpText]


# 我的 ---------------------------------------------------------------------------------------------------


def test_mine_tells_how_far_and_what_was_handed_in(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager", PROSECUTORS)
    sqlite_town.begins("villager", QINGYUAN)

    mine = sqlite_town.says("villager", "我的")[0]

    assert isinstance(mine, MyProgress)
    assert "居民" in mine.title
    assert mine.progress is not None
    assert mine.progress[0] == 1
    assert [("检察院" in title) for title in mine.done] == [True]


def test_mine_names_no_refusals(sqlite_town: Town) -> None:
    sqlite_town.taps("villager", sqlite_town.scans("villager"), "不参加")

    assert sqlite_town.says("villager", "我的") == (MyProgress("", None, ()),)


# 人工 ---------------------------------------------------------------------------------------------------


def wishes(town: Town) -> list[tuple[str, str, str]]:
    """Place, question and telephone of every wish for a human."""
    with town.engine.connect() as connection:
        rows = connection.execute(select(HelpRequest.__table__).order_by(HelpRequest.id)).all()
    return [
        (row.place_code, row.question, town.keys.unwrap(row.phone).decode() if row.phone else "")
        for row in rows
    ]


def test_a_wish_for_a_human_is_kept_with_place_and_question(town: Town) -> None:
    town.begins("villager")
    town.says("villager", "1", "人工")

    assert wishes(town) == [(QINGYUAN.code, "cadre", "")]


def test_a_wish_without_a_code_has_neither(sqlite_town: Town) -> None:
    sqlite_town.says("villager", "人工")

    assert wishes(sqlite_town) == [("", "", "")]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13978212345", "13978212345"),
        ("１３９７８２１２３４５", "13978212345"),
        ("139 7821 2345", "13978212345"),
        ("+86 13978212345", "13978212345"),
        ("0778-2282345", "07782282345"),
    ],
)
def test_a_telephone_number_sent_after_it_is_kept_encrypted(
    sqlite_town: Town, typed: str, number: str
) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "人工")

    noted = sqlite_town.says("villager", typed)

    assert noted.kinds == [PhoneNoted, AskPrompt]
    assert wishes(sqlite_town) == [(QINGYUAN.code, "gov", number)]
    with sqlite_town.engine.connect() as connection:
        stored = connection.scalars(select(HelpRequest.phone)).one()
    assert stored is not None
    assert number.encode() not in stored


def test_a_number_that_nobody_asked_for_is_not_kept(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    told = sqlite_town.says("villager", "13978212345")

    assert told.kinds == [NotUnderstood, AskPrompt]
    assert wishes(sqlite_town) == []


def test_an_answer_after_it_is_an_answer_and_ends_the_waiting(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")

    assert sqlite_town.says("villager", "人工", "1")[-1].key == "cadre"
    assert sqlite_town.says("villager", "13978212345").kinds == [NotUnderstood, AskPrompt]
    assert wishes(sqlite_town) == [(QINGYUAN.code, "gov", "")]


def test_an_amount_at_a_number_question_is_never_taken_for_a_telephone(bare_town: Town) -> None:
    people = (
        "  - id: gov\n    type: scale",
        "  - {id: people, type: number, title: 您家里几口人？, required: true}\n  - id: gov\n    type: scale",
    )
    bare_town.load(RESIDENTS, shipped(RESIDENTS, people))
    bare_town.open("人数", RESIDENTS)
    bare_town.begins("villager")

    following = bare_town.says("villager", "人工", "5")

    assert following[-1].key == "gov"
    bare_town.goes_on("villager", following)
    (response,) = bare_town.responses()
    assert bare_town.answers(response)["people"].number == 5


def test_at_an_open_question_the_number_is_for_the_call_and_not_the_answer(sqlite_town: Town) -> None:
    to_suggestion(sqlite_town)
    sqlite_town.says("villager", "人工", "1")

    assert sqlite_town.says("villager", "13978212345")[0] == PhoneNoted()
    assert wishes(sqlite_town) == [(QINGYUAN.code, "suggest", "13978212345")]


def test_asking_twice_is_one_wish(town: Town) -> None:
    town.begins("villager")
    town.says("villager", "人工", "1", "人工", "13978212345")
    town.says("another", "人工")

    assert wishes(town) == [(QINGYUAN.code, "cadre", "13978212345"), ("", "", "")]


# 退出 ---------------------------------------------------------------------------------------------------


def quits_for_ever(town: Town) -> Reply:
    """退出, then for ever."""
    return town.says("villager", "退出", "以后都不用再问我")


def test_for_ever_after_some_answers_is_a_break_off(town: Town) -> None:
    town.begins("villager")
    town.says("villager", "1", "2")

    assert quits_for_ever(town).kinds == [NeverAgain]
    (response,) = town.responses()
    assert (response.status, response.last_question) == ("break_off", "security")
    assert town.answers(response)["cadre"].codes == "s4"


def test_for_ever_before_the_first_answer_is_a_refusal(town: Town) -> None:
    town.taps("villager", town.scans("villager"), "我愿意参加")
    quits_for_ever(town)
    assert town.statuses() == ["refused"]

    town.answers_all("villager")
    assert town.statuses() == ["superseded", "complete"]


def test_for_ever_at_consent_is_a_refusal_too(sqlite_town: Town) -> None:
    sqlite_town.scans("villager")
    quits_for_ever(sqlite_town)

    assert sqlite_town.statuses() == ["refused"]


def test_for_ever_ends_what_waits_as_well(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "1")
    sqlite_town.taps("villager", sqlite_town.scans("villager", PROSECUTORS), "去答新的")
    sqlite_town.says("villager", "我愿意评价", "1")
    quits_for_ever(sqlite_town)

    assert sqlite_town.statuses() == ["break_off", "break_off"]


def test_who_wants_no_more_is_not_asked_for_a_word_but_may_ask_themselves(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    quits_for_ever(sqlite_town)

    assert sqlite_town.says("villager", "你好").kinds == [Welcome]
    sqlite_town.clock.advance(days=3)
    assert sqlite_town.says("villager", "在吗").kinds == [Welcome]
    assert sqlite_town.says("villager", "帮助").kinds == [HelpText]
    assert sqlite_town.says("villager", "我要评价").kinds == [ConsentPrompt]


def test_who_wants_no_more_may_scan(sqlite_town: Town) -> None:
    quits_for_ever(sqlite_town)

    assert sqlite_town.scans("villager").kinds == [ConsentPrompt]
    assert sqlite_town.says("villager", "我愿意参加").kinds == [AskPrompt]


@pytest.mark.parametrize("words", ["3", "接着答", "继续"])
def test_who_does_not_quit_after_all_goes_on(sqlite_town: Town, words: str) -> None:
    question = sqlite_town.begins("villager")

    assert sqlite_town.says("villager", "退出", words)[-1].key == question[-1].key


def test_quitting_twice_means_for_now(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")

    assert type(sqlite_town.says("villager", "退出", "不答了")[-1]).__name__ == "Paused"


def test_not_quitting_with_nothing_under_way_leaves_all_as_it_was(sqlite_town: Town) -> None:
    assert sqlite_town.says("villager", "退出", "3").kinds == [Kept]
