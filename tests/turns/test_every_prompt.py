"""Everything the desk can say is said by something a person can do."""

from collections.abc import Callable
from datetime import timedelta
from typing import get_args

import pytest
from sqlalchemy import update

from core.conversation import prompts as say
from core.conversation.inputs import Said
from core.conversation.offers import OFFERS
from core.conversation.prompts import Prompt
from core.opinions import arriving
from core.opinions.models import Opinion
from core.opinions.outcomes import carry_outcomes
from tests.turns.test_asking_residents import _asked_item
from tests.turns.town import PROSECUTORS, RESIDENTS, Reply, Town, shipped

# What the engine says is tried by the dialogues.
OF_THE_ENGINE = {
    say.ConsentPrompt,
    say.NotePrompt,
    say.AskPrompt,
    say.Problem,
    say.AnswerChanged,
    say.AnswerUnchanged,
    say.MoreWelcome,
    say.AskWordMeant,
    say.Finished,
    say.EndedEarly,
    say.Declined,
}
Way = Callable[[Town], Reply]


def words(*said: str) -> Way:
    """Somebody who was never here says these."""
    return lambda town: town.says("somebody", *said)


def _late(town: Town) -> Reply:
    town.begins("somebody")
    return town.hears("somebody", Said("1"), seconds_ago=60)


def _not_yet_open(town: Town) -> Reply:
    town.close()
    town.open("明年", RESIDENTS, opens_in=timedelta(days=5))
    return town.scans("somebody")


def _closed(town: Town) -> Reply:
    town.close()
    return town.scans("somebody")


def _answered_already(town: Town) -> Reply:
    town.answers_all("somebody", PROSECUTORS)
    return town.scans("somebody", PROSECUTORS)


def _old_tap(town: Town) -> Reply:
    old = town.begins("somebody")
    town.says("somebody", "重来", "1")
    return town.taps("somebody", old, "满意")


def _away(town: Town) -> Reply:
    town.begins("somebody")
    town.clock.advance(days=2)
    return town.says("somebody", "你好")


def _said_something(town: Town, who: str, *then: str) -> Reply:
    """Answer to the end, with words in the open question."""
    reply = town.begins(who)
    while reply[-1].key != "suggest":
        reply = town.says(who, "1")
    reply = town.goes_on(who, town.says(who, "路灯坏了", "下一步"))
    return town.says(who, *then) if then else reply


def _outcome(town: Town) -> Reply:
    _said_something(town, "somebody", "1")
    arriving.advance(town.engine, lambda _: town.world().catalog, town.clock())
    with town.engine.begin() as connection:
        connection.execute(update(Opinion).values(state="done"))
    carry_outcomes(town.engine, {}, town.clock())
    return town.says("somebody", "帮助")


def _voted(town: Town) -> Reply:
    _asked_item(town)
    town.answers_all("somebody")
    return town.says("somebody", "1")


WAYS: dict[type[Prompt], Way] = {
    say.NotUnderstood: words("你好", "地球"),
    say.ChoosePlace: words("你好"),
    say.NotYetOpen: _not_yet_open,
    say.AlreadyClosed: _closed,
    say.UnknownCode: lambda town: town.scans("somebody", None),
    say.Choose: words("退出"),
    say.AlreadyAnswered: _answered_already,
    say.StaleTap: _old_tap,
    say.Resumed: _away,
    say.LateWords: _late,
    say.HelpText: words("帮助"),
    say.HumanOffered: words("人工"),
    say.PhoneNoted: words("人工", "13978212345"),
    say.Paused: words("退出", "1"),
    say.NeverAgain: words("退出", "2"),
    say.OpinionNews: _outcome,
    say.WillTell: lambda town: _said_something(town, "somebody", "1"),
    say.VoteNoted: _voted,
    say.MyProgress: words("我的"),
    say.DataDeleted: words("删除我的数据", "1"),
    say.Kept: words("删除我的数据", "2"),
    say.Welcome: words("退出", "2", "你好"),
}
# These need a town of their own: without any round (test_codes), with too many people (test_late_and_shed).
ELSEWHERE = {say.NothingOpen, say.WasShed}


@pytest.mark.parametrize("prompt", WAYS, ids=lambda prompt: prompt.__name__)
def test_there_is_a_way_to_be_told(sqlite_town: Town, prompt: type[Prompt]) -> None:
    assert prompt in WAYS[prompt](sqlite_town).kinds


def test_no_prompt_is_forgotten() -> None:
    told = WAYS.keys() | ELSEWHERE

    # What side desks say is tried where they are.
    assert told | OF_THE_ENGINE == set(get_args(Prompt)) - {say.SidePrompt}
    assert not told & OF_THE_ENGINE


def test_there_is_a_way_to_every_question_of_the_desk(sqlite_town: Town) -> None:
    def answered(who: str) -> Reply:
        sqlite_town.answers_all(who)
        return sqlite_town.says(who, "谢谢")

    def asked_whether_fixed(who: str) -> Reply:
        _asked_item(sqlite_town)
        return sqlite_town.answers_all(f"{who}, who lives there")

    ways: dict[str, Callable[[str], Reply]] = {
        "go_on_or_restart": sqlite_town.scans,
        "finish_first": lambda who: sqlite_town.scans(who, PROSECUTORS),
        "restart_sure": lambda who: sqlite_town.says(who, "重来"),
        "quit": lambda who: sqlite_town.says(who, "退出"),
        "delete_sure": lambda who: sqlite_town.says(who, "删除我的数据"),
        "answer_anew": lambda who: answered(f"{who}, who has answered"),
        "is_fixed": asked_whether_fixed,
        "tell_outcome": lambda who: _said_something(sqlite_town, f"{who}, who has spoken"),
    }

    assert ways.keys() == OFFERS.keys()
    for kind, way in ways.items():
        sqlite_town.begins(kind)
        asked = way(kind)[-1]
        assert isinstance(asked, say.Choose)
        assert asked.kind == kind
        assert [each.choice for each in asked.choices] == list(OFFERS[kind].acts)


def test_no_offer_lacks_a_way_out() -> None:
    for kind, offer in OFFERS.items():
        assert len(offer.choices) >= 2, kind
        assert [choice.number for choice in offer.choices] == list(range(1, len(offer.choices) + 1))
        assert len(set(offer.acts)) == len(offer.acts)
        for choice in offer.choices:
            assert offer.meant_by(choice.label) == choice.choice
            assert offer.meant_by(str(choice.number)) == choice.choice


def test_titles_have_no_braces_left(bare_town: Town) -> None:
    title = ("title: 河池市2021年城乡居民满意度调查", 'title: "{office.name}的调查"')
    bare_town.load(RESIDENTS, shipped(RESIDENTS, title))
    bare_town.open("有名字", RESIDENTS)
    bare_town.begins("somebody")

    (asked,) = bare_town.scans("somebody")

    assert asked.title == f"{bare_town.settings.office.name}的调查"
