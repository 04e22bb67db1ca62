"""
Side desks: who deals with deliveries that are no business of the questionnaires.

A liaison's `12 进展 …`, a leader's ballot and the like need rows of their own, read and written inside the
turn, exactly once. Such a desk stands in a higher folder of core, is tied to the turns in `cli`, and is asked
before the questionnaires' desk. Everybody else pays nothing for it: `wants` sees what the turn has read
anyway and runs no statement.

What a side desk must hold to: `take` works on the caller's transaction and nowhere else (no memory, no
network), because a group of turns that failed to commit is tried again; what it writes for a person hangs on
their key or their note, so that the row lock of the turn covers it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from core.audit.service import Done
from core.conversation import engine
from core.conversation.incoming import Happening
from core.conversation.person import Person
from core.conversation.prompts import AskPrompt, Prompt
from core.conversation.visit import Circumstances
from core.conversation.world import World

# Stands before a stored reply that a side desk sealed, with the desk's name. No reply begins with it: the
# character may not stand in XML.
SEAL_MARK = "\x02"
_OPEN_MANNERS = frozenset({"text", "media", "other_words"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """
    Who stands before a side desk. `key` is the person's keyed hash, as everywhere; `openid` is theirs for the
    length of this turn: it is kept only by who may (encrypted), and never logged.
    """

    key: str
    openid: str
    person: Person
    world: World
    around: Circumstances

    def note(self, desk: str) -> Any:
        """What that side desk noted of them; None when it never did."""
        return self.person.notes.get(desk)

    @property
    def open_question(self) -> AskPrompt | None:
        """The questionnaire's question that waits for words, a voice or photos of their own; None if none."""
        run = self.person.run
        if run is None or self.person.asking:
            return None
        form = self.world.form(run.goal.round_id, run.goal.questionnaire_id)
        if form is None or not form.is_open(self.around.now):
            return None
        asked = engine.current(self.world.script(form.questionnaire), run.state)
        last = asked[-1] if asked else None
        return last if isinstance(last, AskPrompt) and last.manner in _OPEN_MANNERS else None


@dataclass(frozen=True, slots=True)
class SideOutcome:
    """
    What a side desk made of a delivery.

    `then`: the next desk deals with this after it, the same delivery or other words for it; None: all is
    dealt with. `is_sealed`: the reply is stored as this desk's `seal` makes it. `done` goes into the audit
    log in the turn's own transaction.
    """

    person: Person
    prompts: tuple[Prompt, ...] = ()
    then: Happening | None = None
    is_sealed: bool = False
    done: tuple[Done, ...] = ()


class SideDesk(Protocol):
    """One side desk."""

    @property
    def name(self) -> str:
        """Under which its notes stand in the person's row, and by which its sealed replies are known."""
        ...

    def wants(self, person: Person, what: Happening) -> bool:
        """Whether `take` is to be asked. Cheap and pure: it is called in every turn of everybody."""
        ...

    def take(self, connection: Connection, visitor: Visitor, what: Happening) -> SideOutcome | None:
        """
        Deal with it in the caller's transaction; None when it is not this desk's after all.

        An error takes back whatever was written here, and only that.
        """
        ...

    def seal(self, reply: str) -> str:
        """How a reply of an outcome `is_sealed` is kept in the database, for re-deliveries."""
        ...

    def unseal(self, stored: str) -> str:
        """The words again; '' for silence where they can no longer be read."""
        ...


@dataclass(frozen=True, slots=True)
class Dealt:
    """What all side desks together made of it. `rest` is left to the questionnaires' desk; None: nothing."""

    person: Person
    prompts: tuple[Prompt, ...]
    rest: Happening | None
    sealed_by: SideDesk | None = None
    done: tuple[Done, ...] = ()


class SideDesks:
    """The side desks in the order they are asked."""

    def __init__(self, desks: Sequence[SideDesk] = ()) -> None:
        self._desks = tuple(desks)
        self._by_name = {desk.name: desk for desk in self._desks}
        if len(self._by_name) != len(self._desks) or any(SEAL_MARK in name for name in self._by_name):
            raise ValueError(f"side desks need names of their own: {list(self._by_name)}")

    def any_wants(self, person: Person, what: Happening) -> bool:
        """Whether some side desk has to be asked."""
        return any(desk.wants(person, what) for desk in self._desks)

    def deal(self, connection: Connection, visitor: Visitor, what: Happening) -> Dealt:
        """Ask one after the other until it is dealt with."""
        dealt = Dealt(visitor.person, (), what)
        for desk in self._desks:
            if dealt.rest is None:
                break
            if not desk.wants(dealt.person, dealt.rest):
                continue
            here = Visitor(visitor.key, visitor.openid, dealt.person, visitor.world, visitor.around)
            outcome = desk.take(connection, here, dealt.rest)
            if outcome is not None:
                prompts = (*dealt.prompts, *outcome.prompts)
                sealed_by = desk if outcome.is_sealed else dealt.sealed_by
                done = (*dealt.done, *outcome.done)
                dealt = Dealt(outcome.person, prompts, outcome.then, sealed_by, done)
        return dealt

    def stored(self, reply: str, sealed_by: SideDesk | None) -> str:
        """A reply as the turn stores it."""
        if sealed_by is None or not reply:
            return reply
        return f"{SEAL_MARK}{sealed_by.name}{SEAL_MARK}{sealed_by.seal(reply)}"

    def read(self, stored: str) -> str:
        """A stored reply as it was said; '' when the desk that sealed it is no longer there."""
        if not stored.startswith(SEAL_MARK):
            return stored
        _, name, sealed = stored.split(SEAL_MARK, 2)
        desk = self._by_name.get(name)
        return desk.unseal(sealed) if desk is not None else ""
