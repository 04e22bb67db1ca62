"""
What is remembered of one person between two messages: plain data, one row.

Nothing here names them: the row hangs on a keyed hash of the openid, `account` is another, of the round.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from core.conversation.state import NOBODY, Owner, RunState

Asking = Literal[
    "",
    "place",  # county, then township; `payload` is the county's code or ''
    "go_on_or_restart",  # `payload` is a shelved run's number, or '' for the current one
    "finish_first",  # `payload` is the packed lead of the other code
    "answer_anew",  # `payload` is the packed lead
    "restart_sure",
    "quit",
    "delete_sure",
    "tell_outcome",  # about the response `offered`
    "is_fixed",  # `payload` is [question's id, and what was asked before: asking, payload, asked]
]


# Stored as they are, and left out where they have their default.
_PLAIN_FIELDS = (
    "runs",
    "asking",
    "payload",
    "is_paused",
    "wants_no_more",
    "owes_phone",
    "page",
    "notes",
    "offered",
    "home",
)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a code leads to: a questionnaire of a round, about somebody. One person runs each once."""

    round_id: int
    questionnaire_id: str
    subject: Owner = NOBODY

    @property
    def key(self) -> str:
        """One word for it, to look it up by."""
        return f"{self.round_id}/{self.questionnaire_id}/{self.subject.kind}/{self.subject.code}"


@dataclass(frozen=True, slots=True)
class Origin:
    """The first code that led to a goal: the scene as scanned ('' when chosen in the chat), and its owner."""

    raw: str
    owner: Owner
    is_chosen: bool = False

    def dump(self) -> list[Any]:
        """As a JSON list."""
        return [self.raw, *self.owner.dump(), self.is_chosen]

    @classmethod
    def load(cls, stored: list[Any]) -> "Origin":
        """From what `dump` gave."""
        raw, kind, code, name, is_chosen = stored
        return cls(raw, Owner(kind, code, name), is_chosen)


@dataclass(frozen=True, slots=True)
class Lead:
    """Somebody on the way to a goal, by an origin. Packed, it is the payload of a desk question."""

    goal: Goal
    origin: Origin

    def pack(self) -> str:
        """As one string."""
        goal = self.goal
        return json.dumps(
            [goal.round_id, goal.questionnaire_id, goal.subject.dump(), self.origin.dump()],
            ensure_ascii=False,
        )

    @classmethod
    def unpack(cls, packed: str) -> "Lead":
        """From what `pack` gave."""
        round_id, questionnaire_id, subject, origin = json.loads(packed)
        return cls(Goal(round_id, questionnaire_id, Owner.load(subject)), Origin.load(origin))


@dataclass(frozen=True, slots=True)
class Run:
    """
    A questionnaire under way. `number` counts the runs this person has begun and goes into every link.

    `account` is this round's keyed hash of the person. `replaces` is their earlier response, which this one
    supersedes if it comes to count.
    """

    number: int
    goal: Goal
    version: int
    origin: Origin
    account: str
    started_at: datetime
    state: RunState
    replaces: int | None = None

    def dump(self) -> dict[str, Any]:
        """As JSON. The state holds subject and source already."""
        return {
            "no": self.number,
            "round": self.goal.round_id,
            "q": self.goal.questionnaire_id,
            "v": self.version,
            "subject": self.goal.subject.dump(),
            "origin": self.origin.dump(),
            "account": self.account,
            "at": int(self.started_at.timestamp()),
            "state": self.state.dump(),
            "replaces": self.replaces,
        }

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Run":
        """From what `dump` gave."""
        return cls(
            number=stored["no"],
            goal=Goal(stored["round"], stored["q"], Owner.load(stored["subject"])),
            version=stored["v"],
            origin=Origin.load(stored["origin"]),
            account=stored["account"],
            started_at=_moment(stored["at"]),
            state=RunState.load(stored["state"]),
            replaces=stored["replaces"],
        )


@dataclass(frozen=True, slots=True)
class Done:
    """
    A goal this person has reached, under the key that "answered before" goes by (the questionnaire says
    whether that includes the subject). `response_id` is None once they had their data deleted.

    What stays then says only that this account has answered, so that deleting is no way to answer twice.
    """

    key: str
    goal: Goal
    run: int
    response_id: int | None
    status: str
    finished_at: datetime

    def dump(self) -> list[Any]:
        """As a JSON list."""
        return [
            self.key,
            self.goal.round_id,
            self.goal.questionnaire_id,
            self.goal.subject.dump(),
            self.run,
            self.response_id,
            self.status,
            int(self.finished_at.timestamp()),
        ]

    @classmethod
    def load(cls, stored: list[Any]) -> "Done":
        """From what `dump` gave."""
        key, round_id, questionnaire_id, subject, run, response_id, status, finished_at = stored
        goal = Goal(round_id, questionnaire_id, Owner.load(subject))
        return cls(key, goal, run, response_id, status, _moment(finished_at))


