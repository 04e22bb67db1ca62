"""
What every kind of question does: ask, hear words, take a tap or a medium, finish, and name its columns.

A kind object belongs to one question and is shared by all runs (and, in a repeat, by all items): it holds
what was prepared from the question and nothing about any person. What it needs of the person comes in as
`Here`; what follows goes out as an `Outcome`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from core.conversation.prompts import Choice, Manner, MoreWelcome, Problem
from core.conversation.state import Answer, Owner
from core.conversation.understanding.options import Lexicon
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import AnswerableQuestion
from core.sheets.out_columns import Cell, ColumnKind, OutOption

# Of one's own beside the option "other".
MAX_OTHER_WORDS_CHARS = 100


@dataclass(frozen=True, slots=True)
class Here:
    """
    Where a person stands with one question.

    `stored` is the answer given before, None when it was never answered; `draft` what is gathered now.
    `asks_words`: the words for "other" are awaited.
    """

    stored: Answer | None
    draft: Answer | None
    source: Owner
    source_is_chosen: bool
    channel: str
    asks_words: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """How the question is put now. `title` replaces the question's own; `acts` come before 上一题."""

    manner: Manner
    choices: tuple[Choice, ...] = ()
    acts: tuple[Choice, ...] = ()
    title: str | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """This is the answer. `ends` is the outcome when an option ends the questionnaire."""

    answer: Answer
    ends: str | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Part of an answer; the question goes on. `asks_words`: the words for "other" come next."""

    draft: Answer | None
    asks_words: bool = False
    say: MoreWelcome | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Understood, but against a rule; what was gathered stays as it was."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Missed:
    """Words that answer nothing."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A tap that means nothing here any more; the question is repeated."""


Outcome = Taken | Gathered | Trouble | Missed | Stray

MISSED = Missed()
STRAY = Stray()


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of an export: `name` follows the question's id (`''`, `_label`, `_text`, …), `cell` is what of
    an answer stands in it, `holds` what kind of thing that is, `options` the codes it may be.
    """

    name: str
    cell: Callable[[Answer], Cell]
    holds: ColumnKind = "text"
    options: tuple[OutOption, ...] = ()


Q = TypeVar("Q", bound=AnswerableQuestion)


class Kind(ABC, Generic[Q]):
    """One answerable question."""

    type: ClassVar[str]

    def __init__(self, question: Q, gazetteer: Gazetteer) -> None:
        self.question = question
        self.gazetteer = gazetteer

    @property
    def counts(self) -> bool:
        """Whether a required question of this kind counts as a step of the progress."""
        return True

    @property
    def lexicon(self) -> Lexicon | None:
        """The option list, where there is one."""
        return None

    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """The columns an export gives this question: the answer, its label, and what else there is."""

    @abstractmethod
    def ask(self, here: Here) -> Asked:
        """How to put the question now."""

    @abstractmethod
    def hear(self, here: Here, words: str) -> Outcome:
        """Words came in answer; never empty."""

    @abstractmethod
    def label(self, answer: Answer) -> str:
        """An answer that is not empty, in words."""

    def in_words(self, answer: Answer) -> str:
        """The whole of an answer that is not empty, as people read it; media are left out."""
        return self.label(answer)

    def tap(self, here: Here, choice: int, text: str) -> Outcome:
        """A link of this very question was tapped while it is asked."""
        return STRAY

    def change(self, here: Here, choice: int, text: str) -> Outcome:
        """A link of this question was tapped after it had been answered and left."""
        return STRAY

    def voice(self, here: Here, media_id: str) -> Outcome:
        """A voice message nobody could turn into words."""
        return Trouble(Problem("voice_not_here"))

    def photo(self, here: Here, media_id: str) -> Outcome:
        """A picture came."""
        return Trouble(Problem("photo_not_here"))

    def located(self, here: Here) -> Outcome:
        """A point on the map came."""
        return Trouble(Problem("kind_not_here", words="location"))

    def takes_words(self, here: Here) -> bool:
        """Whether any words at all may be the answer now."""
        return here.asks_words

    def takes_voice(self, here: Here) -> bool:
        """Whether a voice message itself may be the answer now."""
        return False

    def silent(self, here: Here) -> Answer | None:
        """The answer that is known without asking, or None."""
        return None

    def step_back(self, here: Here) -> Gathered | None:
        """One step back inside a question that is answered in steps; None at its beginning."""
        return None

    def keeps(self, here: Here) -> Answer | None:
        """What of the draft is kept as the answer when the person turns back, or None."""
        return None

    def finish(self, here: Here) -> Outcome:
        """下一步: an optional question is passed over, an answer given before is kept."""
        if here.stored is not None:
            return Taken(here.stored)
        return Trouble(Problem("required")) if self.question.required else Taken(Answer())

    def skip(self, here: Here) -> Outcome:
        """跳过, 不想说: as 下一步, but an answer given before is taken back where it may be."""
        if here.stored is not None and here.draft is None and not self.question.required:
            return Taken(Answer())
        return self.finish(here)


def codes_cell(answer: Answer) -> Cell:
    """The codes, joined by `;`."""
    return ";".join(answer.codes) or None


def text_cell(answer: Answer) -> Cell:
    """The words."""
    return answer.text or None


def act(number: int, label: str) -> Choice:
    """A link below the choices; its label may be typed."""
    return Choice(number=0, label=label, choice=number, echo=label)
