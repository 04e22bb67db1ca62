"""
What has to be stored of a delivery, besides the person: decided by the desk, written by `book.py`'s owner.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.conversation.person import Run
from core.conversation.state import Answer


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """A run that is over and must be stored, under the id `response_id`, and what it supersedes."""

    response_id: int
    status: str
    run: Run
    finished_at: datetime
    last_question: str
    supersedes: int | None = None

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers that are not empty, by slot key."""
        return {key: answer for key, answer in self.run.state.answers.items() if not answer.is_empty}


@dataclass(frozen=True, slots=True)
class Erase:
    """
    Cut everything stored of a person loose from them: hash, texts, media, personal questions, telephone.

    `accounts` are the person's keyed hashes, one a round; `media_ids` what they sent and did not hand in.
    """

    accounts: tuple[str, ...]
    media_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaReceived:
    """
    A voice message or photo became part of an answer, finished or not. It has to be fetched within days.

    What comes before consent, or where it is no answer, is not recorded.
    """

    kind: Literal["voice", "photo"]
    media_id: str


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """They asked for a human, at this place and question ('' when unknown)."""

    place_code: str
    question: str


@dataclass(frozen=True, slots=True)
class PhoneGiven:
    """The telephone number they sent after asking for a human."""

    phone: str


@dataclass(frozen=True, slots=True)
class OutcomeWanted:
    """They want to hear what becomes of what they said in this response; `openid` is sealed."""

    response_id: int
    openid: bytes


@dataclass(frozen=True, slots=True)
class OutcomeUnwanted:
    """They do not, or not any more."""

    response_id: int


@dataclass(frozen=True, slots=True)
class OutcomeTold:
    """They were told what became of what they said in these responses."""

    response_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenidUnwanted:
    """
    They left: their openid serves nothing any more. What they wanted to hear is told when they come back.
    """


@dataclass(frozen=True, slots=True)
class Vote:
    """Their answer to a question about closing; the last one counts."""

    question_id: int
    is_fixed: bool


Record = (
    ResponseRecord
    | MediaReceived
    | Erase
    | HelpAsked
    | PhoneGiven
    | OutcomeWanted
    | OutcomeUnwanted
    | OutcomeTold
    | OpenidUnwanted
    | Vote
)
