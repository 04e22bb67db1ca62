"""A ballot while it is filled in, and what follows from an input."""

from dataclasses import dataclass
from typing import Any, Literal

from core.conversation.prompts import Prompt
from core.conversation.state import RunState

RECUSE = "回避"
BACK_TO_SUMMARY = "回到汇总"

# What the caller has to do: nothing, keep it for later, let it go (declined, deleted), start afresh, hand it
# in; `word` is a word for the desk.
Outcome = Literal["", "paused", "declined", "deleted", "restarted", "handed_in", "word"]


@dataclass(frozen=True, slots=True)
class Ballot:
    """
    A ballot while it is filled in.

    `recused` are the cards passed over by 回避. `changing` is the card taken up again from the summary, ''
    while the ballot is filled in for the first time. `asking`: 重来 or 删除我的数据 wants a yes first.
    """

    run: RunState
    recused: tuple[str, ...] = ()
    changing: str = ""
    asking: Literal["", "restart_sure", "delete_sure"] = ""
    page: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every question was answered or passed over."""
        return self.run.stage == "finished" and not self.run.outcome

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "run": self.run.dump(),
            "recused": list(self.recused),
            "changing": self.changing,
            "asking": self.asking,
            "page": self.page,
        }

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Ballot":
        """From what `dump` gave."""
        return cls(
            run=RunState.load(stored["run"]),
            recused=tuple(stored["recused"]),
            changing=stored["changing"],
            asking=stored["asking"],
            page=stored["page"],
        )


@dataclass(frozen=True, slots=True)
class BallotStep:
    """What follows from an input. `word` is set when the outcome is `word`."""

    ballot: Ballot
    prompts: tuple[Prompt, ...]
    outcome: Outcome = ""
    word: str = ""
