"""
What is to be said to the person, as meaning, not as words.

A face turns these into its own words and marks (`bot/render.py` for WeChat and the terminal). Texts that
come from a questionnaire are already filled in: no braces are left in them. Choices carry the number a
person may type and the number a tap carries.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# How an answer is given; faces have a sentence for each.
Manner = Literal["one", "several", "text", "media", "number", "place", "other_words"]


@dataclass(frozen=True, slots=True)
class Choice:
    """
    One line that can be tapped.

    `number` is what may be typed instead (0: nothing, only the label). `choice` is what the tap carries.
    `echo` is what the person sees as their own bubble. `picked` marks what is chosen already.
    """

    number: int
    label: str
    choice: int
    echo: str
    picked: bool = False


@dataclass(frozen=True, slots=True)
class ConsentPrompt:
    """The first bubble: what this is, and may we ask. `min_age` in years or None."""

    title: str
    intro: str
    text: str
    agree: Choice
    decline: Choice
    min_age: int | None
    page: int = 0


@dataclass(frozen=True, slots=True)
class NotePrompt:
    """Words of the questionnaire that take no answer."""

    text: str


@dataclass(frozen=True, slots=True)
class AskPrompt:
    """
    A question.

    `slot` goes into its links. `progress` is (k, n), or None where counting would mislead. `choices` are
    the options or places; `acts` the links below them (上一题, 下一步, …), `manner` and `show_manner` the
    line that says how to answer. `low` and `high` bound a number; `unit` is its word. `page` is which part
    of a long list or text to show (a face takes it modulo its own number of pages).
    """

    slot: int
    key: str
    title: str
    help: str
    manner: Manner
    choices: tuple[Choice, ...] = ()
    acts: tuple[Choice, ...] = ()
    progress: tuple[int, int] | None = None
    show_manner: bool = False
    required: bool = False
    low: float | None = None
    high: float | None = None
    unit: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The words did not answer the question; `offer_human` from the third time in a row."""

    words: str
    offer_human: bool = False


