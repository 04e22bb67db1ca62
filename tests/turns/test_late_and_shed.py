"""Words that come in the wrong order, and words that come when too many talk."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from core.conversation.incoming import Followed, Left, Nothing, Scanned
from core.conversation.inputs import Said
from core.conversation.models import ShedMark
from core.conversation.prompts import AskPrompt, Choose, ChoosePlace, ConsentPrompt, LateWords, WasShed
from core.conversation.turns import GroupedTurns
from core.errors import Busy
from tests.turns.town import QINGYUAN, Town, tap


def test_typed_words_older_than_the_last_handled_ones_are_asked_back(town: Town) -> None:
    town.begins("villager")
    question = town.says("villager", "1")

    told = town.hears("villager", Said("5"), seconds_ago=30)

    assert told.kinds == [LateWords, AskPrompt]
    assert told[0] == LateWords("5")
    assert told[-1].key == question[-1].key


def test_words_of_the_same_second_are_in_time(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.says("villager", "1")

    assert sqlite_town.hears("villager", Said("1"), seconds_ago=1)[-1].key == "security"


def test_late_words_count_as_late_only_once(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")
    sqlite_town.hears("villager", Said("5"), seconds_ago=30)

    assert sqlite_town.says("villager", "1")[-1].key == "cadre"


def test_taps_may_come_in_any_order(town: Town) -> None:
    first = town.begins("villager")
    second = town.taps("villager", first, "满意")

    later = town.hears("villager", tap(second, "一般"))
    earlier = town.hears("villager", tap(first, "比较满意"), seconds_ago=40)

    assert later[-1].key == "security"
    assert LateWords not in earlier.kinds
    assert earlier[-1].key == "security"


def test_late_words_do_not_answer_the_desk_either(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")
    sqlite_town.says("villager", "删除我的数据")

    told = sqlite_town.hears("villager", Said("1"), seconds_ago=40)

    assert told.kinds == [LateWords, Choose]
    assert sqlite_town.responses()[0].account_hash is not None


def test_late_words_choose_no_place(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")
    sqlite_town.says("villager", "宜州")

    told = sqlite_town.hears("villager", Said("1"), seconds_ago=40)

    assert told.kinds == [LateWords, ChoosePlace]
    assert told[-1].within == "宜州区"


def test_late_words_with_nothing_under_way_are_words(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager")

    assert sqlite_town.hears("villager", Said("谢谢"), seconds_ago=40).kinds == [Choose]


# Shedding ----------------------------------------------------------------------------------------------


@contextmanager
def crowd(town: Town, waiting: int) -> Iterator[None]:
    """One turn is being committed and `waiting` more wait for the next commit, until the block ends."""
    is_rendering, may_go_on = threading.Event(), threading.Event()
    render = town.turns._hearing._render

    def slowly(*said: object) -> str:
        is_rendering.set()
        assert may_go_on.wait(30)
        return render(*said)  # type: ignore[arg-type]

    town.turns._hearing._render = slowly
    everybody = [threading.Thread(target=town.scans, args=(f"crowd {i}",)) for i in range(waiting + 1)]
    everybody[0].start()
    assert is_rendering.wait(30)
    for each in everybody[1:]:
        each.start()
    while town.turns.waiting < waiting:
        threading.Event().wait(0.005)
    try:
        yield
    finally:
        town.turns._hearing._render = render
        may_go_on.set()
        for each in everybody:
            each.join()


@pytest.fixture
def crowded(town: Town) -> Town:
    """A town whose turns shed above three that wait."""
    town.max_waiting = 3
    town.turns = town.new_turns()
    return town


def test_above_the_limit_typed_and_tapped_messages_are_shed_and_that_is_said_once(crowded: Town) -> None:
    question = crowded.begins("villager")
    with crowd(crowded, 3):
        with pytest.raises(Busy):
            crowded.says("villager", "1")
        with pytest.raises(Busy):
            crowded.taps("villager", question, "满意")

    told = crowded.says("villager", "1")
    assert told.kinds == [WasShed, AskPrompt]
    assert told[-1].key == "cadre"
    assert crowded.says("villager", "1").kinds == [AskPrompt]
    assert crowded.turns.counts.shed == 2
    assert crowded.count(ShedMark) == 0


def test_events_are_never_shed(crowded: Town) -> None:
    crowded.begins("villager")
    with crowd(crowded, 3):
        events = [
            threading.Thread(target=crowded.hears, args=(who, what))
            for who, what in (
                ("follower", Followed(QINGYUAN, QINGYUAN.raw)),
                ("scanner", Scanned(QINGYUAN, QINGYUAN.raw)),
                ("villager", Left()),
                ("receipt", Nothing()),
            )
        ]
        for event in events:
            event.start()
        while crowded.turns.waiting < 3 + len(events):
            threading.Event().wait(0.005)
    for event in events:
        event.join()

    assert crowded.turns.counts.shed == 0
    assert crowded.says("follower", "你好").kinds[-1] is ConsentPrompt
    assert crowded.says("scanner", "我愿意参加").kinds == [AskPrompt]


def test_the_mark_is_there_for_another_process(crowded: Town) -> None:
    crowded.begins("villager")
    with crowd(crowded, 3), pytest.raises(Busy):
        crowded.says("villager", "1")
    with crowded.engine.connect() as connection:
        assert len(connection.scalars(select(ShedMark.person)).all()) == 1

    other: GroupedTurns = crowded.new_turns()
    reply = crowded.said[other.take(crowded.delivery("villager", Said("1")))]

    assert reply.kinds == [WasShed, AskPrompt]
    assert crowded.count(ShedMark) == 0


def test_a_stranger_whose_first_words_were_shed_is_told_so_too(crowded: Town) -> None:
    with crowd(crowded, 3), pytest.raises(Busy):
        crowded.says("villager", "你好")

    assert crowded.scans("villager").kinds == [WasShed, ConsentPrompt]


def test_who_leaves_is_told_nothing(crowded: Town) -> None:
    crowded.begins("villager")
    with crowd(crowded, 3), pytest.raises(Busy):
        crowded.says("villager", "1")

    assert crowded.leaves("villager") == ()
    assert WasShed not in crowded.follows("villager").kinds
