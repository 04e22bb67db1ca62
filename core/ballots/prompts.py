"""What a ballot says beyond what any questionnaire says, as meaning; `bot` and the page have the words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.conversation.prompts import Choice, SidePrompt

FaultKind = Literal[
    "count",  # want and got: digits written together, too many or too few
    "range",  # high: a digit that is no option
    "other",  # something else stands among the digits
    "nothing_above",  # 同上 at the first subject
    "not_here",  # 回避 where nothing is judged
]


@dataclass(frozen=True, slots=True)
class BallotFault(SidePrompt):
    """Several grades written at once, or 同上, that cannot be taken; what is answered stays."""

    kind: FaultKind
    want: int = 0
    got: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class AtOnce(SidePrompt):
    """The grades of one subject may be written together: `count` digits from 1 to `high`."""

    count: int
    high: int


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One line that can be taken up again; `slot` and `change` go into its link."""

    slot: int
    change: Choice


@dataclass(frozen=True, slots=True)
class Summary(SidePrompt):
    """The whole ballot before it is handed in."""

    lines: tuple[SummaryLine, ...]
    hand_in: Choice
    page: int = 0


@dataclass(frozen=True, slots=True)
class HandedIn(SidePrompt):
    """It is sealed and on its way to the urn; `thanks` are the questionnaire's words."""

    thanks: str


@dataclass(frozen=True, slots=True)
class BallotPaused(SidePrompt):
    """Kept on this phone for so many days, at most until `closes_at`."""

    days: int
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class BallotResumed(SidePrompt):
    """They come back to a ballot that is not handed in; the current question follows."""

    title: str


@dataclass(frozen=True, slots=True)
class BallotHelp(SidePrompt):
    """What can be said while a ballot is filled in."""


@dataclass(frozen=True, slots=True)
class BallotProgress(SidePrompt):
    """How far a ballot is: k of n, None in the summary."""

    title: str
    progress: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Sure(SidePrompt):
    """重来 or 删除我的数据: asked once before what was filled in is lost."""

    kind: Literal["restart_sure", "delete_sure"]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class BallotDeleted(SidePrompt):
    """What was filled in is gone; the slip is unused."""


@dataclass(frozen=True, slots=True)
class BallotDeclined(SidePrompt):
    """They do not take part now; the slip is unused."""


@dataclass(frozen=True, slots=True)
class RoundClosed(SidePrompt):
    """The round ended while the ballot was being filled in; it was not handed in."""

    closes_at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Refusal(SidePrompt):
    """A slip or a hand-in was refused, in these words."""

    words: str


@dataclass(frozen=True, slots=True)
class BallotLost(SidePrompt):
    """The key of what was filled in is gone with a disk; they can begin again, the slip is unused."""


@dataclass(frozen=True, slots=True)
class BallotFrame(SidePrompt):
    """Says nothing: links of the prompts after it are the ballot's (`round_id`, and its number `run`)."""

    round_id: int
    run: int


@dataclass(frozen=True, slots=True)
class OldLink(SidePrompt):
    """A link of a ballot that was handed in or let go, or of another phone's."""


@dataclass(frozen=True, slots=True)
class HowSecret(SidePrompt):
    """Where it can be read how nobody can tell who voted what: an address, '' where none is known."""

    address: str
