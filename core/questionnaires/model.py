"""
A questionnaire as the program holds it: frozen, checked, without YAML and without a database.

The words and the order come from a file in format 1 (`reader` builds these objects, `lint` refuses
what breaks the rules). Nothing here knows how a question is shown or answered.

Conventions: every sequence is a tuple in the file's order; None means the key was not given; text is
plain text on one line that may hold `{office.name}`, `{office.phone}`, `{subject.name}`, `{source.name}`
and, inside a repeat, `{AS.name}`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from core.questionnaires.conditions import Condition

Who = Literal["residents", "leaders", "service_users", "phone_sample"]
Channel = Literal["wechat", "web", "phone", "paper"]
SubjectRule = Literal["none", "place", "unit", "place_or_unit"]
Outcome = Literal["ineligible", "refused", "callback"]
Per = Literal["account", "invite", "sample", "subject"]
OnRepeat = Literal["refuse", "replace"]
PlaceLevel = Literal["county", "township", "village"]
Medium = Literal["text", "voice", "photo"]


@dataclass(frozen=True, slots=True)
class Option:
    """
    One thing that can be chosen.

    `score` is 0–100 in a scale and None for "counted, but left out of the mean" (不了解); options of
    single and multi questions always have None. `key` is the digit an interviewer presses.
    """

    code: str
    label: str
    key: str | None = None
    score: float | None = None
    other: bool = False
    exclusive: bool = False
    ends: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """A named list of options, best first."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Interviewer:
    """What only the telephone interviewer sees: words to read out, a note, whether to read the options."""

    say: str | None = None
    note: str | None = None
    read_options: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBase:
    """What every kind of question has. `line` is its line in the file, 0 when not read from one."""

    id: str
    title: str
    help: str | None = None
    show_if: Condition | None = None
    interviewer: Interviewer | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable(QuestionBase):
    """A question that takes an answer. `personal`: about the respondent, always optional."""

    required: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Single(Answerable):
    """Choose one option."""

    options: tuple[Option, ...]
    type: Literal["single"] = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class Multi(Answerable):
    """Choose any of the options, between `min_choices` and `max_choices` of them where given."""

    options: tuple[Option, ...]
    min_choices: int | None = None
    max_choices: int | None = None
    type: Literal["multi"] = "multi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(Answerable):
    """`type: scale`: choose one step of a named scale; counts into a dimension with a weight."""

    scale: Scale
    dimension: str
    weight: float = 1.0
    type: Literal["scale"] = "scale"

    @property
    def options(self) -> tuple[Option, ...]:
        """The steps of its scale, best first."""
        return self.scale.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Answerable):
    """Open question. Lengths are in characters; `pattern` must match the whole text."""

    max_length: int
    min_length: int = 0
    pattern: str | None = None
    allow: tuple[Medium, ...] = ("text",)
    max_voice_seconds: int | None = None
    max_photos: int | None = None
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Answerable):
    """A number between `min` and `max`, both included; `unit` is the word shown after it."""

    min: float | None = None
    max: float | None = None
    integer: bool = True
    unit: str | None = None
    type: Literal["number"] = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Answerable):
    """
    A place, as fine as `level`; the person may stop at `min_level` (same as `level` when not given).

    `prefill_from_source`: the QR code's place is offered first and can be corrected.
    """

    level: PlaceLevel
    min_level: PlaceLevel
    prefill_from_source: bool = False
    type: Literal["place"] = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(QuestionBase):
    """Words to show or read; takes no answer."""

    type: Literal["note"] = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(QuestionBase):
    """Questions that share a condition; their answers stay flat."""

    questions: tuple["Question", ...]
    type: Literal["group"] = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(QuestionBase):
    """
    The same questions for each of several places or units.

    `over`: `places:county`, `places:township`, `units` or `units:CATEGORY`; `variable` is the file's `as`.
    Holds notes, groups and answerable questions, never another repeat.
    """

    over: str
    variable: str
    questions: tuple["Question", ...]
    layout: Literal["pages", "table"] = "pages"
    order: Literal["given", "shuffled"] = "given"
    type: Literal["repeat"] = "repeat"


Question = Single | Multi | Rating | Text | Number | Place | Note | Group | Repeat
AnswerableQuestion = Single | Multi | Rating | Text | Number | Place
Choosable = Single | Multi | Rating


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom it is for and through which channels; `min_age` in years or None."""

    who: Who
    describe: str
    channels: tuple[Channel, ...]
    min_age: int | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """What is said before the first question and the labels of yes and no; `note` for the interviewer."""

    text: str
    agree: str
    decline: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OneResponse:
    """How often one may answer. `period_days` None: once per round."""

    per: tuple[Per, ...]
    on_repeat: OnRepeat
    period_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """
    One version of one questionnaire.

    `opens` and `closes` are defaults for a new round and not part of `content_hash`, the SHA-256 (hex) of
    everything else.
    """

    id: str
    version: int
    title: str
    intro: str
    audience: Audience
    subject: SubjectRule
    consent: Consent
    one_response: OneResponse
    dimensions: dict[str, str]
    scales: dict[str, Scale]
    questions: tuple[Question, ...]
    thanks: str
    closed: str
    opens: datetime | None = None
    closes: datetime | None = None
    content_hash: str = field(default="", compare=False)
    format: int = 1

    def walk(self) -> Iterator[Question]:
        """Every question in the file's order, containers before what they hold."""
        return walk(self.questions)


def walk(questions: tuple[Question, ...]) -> Iterator[Question]:
    """Each question of a list and of the groups and repeats in it, in order, containers first."""
    for question in questions:
        yield question
        if isinstance(question, Group | Repeat):
            yield from walk(question.questions)
