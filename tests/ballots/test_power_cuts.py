"""
The process ends in the middle of handing in, on each kind of database: all or nothing is left, and a message
that comes again is answered as at first. With real processes, killed: `tests/whole/test_leaders.py`.
"""

from typing import Any

import pytest

from core.ballots import desk, drafts
from core.conversation.incoming import Incoming
from tests.ballots.chat import Chat
from tests.ballots.hall import Hall
from tests.ballots.test_opening import status


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
