"""处理结果要不要告诉您: who is asked, what a yes keeps, how the outcome is told, and how it goes again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select, update

from core.conversation.inputs import Photo
from core.conversation.prompts import (
    AskPrompt,
    Choose,
    DataDeleted,
    Finished,
    MyProgress,
    OpinionNews,
    WillTell,
)
from core.opinions import arriving, outcomes
from core.opinions.models import Opinion, OutcomeWish
from core.opinions.outcomes import KEEP_FOR_PUSH, KEEP_OPENID, Push, carry_outcomes, forget_openids
from core.opinions.states import State
from tests.turns.test_coming_back import to_suggestion
from tests.turns.town import PROSECUTORS, Reply, Town

OPENID = "villager"


def finishes(town: Town, who: str = OPENID, words: str = "村口的路灯坏了") -> Reply:
    """Answer to the end; say something in the open question, unless `words` is ''."""
    to_suggestion(town, who)
    reply = town.says(who, words, "下一步") if words else town.says(who, "下一步")
    return town.goes_on(who, reply)


def wishes(town: Town) -> list[Row[Any]]:
    with town.engine.connect() as connection:
        return list(connection.execute(select(OutcomeWish.__table__)))


def settle(town: Town, state: State) -> None:
    """The office has dealt with all opinions, and the worker has looked."""
    arriving.advance(town.engine, lambda connection: town.world().catalog, town.clock())
    with town.engine.begin() as connection:
        connection.execute(update(Opinion).values(state=state.value))
    carry_outcomes(town.engine, {}, town.clock())


# Being asked -------------------------------------------------------------------------------------------


def test_whoever_said_something_is_asked_below_the_thanks(town: Town) -> None:
    reply = finishes(town)

    assert reply.kinds[-2:] == [Finished, Choose]
    assert (reply[-1].kind, [choice.label for choice in reply[-1].choices]) == (
        "tell_outcome",
        ["要，告诉我", "不用"],
    )


def test_a_voice_a_photo_or_words_with_other_count_too(sqlite_town: Town) -> None:
    to_suggestion(sqlite_town, "voice")
    sqlite_town.speaks("voice")
    assert sqlite_town.goes_on("voice", sqlite_town.says("voice", "下一步"))[-1].kind == "tell_outcome"
    to_suggestion(sqlite_town, "photo")
    sqlite_town.hears("photo", Photo("photo-1"))
    assert sqlite_town.goes_on("photo", sqlite_town.says("photo", "下一步"))[-1].kind == "tell_outcome"
    sqlite_town.begins("other")
    reply = sqlite_town.says("other", "5", "5 办事要跑很远")
    assert sqlite_town.goes_on("other", reply)[-1].kind == "tell_outcome"


def test_whoever_only_tapped_is_not_asked(sqlite_town: Town) -> None:
    assert finishes(sqlite_town, words="").kinds == [Finished]


def test_nobody_is_asked_while_another_questionnaire_waits(sqlite_town: Town) -> None:
    sqlite_town.begins(OPENID, PROSECUTORS)
    sqlite_town.scans(OPENID)
    sqlite_town.says(OPENID, "2", "1", "对")
    reply = finishes_from_here(sqlite_town)

    assert isinstance(reply[-1], AskPrompt)
    assert wishes(sqlite_town) == []


def finishes_from_here(town: Town) -> Reply:
    """On to the end of the residents' questionnaire, with words."""
    reply = town.says(OPENID, "1")
    while isinstance(reply[-1], AskPrompt) and reply[-1].key != "suggest":
        reply = town.says(OPENID, "1")
    reply = town.says(OPENID, "路灯坏了", "下一步")
    for _ in range(10):
        if Finished in reply.kinds:
            return reply
        reply = town.says(OPENID, "1")
    raise AssertionError(reply)


# Answering ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("yes", ["1", "好的", "要，告诉我"])
def test_only_a_yes_keeps_the_openid_and_only_encrypted(sqlite_town: Town, yes: str) -> None:
    finishes(sqlite_town)
    assert wishes(sqlite_town) == []

    assert sqlite_town.says(OPENID, yes) == (WillTell(True),)

    [wish] = wishes(sqlite_town)
    assert OPENID.encode() not in wish.openid
    assert sqlite_town.keys.unwrap(wish.openid).decode() == OPENID
    assert [row.id for row in sqlite_town.responses()] == [wish.response_id]


def test_it_works_on_every_database_with_a_tap(town: Town) -> None:
    town.taps(OPENID, finishes(town), "要，告诉我")

    assert len(wishes(town)) == 1


@pytest.mark.parametrize("said", ["不用", "2", "不要", "我的", "谢谢", "村里还有别的事"])
def test_anything_else_keeps_nothing_and_is_answered_as_ever(sqlite_town: Town, said: str) -> None:
    finishes(sqlite_town)

    reply = sqlite_town.says(OPENID, said)

    assert wishes(sqlite_town) == []
    assert reply
    assert not (isinstance(reply[-1], Choose) and reply[-1].kind == "tell_outcome")


def test_a_yes_long_after_is_no_yes_but_the_link_still_is(sqlite_town: Town) -> None:
    offer = finishes(sqlite_town)
    sqlite_town.clock.advance(hours=3)

    sqlite_town.says(OPENID, "好的")
    assert wishes(sqlite_town) == []
    sqlite_town.taps(OPENID, offer, "要，告诉我")
    assert len(wishes(sqlite_town)) == 1


