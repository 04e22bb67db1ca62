"""
One delivery of a liaison being dealt with: who they act for, what is noted, and what has come of it so far.

Lives for one turn. Whatever writes does so in a savepoint of its own, so that a refusal leaves nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from core.audit.acts import Act
from core.audit.chain import Details
from core.audit.service import Done
from core.audit.who import Who
from core.clock import local_day
from core.conversation.incoming import Happening
from core.conversation.prompts import Prompt
from core.conversation.side_desk import SideOutcome, Visitor
from core.errors import SurveyError
from core.liaison_desk.note import Note
from core.liaison_desk.prompts import CannotAct
from core.liaisons.binding import Bound
from core.media.receiving import key_of, note_received
from core.people.keys import KeyRing
from core.rectification.authors import Author
from core.rectification.models import Item
from core.rectification.service import get_item
from core.rectification.standing import Standing
from core.rectification.workflow import NoSuchItem

NAME = "liaison"


@dataclass(slots=True)
class Call:
    """
    `bound` are the liaisons this phone acts for, a stand-in's days or not. `then` is what the next desk is to
    deal with; None: all is dealt with here. `is_visit_over`: what the questionnaires' desk asked whoever came
    as a resident (where they live) need not be answered any more. `done` is for the audit log.
    """

    connection: Connection
    visitor: Visitor
    keys: KeyRing
    note: Note
    bound: list[Bound]
    prompts: list[Prompt] = field(default_factory=list)
    then: Happening | None = None
    is_visit_over: bool = False
    done: list[Done] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The moment of this turn."""
        return self.visitor.around.now

    @property
    def today(self) -> date:
        """Its day in Shanghai."""
        return local_day(self.now)

    @property
    def acting(self) -> list[Bound]:
        """Whom they speak for today."""
        return [bound for bound in self.bound if bound.acts]

    def say(self, *prompts: Prompt) -> None:
        """Add to what is said."""
        self.prompts.extend(prompts)

    def change(self, **fields: object) -> None:
        """Replace fields of the note."""
        self.note = replace(self.note, **fields)  # type: ignore[arg-type]

    def at(self) -> int:
        """The moment as a note keeps it."""
        return int(self.now.timestamp())

    def note_done(self, act: Act, liaison_id: int, on: str, details: Details | None = None) -> None:
        """What a liaison has just done, once its savepoint is kept."""
        self.done.append(Done(act, Who.liaison(liaison_id), on, details))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session in a savepoint: kept at the end of the block, taken back on an error."""
        with (
            Session(bind=self.connection, join_transaction_mode="create_savepoint") as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def politely(self) -> Iterator[None]:
        """Whatever is refused inside is told; its words say what is possible now."""
        try:
            yield
        except SurveyError as error:
            self.say(CannotAct(str(error)))

    def authors(self) -> list[Author]:
        """The same as authors of acts."""
        return [Author.liaison(bound.liaison_id, bound.subject_code) for bound in self.acting]

    def find(self, session: Session, number: int) -> tuple[Author, Item, Standing]:
        """The item, and as whom they reach it; NoSuchItem, also for one that is another unit's."""
        for author in self.authors():
            try:
                return (author, *get_item(session, number, author))
            except NoSuchItem:
                continue
        raise NoSuchItem

    def keep_file(self, kind: str, media_id: str) -> str:
        """A photo or voice came: the worker is to fetch it; its key."""
        note_received(self.connection, kind, media_id, self.now)
        return key_of(media_id)

    def subject_name(self, code: str) -> str:
        """A county's or unit's short name."""
        gazetteer = self.visitor.world.gazetteer
        node = gazetteer.unit(code) or gazetteer.place(code)
        return node.short_name if node else code

    def outcome(self) -> SideOutcome:
        """What came of it."""
        person = self.visitor.person.with_note(NAME, self.note.dump())
        if self.is_visit_over and person.run is None:
            person = replace(person, asking="", payload="", asked=("", ""), page=0)
        return SideOutcome(person, tuple(self.prompts), self.then, done=tuple(self.done))