ProblemKind = Literal[
    "too_long",  # limit and got in characters
    "too_short",  # limit and got in characters
    "pattern",
    "too_many_choices",  # limit
    "too_few_choices",  # limit
    "exclusive",  # words: the option that excludes the others
    "number_range",  # low, high
    "not_whole",
    "too_many_photos",  # limit
    "required",
    "voice_not_here",
    "photo_not_here",
    "kind_not_here",
    "place_not_found",
    "place_ambiguous",
    "no_previous",
    "needs_text",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """Understood, but it cannot be taken; which rule, and its figures."""

    kind: ProblemKind
    words: str = ""
    limit: int = 0
    got: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class AnswerChanged:
    """
    An earlier answer now reads otherwise. `number` is the question's place in the count, or None.

    `dropped` is how many answers were dropped because their questions are no longer asked.
    """

    number: int | None
    title: str
    label: str
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class AnswerUnchanged:
    """A tap on an earlier question repeated what was answered there."""

    number: int | None
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class MoreWelcome:
    """Part of an open answer arrived; how many photos may follow, and whether voice may."""

    photos_left: int
    voice: bool
    text: bool


@dataclass(frozen=True, slots=True)
class AskWordMeant:
    """A command word came, alone, inside an open question: command or answer?"""

    word: str
    as_act: Choice
    as_answer: Choice


@dataclass(frozen=True, slots=True)
class Finished:
    """The questionnaire is complete. `can_change` when it may be answered anew."""

    thanks: str
    can_change: bool


@dataclass(frozen=True, slots=True)
class EndedEarly:
    """An option ended it: `ineligible`, `refused` or `callback`."""

    outcome: str
    thanks: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Consent was not given."""

    title: str


# What the desk says, outside any questionnaire -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChoosePlace:
    """No code was scanned: which county, then which township. `within` is the county's name or ''."""

    within: str
    choices: tuple[Choice, ...]
    page: int = 0
    greet: bool = False


@dataclass(frozen=True, slots=True)
class NotYetOpen:
    """The round opens later."""

    title: str
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class AlreadyClosed:
    """The round is over; `words` are the questionnaire's own for that."""

    title: str
    closes_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class NothingOpen:
    """No round is open for what was scanned or said."""


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """The code means nothing to us."""


@dataclass(frozen=True, slots=True)
class Choose:
    """
    The desk asks a short question with a few acts.

    `kind`: `go_on_or_restart` (same questionnaire scanned again), `finish_first` (another code came in the
    middle; `other` is what it leads to), `answer_anew` (already answered), `restart_sure` (重来),
    `quit` (退出), `delete_sure` (删除我的数据), `tell_outcome` (after the end, whoever said something),
    `is_fixed` (whether `title` is fixed).
    """

    kind: Literal[
        "go_on_or_restart",
        "finish_first",
        "answer_anew",
        "restart_sure",
        "quit",
        "delete_sure",
        "tell_outcome",
        "is_fixed",
    ]
    title: str
    choices: tuple[Choice, ...]
    other: str = ""


@dataclass(frozen=True, slots=True)
class AlreadyAnswered:
    """Answered before, and this questionnaire takes one answer only."""

    title: str


@dataclass(frozen=True, slots=True)
class StaleTap:
    """The tapped link belongs to something that is over: another `round`, another `run`, or nothing open."""

    of: Literal["round", "run", "nothing"]


@dataclass(frozen=True, slots=True)
class Resumed:
    """They came back after a pause; the current question follows."""

    title: str


@dataclass(frozen=True, slots=True)
class LateWords:
    """Typed words that were sent before the last handled ones arrived late and were not taken."""

    words: str


@dataclass(frozen=True, slots=True)
class WasShed:
    """Their last message was not taken because too many people wrote at once."""


@dataclass(frozen=True, slots=True)
class HelpText:
    """What can be said and done here."""


@dataclass(frozen=True, slots=True)
class HumanOffered:
    """The office's number and hours; their wish for a human is in the office's list."""


@dataclass(frozen=True, slots=True)
class PhoneNoted:
    """The number they sent after asking for a human was kept, encrypted."""


@dataclass(frozen=True, slots=True)
class Paused:
    """They stopped for now; what is answered so far is kept until `closes_at`."""

    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class NeverAgain:
    """They will not be asked again unless they scan a code themselves."""


@dataclass(frozen=True, slots=True)
class OpinionNews:
    """
    How it stands with what they said and want to hear about.

    `state`: waiting, handed (to `by`), done (by `by`, '' for none) or nothing, as in `person.Wish`.
    """

    state: str
    said_at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class WillTell:
    """Whether they will be told what becomes of what they said."""

    yes: bool


@dataclass(frozen=True, slots=True)
class VoteNoted:
    """Their answer was counted, or came when nobody asked any more (`is_over`)."""

    is_over: bool = False


@dataclass(frozen=True, slots=True)
class MyProgress:
    """
    `title`, how far (k, n), or None when nothing is under way; `done` titles already handed in; `opinions`
    they want to hear about.
    """

    title: str
    progress: tuple[int, int] | None
    done: tuple[str, ...]
    opinions: tuple[OpinionNews, ...] = ()


@dataclass(frozen=True, slots=True)
class DataDeleted:
    """What ties answers to them is gone."""


@dataclass(frozen=True, slots=True)
class Kept:
    """They decided to leave everything as it was."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """Somebody followed or wrote and there is nothing to ask now."""


@dataclass(frozen=True, slots=True)
class SidePrompt:
    """What a side desk says: each kind derives from this and has its renderer in the face."""


Prompt = (
    ConsentPrompt
    | NotePrompt
    | AskPrompt
    | NotUnderstood
    | Problem
    | AnswerChanged
    | AnswerUnchanged
    | MoreWelcome
    | AskWordMeant
    | Finished
    | EndedEarly
    | Declined
    | ChoosePlace
    | NotYetOpen
    | AlreadyClosed
    | NothingOpen
    | UnknownCode
    | Choose
    | AlreadyAnswered
    | StaleTap
    | Resumed
    | LateWords
    | WasShed
    | HelpText
    | HumanOffered
    | PhoneNoted
    | Paused
    | NeverAgain
    | OpinionNews
    | WillTell
    | VoteNoted
    | MyProgress
    | DataDeleted
    | Kept
    | Welcome
    | SidePrompt
)