def test_tapping_twice_is_once_and_no_after_yes_is_no(sqlite_town: Town) -> None:
    offer = finishes(sqlite_town)
    sqlite_town.taps(OPENID, offer, "要，告诉我")
    assert sqlite_town.taps(OPENID, offer, "要，告诉我") == (WillTell(True),)
    assert len(wishes(sqlite_town)) == 1

    assert sqlite_town.taps(OPENID, offer, "不用") == (WillTell(False),)
    assert wishes(sqlite_town) == []


def test_an_answer_given_anew_is_asked_about_anew(sqlite_town: Town) -> None:
    finishes(sqlite_town)
    sqlite_town.says(OPENID, "1")
    sqlite_town.says(OPENID, "谢谢", "1")
    reply = sqlite_town.says(OPENID, "1", "对")
    while isinstance(reply[-1], AskPrompt) and reply[-1].key != "suggest":
        reply = sqlite_town.says(OPENID, "1")
    offer = sqlite_town.goes_on(OPENID, sqlite_town.says(OPENID, "换一件事说", "下一步"))

    assert offer[-1].kind == "tell_outcome"
    assert wishes(sqlite_town) == []


# Being told --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "told"), [(State.DONE, "done"), (State.NOTHING, "nothing")])
def test_the_outcome_is_told_once_with_whatever_they_write_next(town: Town, state: State, told: str) -> None:
    finishes(town)
    town.says(OPENID, "1")
    settle(town, state)
    [wish] = wishes(town)
    assert wish.openid is None, "it serves nothing any more"

    first, second = town.says(OPENID, "帮助"), town.says(OPENID, "帮助")

    assert isinstance(first[0], OpinionNews)
    assert first[0].state == told
    assert OpinionNews not in second.kinds
    assert wishes(town)[0].told_at is not None


def test_on_the_way_mine_says_how_it_stands(town: Town) -> None:
    finishes(town)
    town.says(OPENID, "1")

    assert [news.state for news in _mine(town)] == ["waiting"]
    settle(town, State.DONE)
    assert [news.state for news in _mine(town)] == ["done"]
    assert [news.state for news in _mine(town)] == ["done"]


def _mine(town: Town) -> tuple[OpinionNews, ...]:
    [mine] = [prompt for prompt in town.says(OPENID, "我的") if isinstance(prompt, MyProgress)]
    return mine.opinions


def test_what_can_be_pushed_is_handed_over_once_and_the_openid_stays_for_it(town: Town) -> None:
    finishes(town)
    town.says(OPENID, "1")
    arriving.advance(town.engine, lambda connection: town.world().catalog, town.clock())
    with town.engine.begin() as connection:
        connection.execute(update(Opinion).values(state="done"))
    pushed: list[Push] = []

    def hand_over(_connection: Connection, push: Push) -> bool:
        pushed.append(push)
        return True

    for _ in range(2):
        carry_outcomes(town.engine, {}, town.clock(), hand_over)

    [wish] = wishes(town)
    assert [push.response_id for push in pushed] == [wish.response_id]
    assert town.keys.unwrap(wish.openid).decode() == OPENID
    assert forget_openids(town.engine, town.clock() + KEEP_FOR_PUSH) == 0
    assert forget_openids(town.engine, town.clock() + KEEP_FOR_PUSH + timedelta(minutes=1)) == 1


def test_a_hand_over_that_fails_leaves_everything_as_it_was(town: Town) -> None:
    finishes(town)
    town.says(OPENID, "1")
    arriving.advance(town.engine, lambda connection: town.world().catalog, town.clock())
    with town.engine.begin() as connection:
        connection.execute(update(Opinion).values(state="done"))

    def breaks(*_given: object) -> None:
        raise RuntimeError("the outbox is broken")

    with pytest.raises(RuntimeError):
        carry_outcomes(town.engine, {}, town.clock(), breaks)

    assert wishes(town)[0].openid is not None
    assert [news.state for news in _mine(town)] == ["waiting"]


def test_an_outcome_that_turns_back_before_it_was_told_is_not_told(town: Town) -> None:
    finishes(town)
    town.says(OPENID, "1")
    settle(town, State.DONE)
    settle(town, State.TODO)

    assert OpinionNews not in town.says(OPENID, "帮助").kinds


# And going again ---------------------------------------------------------------------------------------


def test_deleting_ones_data_deletes_the_openid_and_nothing_is_told(town: Town) -> None:
    finishes(town)
    town.says(OPENID, "1")
    assert DataDeleted in town.says(OPENID, "删除我的数据", "1").kinds

    assert wishes(town) == []
    settle(town, State.DONE)
    assert OpinionNews not in town.says(OPENID, "帮助").kinds


def test_leaving_forgets_the_openid_and_coming_back_is_told(town: Town) -> None:
    finishes(town)
    town.says(OPENID, "1")
    town.leaves(OPENID)
    assert wishes(town)[0].openid is None

    settle(town, State.DONE)
    assert OpinionNews in town.follows(OPENID).kinds


def test_no_openid_is_kept_for_more_than_a_year(town: Town) -> None:
    finishes(town)
    town.says(OPENID, "1")

    assert forget_openids(town.engine, town.clock() + KEEP_OPENID) == 0
    assert forget_openids(town.engine, town.clock() + KEEP_OPENID + timedelta(minutes=1)) == 1
    assert wishes(town)[0].openid is None


def test_of_several_things_said_all_have_to_be_settled() -> None:
    stand = outcomes.Stand

    assert outcomes._together([stand("done", "U1"), stand("waiting")]).state == "waiting"
    assert outcomes._together([stand("nothing"), stand("done")]) == stand("done")
    assert outcomes._together([stand("handed"), stand("handed", "U2")]) == stand("handed", "U2")