@dataclass(frozen=True, slots=True)
class Wish:
    """
    They want to hear what becomes of what they said in this response, at `said_at` (seconds since 1970).

    `state`: waiting, handed (to `by`, a county or unit), done (by `by`, '' when without a unit) or nothing
    (looked at, nothing to be done). `is_told`: they heard of the end.
    """

    response_id: int
    said_at: int
    state: str = "waiting"
    by: str = ""
    is_told: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will come of it, as far as is known."""
        return self.state in ("done", "nothing")

    def dump(self) -> list[Any]:
        """As a JSON list."""
        return [self.response_id, self.said_at, self.state, self.by, self.is_told]

    @classmethod
    def load(cls, stored: list[Any]) -> "Wish":
        """From what `dump` gave."""
        return cls(*stored)


@dataclass(frozen=True, slots=True)
class Person:
    """
    One person's side of the conversation. Never changed in place.

    `run` is what is being answered; `shelf` holds runs set aside for another code. `asking` is the desk's
    own open question with its `payload` and, to ask it again, the titles it names (`asked`). `origins`
    remembers the first code that led to each goal. `is_paused`: they left the account or said stop for now.
    `wants_no_more`: never again. `broken_off`: responses of what they left unfinished lately, so that these,
    too, can be deleted. `owes_phone`: they were just offered a call back. `notes` is what side desks keep of
    them, JSON under each desk's name; only that desk reads it, and deleting one's data leaves it. `home` is
    the code of the place they said they live in, '' if unknown; `asked_about` the questions about closing
    they were asked. `offered` is the response they were last asked about whether to be told (0: none),
    `wishes` what they want to hear of.
    """

    runs: int = 0
    run: Run | None = None
    shelf: tuple[Run, ...] = ()
    done: tuple[Done, ...] = ()
    origins: dict[str, Origin] = field(default_factory=dict)
    asking: Asking = ""
    payload: str = ""
    asked: tuple[str, str] = ("", "")
    is_paused: bool = False
    wants_no_more: bool = False
    broken_off: tuple[int, ...] = ()
    owes_phone: bool = False
    page: int = 0
    notes: dict[str, Any] = field(default_factory=dict)
    offered: int = 0
    wishes: tuple[Wish, ...] = ()
    home: str = ""
    asked_about: tuple[int, ...] = ()

    def dump(self) -> dict[str, Any]:
        """As JSON, leaving out what has its default."""
        out: dict[str, Any] = {}
        if self.run is not None:
            out["run"] = self.run.dump()
        if self.shelf:
            out["shelf"] = [run.dump() for run in self.shelf]
        if self.done:
            out["done"] = [done.dump() for done in self.done]
        if self.origins:
            out["origins"] = {key: origin.dump() for key, origin in self.origins.items()}
        if self.wishes:
            out["wishes"] = [wish.dump() for wish in self.wishes]
        if self.asked_about:
            out["asked_about"] = list(self.asked_about)
        if any(self.asked):
            out["asked"] = list(self.asked)
        if self.broken_off:
            out["broken_off"] = list(self.broken_off)
        for name in _PLAIN_FIELDS:
            value = getattr(self, name)
            if value:
                out[name] = value
        return out

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Person":
        """From what `dump` gave."""
        return cls(
            runs=stored.get("runs", 0),
            run=Run.load(stored["run"]) if "run" in stored else None,
            shelf=tuple(Run.load(run) for run in stored.get("shelf", ())),
            done=tuple(Done.load(done) for done in stored.get("done", ())),
            origins={key: Origin.load(origin) for key, origin in stored.get("origins", {}).items()},
            asking=stored.get("asking", ""),
            payload=stored.get("payload", ""),
            asked=tuple(stored.get("asked", ("", ""))),
            is_paused=stored.get("is_paused", False),
            wants_no_more=stored.get("wants_no_more", False),
            broken_off=tuple(stored.get("broken_off", ())),
            owes_phone=stored.get("owes_phone", False),
            page=stored.get("page", 0),
            notes=stored.get("notes", {}),
            offered=stored.get("offered", 0),
            home=stored.get("home", ""),
            asked_about=tuple(stored.get("asked_about", ())),
            wishes=tuple(Wish.load(wish) for wish in stored.get("wishes", ())),
        )

    @property
    def open_runs(self) -> tuple[Run, ...]:
        """Every run that is not over: the current one first, then those set aside."""
        return self.shelf if self.run is None else (self.run, *self.shelf)

    @property
    def round_under_way(self) -> int | None:
        """The round of a run that is not over yet, for the sweep that closes runs; None: there is none."""
        if self.run is not None:
            return self.run.goal.round_id
        return self.shelf[-1].goal.round_id if self.shelf else None

    def without(self, run: Run) -> "Person":
        """The same person without one of their open runs."""
        if self.run is not None and self.run.number == run.number:
            return replace(self, run=None)
        return replace(self, shelf=tuple(other for other in self.shelf if other.number != run.number))

    def forgotten(self) -> "Person":
        """What stays of somebody who had their data deleted: no way back to what they said."""
        return Person(
            runs=self.runs,
            done=tuple(replace(done, response_id=None) for done in self.done),
            is_paused=self.is_paused,
            wants_no_more=self.wants_no_more,
            notes=self.notes,
        )

    def with_note(self, desk: str, note: Any) -> "Person":
        """The same person with another note of this side desk; None takes it away."""
        others = {name: kept for name, kept in self.notes.items() if name != desk}
        return replace(self, notes=others if note is None else {**others, desk: note})

    def done_with(self, key: str) -> Done | None:
        """How this goal was reached, or None."""
        return next((done for done in reversed(self.done) if done.key == key), None)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
