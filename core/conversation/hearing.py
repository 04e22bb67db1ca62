"""
One delivery decided: side desks first, what they leave goes to the questionnaires' desk, and the face puts
it into words.

Whatever is written on the way stands in a savepoint: a delivery that fails leaves nothing, and the others of
its group go on.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.audit.service import Done
from core.conversation import desk
from core.conversation.book import ResponseBook
from core.conversation.counting import events_of, unlinked_by
from core.conversation.incoming import Happening, Left
from core.conversation.person import Person
from core.conversation.prompts import Prompt, WasShed
from core.conversation.side_desk import Dealt, SideDesks, Visitor
from core.funnel.events import FunnelEvent, counted_as

Render = Callable[[Sequence[Prompt], Person], str]


@dataclass(frozen=True, slots=True)
class Heard:
    """
    What a delivery led to: the changed person, the words, and the words as they are stored.

    `events` are to be counted; `done` is to be written into the audit log; `unlinked` as in
    `turn_store.Written`.
    """

    person: Person
    reply: str
    stored: str
    events: tuple[FunnelEvent, ...]
    unlinked: Mapping[str, str]
    done: tuple[Done, ...]


class Hearing:
    """Decides deliveries, in the caller's transaction."""

    def __init__(self, book: ResponseBook, render: Render, side_desks: SideDesks, person_key: bytes) -> None:
        self._book = book
        self._render = render
        self._side_desks = side_desks
        self._person_key = person_key

    def read(self, stored: str) -> str:
        """A stored reply, as it was said."""
        return self._side_desks.read(stored)

    def hear(self, connection: Connection, visitor: Visitor, what: Happening) -> Heard:
        """Deal with one delivery."""
        if not self._side_desks.any_wants(visitor.person, what):
            return self._decided(connection, visitor, Dealt(visitor.person, (), what))
        with connection.begin_nested():
            dealt = self._side_desks.deal(connection, visitor, what)
            if dealt.rest is None and visitor.around.was_shed and not isinstance(what, Left):
                dealt = replace(dealt, prompts=(WasShed(), *dealt.prompts))
            return self._decided(connection, visitor, dealt)

    def _decided(self, connection: Connection, visitor: Visitor, dealt: Dealt) -> Heard:
        """The rest goes to the questionnaires' desk; all of it is put into words and recorded."""
        if dealt.rest is None:
            outcome = desk.Outcome(dealt.person, (), ())
        else:
            outcome = desk.take(visitor.world, dealt.person, dealt.rest, visitor.around)
        reply = self._render((*dealt.prompts, *outcome.prompts), outcome.person)
        outsider = counted_as(self._person_key, visitor.key)
        events = events_of(visitor.world, dealt, outcome, visitor.around, outsider)
        unlinked = unlinked_by(visitor.world, outcome.records, outsider)
        if outcome.records:
            with connection.begin_nested() if not connection.in_nested_transaction() else nullcontext():
                self._book.record(connection, visitor.world, outcome.records, visitor.key, visitor.around.now)
        stored = self._side_desks.stored(reply, dealt.sealed_by)
        return Heard(outcome.person, reply, stored, events, unlinked, dealt.done)
