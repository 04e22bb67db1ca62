"""
Where one questionnaire run stands: plain data that is written out and read back between any two messages.

A slot key is a question's id, or `id@code` for the question about one place or unit of a repeat; it is
also the column name of exports.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["none", "place", "unit"]
Stage = Literal["consent", "asking", "finished"]


@dataclass(frozen=True, slots=True)
class Owner:
    """A place or unit: what is judged (subject), or whose QR code was scanned (source)."""

    kind: Kind = "none"
    code: str = ""
    name: str = ""

    def dump(self) -> list[str]:
        """As a JSON list."""
        return [self.kind, self.code, self.name]

    @classmethod
    def load(cls, stored: list[str]) -> "Owner":
        """From what `dump` gave."""
        kind, code, name = stored
        return cls(kind, code, name)  # type: ignore[arg-type]


NOBODY = Owner()


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What was answered to one slot. Empty (`Answer()`) means: asked, and passed over.

    `codes`: option or place codes in the file's order; `text`: an open answer, or the words given with
    "other"; `voices`, `photos`: media ids in the order they came.
    """

    codes: tuple[str, ...] = ()
    text: str = ""
    number: float | None = None
    voices: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Passed over without an answer."""
        return not (self.codes or self.text or self.number is not None or self.voices or self.photos)

    @property
    def media_ids(self) -> tuple[str, ...]:
        """Every voice and photo in it."""
        return (*self.voices, *self.photos)

    def dump(self) -> dict[str, Any]:
        """As JSON, leaving out what is empty."""
        out: dict[str, Any] = {}
        if self.codes:
            out["c"] = list(self.codes)
        if self.text:
            out["t"] = self.text
        if self.number is not None:
            out["n"] = self.number
        if self.voices:
            out["v"] = list(self.voices)
        if self.photos:
            out["p"] = list(self.photos)
        return out

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Answer":
        """From what `dump` gave."""
        return cls(
            codes=tuple(stored.get("c", ())),
            text=stored.get("t", ""),
            number=stored.get("n"),
            voices=tuple(stored.get("v", ())),
            photos=tuple(stored.get("p", ())),
        )


@dataclass(frozen=True, slots=True)
class RunState:
    """
    One run through one questionnaire. Never changed in place; `dataclasses.replace` makes the next one.

    `answers` holds what is answered or passed over, by slot key. `at` is the slot key being asked.
    `draft` gathers an answer in parts (picked options, pieces of an open answer, the county chosen so far).
    `asking` is a question about the question: `""`, `"other"` (the words for 其他 are awaited), or
    `"word:上一题"` (a command word came inside an open question). `orders` holds each shuffled repeat's
    order, by the repeat's id. `misses` counts misunderstandings in a row; `page` is the part of a long
    prompt that was shown last; `hints` counts how often the how-to-answer line was shown. `reached` is the
    highest number of the progress shown, so that a question opened by a change of mind shows no lower one.
    """

    stage: Stage = "consent"
    subject: Owner = NOBODY
    source: Owner = NOBODY
    source_is_chosen: bool = False
    channel: str = "wechat"
    answers: dict[str, Answer] = field(default_factory=dict)
    at: str = ""
    draft: Answer | None = None
    asking: str = ""
    orders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    misses: int = 0
    page: int = 0
    hints: int = 0
    outcome: str = ""
    reached: int = 0

    @property
    def media_ids(self) -> tuple[str, ...]:
        """Every voice and photo in the answers, and in the one that is being gathered."""
        gathered = (*self.answers.values(), self.draft or Answer())
        return tuple(media_id for answer in gathered for media_id in answer.media_ids)

    def dump(self) -> dict[str, Any]:
        """As JSON, leaving out what has its default."""
        out: dict[str, Any] = {
            "stage": self.stage,
            "answers": {key: answer.dump() for key, answer in self.answers.items()},
        }
        if self.subject is not NOBODY:
            out["subject"] = self.subject.dump()
        if self.source is not NOBODY:
            out["source"] = self.source.dump()
        if self.draft is not None:
            out["draft"] = self.draft.dump()
        if self.orders:
            out["orders"] = {key: list(order) for key, order in self.orders.items()}
        if self.channel != "wechat":
            out["channel"] = self.channel
        for name in ("source_is_chosen", "at", "asking", "misses", "page", "hints", "outcome", "reached"):
            value = getattr(self, name)
            if value:
                out[name] = value
        return out

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "RunState":
        """From what `dump` gave."""
        return cls(
            stage=stored["stage"],
            subject=Owner.load(stored["subject"]) if "subject" in stored else NOBODY,
            source=Owner.load(stored["source"]) if "source" in stored else NOBODY,
            source_is_chosen=stored.get("source_is_chosen", False),
            channel=stored.get("channel", "wechat"),
            answers={key: Answer.load(answer) for key, answer in stored["answers"].items()},
            at=stored.get("at", ""),
            draft=Answer.load(stored["draft"]) if "draft" in stored else None,
            asking=stored.get("asking", ""),
            orders={key: tuple(order) for key, order in stored.get("orders", {}).items()},
            misses=stored.get("misses", 0),
            page=stored.get("page", 0),
            hints=stored.get("hints", 0),
            outcome=stored.get("outcome", ""),
            reached=stored.get("reached", 0),
        )
