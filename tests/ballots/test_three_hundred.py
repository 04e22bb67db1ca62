"""
Three hundred leaders, in the chat and on the page: drop-outs, double scans, slips shared by two phones, the
server dying at each step of handing in; in the end exactly one ballot a used slip, opened by the witnesses.
"""

import random
from typing import Any

import pytest
from flask import Flask

from admin.ballot.app import create_ballot_app
from admin.parts import Parts
from core.ballots import desk, drafts
from core.ballots.draft_keys import DraftKeys
from core.ballots.errors import AlreadyUsed
from core.ballots.report import sum_in_words
from core.ballots.slips import count_slips
from core.conversation.incoming import Incoming
from tests.ballots.chat import Chat
from tests.ballots.hall import Hall
from tests.ballots.test_opening import opens, status
from tests.ballots.test_page import Browser

LEADERS = 300


class PowerCut(BaseException):
    """The process ends here."""


STEPS: tuple[tuple[Any, str], ...] = (
    (drafts, "use_slip"),
    (drafts, "seal"),
    (drafts, "wrap"),
    (desk, "hand_in"),
)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[1])
def test_a_server_that_dies_while_a_ballot_is_handed_in_leaves_all_or_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str]
) -> None:
    chat, slip = Chat(hall), hall.slips(10)[0]
    chat.fills_in("o-1", slip)
    module, name = step
    real = getattr(module, name)

    def cut(*given: Any) -> None:
        real(*given)
        raise PowerCut

    monkeypatch.setattr(module, name, cut)
    with pytest.raises(PowerCut):
        chat.taps("o-1", "交上")
    monkeypatch.undo()
    assert status(hall).used == status(hall).waiting == 0

    again = Chat(hall)
    again.replies = chat.replies
    again.numbers = chat.numbers
    assert "交上了" in again.taps("o-1", "交上")
    assert status(hall).used == status(hall).waiting == 1


def test_a_server_that_dies_after_handing_in_says_so_when_the_message_comes_again(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, slip = Chat(hall), hall.slips(10)[0]
    chat.fills_in("o-1", slip)
    sent: list[Incoming] = []
    take = chat.turns.take

    def taken_and_cut(incoming: Incoming) -> str:
        sent.append(incoming)
        take(incoming)
        raise PowerCut

    monkeypatch.setattr(chat.turns, "take", taken_and_cut)
    with pytest.raises(PowerCut):
        chat.taps("o-1", "交上")

    assert "交上了" in Chat(hall).turns.take(sent[0])
    assert status(hall).used == status(hall).waiting == 1


@pytest.mark.timeout(300)  # some five thousand turns
def test_three_hundred_leaders_vote_and_it_adds_up(
    sqlite_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, chance = sqlite_hall, random.Random(300)
    # One flush a key is the disk's time, not the program's.
    monkeypatch.setattr(DraftKeys, "_sync_folder", lambda _keys: None)
    slips = hall.slips(LEADERS)
    chat = Chat(hall)
    app = create_ballot_app(
        Parts(engine=hall.engine, settings=hall.settings, clock=hall.clock, keys=hall.ring)
    )
    ballots = 0
    for number, slip in enumerate(slips):
        ballots += _leader(chat, app, chance, number, slip)
        if number % 20 == 0:
            hall.mix()
            assert status(hall).adds_up
    with hall.engine.connect() as connection:
        assert count_slips(connection, hall.round_id) == (LEADERS, ballots)
    hall.clock.advance(days=2)
    hall.close()
    hall.mix()
    assert status(hall).adds_up

    result = opens(hall, 0, 2)

    assert result["ballots"] + result["held_back"] == result["slips_used"] == ballots > 250
    assert "数目相符" in sum_in_words(result)
    cell = result["tables"][0]["cells"]["451202"]["economy"]
    assert sum(cell["counts"].values()) + cell["recused"] == result["ballots"]


def _leader(chat: Chat, app: Flask, chance: random.Random, number: int, slip: str) -> int:
    """One leader with their slip; how many ballots came of it."""
    who, digits = f"o-{number}", "".join(str(chance.randint(1, 6)) for _ in range(5))
    fate = number % 15
    if fate == 0:  # scans and never comes back
        chat.scans(who, slip)
        return 0
    if fate == 1:  # gives up half-way
        chat.scans(who, slip)
        chat.taps(who, "开始评价")
        chat.says(who, digits, digits, "退出")
        return 0
    if fate == 2:  # on the page
        browser = Browser(app.test_client())
        browser.fills_in(slip, chance.choice(["g4", "g3", "g2", "dk"]))
        return int("交上了" in browser.post("/hand-in").text)
    if fate == 5:  # two phones share the slip; the second to hand in is told
        chat.fills_in(who, slip, digits)
        chat.fills_in(f"{who}-too", slip, digits[::-1])
        first = chat.taps(f"{who}-too", "交上")
        assert chat.taps(who, "交上") == AlreadyUsed.say
        return int("交上了" in first)
    if fate == 6:  # scans twice, in the middle
        chat.scans(who, slip)
        chat.taps(who, "开始评价")
        chat.says(who, "回避")
        assert "接着填" in chat.scans(who, slip)
        for _ in range(10):
            chat.says(who, digits)
        while "交上" not in chat.replies[who]:
            chat.says(who, "下一步")
        return int("交上了" in chat.says(who, "交上"))
    return int("交上了" in chat.votes(who, slip, digits))
