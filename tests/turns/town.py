"""
A town to talk to: a filled database with an open round, and turns over it, without a web server.

`Town.says`, `taps`, `scans` send one delivery each and give the prompts that were answered with.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select
from sqlalchemy.orm import Session

from core.config import Settings
from core.conversation.incoming import Followed, Happening, Incoming, Left, Scanned, Scene
from core.conversation.inputs import Act, Said, Tapped, Voice
from core.conversation.person import Person
from core.conversation.prompts import AskPrompt, Choice, Choose, ChoosePlace, ConsentPrompt, Prompt
from core.conversation.side_desk import SideDesk
from core.conversation.turns import GroupedTurns, TurnSettings
from core.conversation.world import World
from core.db.base import Base
from core.opinions.asking import closing_questions
from core.opinions.book import OpinionBook
from core.people.keys import KeyRing, named_key
from core.places.lists import read_places, read_units
from core.places.service import load_places, load_units
from core.places.shipped import PLACE_FILES, UNIT_FILES
from core.questionnaires.service import load_questionnaire
from core.responses.models import AnswerRow, Response
from core.responses.recording import Recorder
from core.rounds.catalog import load_catalog
from core.rounds.service import close_round, create_round, open_round
from tests.hand_clock import HandClock
from tests.paths import QUESTIONNAIRES

ROUND = "2026年测评"
YEAR = timedelta(days=365)
QINGYUAN = Scene("place", "451203100", "", "p_451203100")
QINGYUAN_NAME = "宜州区庆远镇"
DONGJIANG_BUS = Scene("place", "451202101", "bus", "p_451202101_bus")
PROSECUTORS = Scene("unit", "U017", "bus", "u_U017_bus")
RESIDENTS, UNITS = "residents-2021", "units-2021"


def unit(number: int) -> Scene:
    """Some unit's plain code."""
    return Scene("unit", f"U{number:03}", "", f"u_U{number:03}")


class Reply(tuple[Any, ...]):
    """The prompts of an answer, and the run its links were made for. `Any`: a test knows which it expects."""

    round_id: int = 0
    run: int = 0

    @property
    def kinds(self) -> list[type[Prompt]]:
        """What each prompt is."""
        return [type(prompt) for prompt in self]


def shipped(questionnaire_id: str, *edits: tuple[str, str]) -> str:
    """A shipped questionnaire's file, with words exchanged."""
    text = (QUESTIONNAIRES / f"{questionnaire_id}.yaml").read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


@dataclass
class Town:
    """
    A database with places, units, two questionnaires and one open round, and turns over it.

    `warm` is a world with the same places, loaded before; what did not change is carried over from it.
    """

    engine: Engine
    settings: Settings
    clock: HandClock
    max_waiting: int = 400
    erase_on_leaving: bool = False
    warm: World | None = None
    side_desks: Sequence[SideDesk] = ()
    said: dict[str, Reply] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.keys = KeyRing(self.settings.require_data_key())
        with Session(self.engine) as session, session.begin():
            self.person_key = named_key(session, self.keys, "person", self.clock())
        self.turns = self.new_turns()

    # Filling it ------------------------------------------------------------------------------------------

    def settle(self) -> "Town":
        """Load places and units."""
        with Session(self.engine) as session, session.begin():
            load_places(session, read_places(PLACE_FILES))
            load_units(session, read_units(UNIT_FILES))
        return self

    def fill(self) -> "Town":
        """Load places, units, and the two questionnaires in a round that is open for a year."""
        self.settle()
        for name in (RESIDENTS, UNITS):
            self.load(name, shipped(name))
        self.open(ROUND, RESIDENTS, UNITS)
        return self

    def load(self, name: str, text: str) -> None:
        """Load a questionnaire."""
        with Session(self.engine) as session, session.begin():
            load_questionnaire(session, text, f"{name}.yaml", self.clock())

    def open(
        self,
        name: str,
        *questionnaires: str,
        opens_in: timedelta = timedelta(days=-1),
        lasts: timedelta = YEAR,
    ) -> int:
        """Make and open a round; its number."""
        now = self.clock()
        with Session(self.engine) as session, session.begin():
            made = create_round(
                session,
                name,
                questionnaires,
                opens_at=now + opens_in,
                closes_at=now + opens_in + lasts,
                now=now,
                keys=self.keys,
            )
            open_round(session, name, now, self.settings.office)
            return made.id

    def close(self, name: str = ROUND) -> None:
        """Close the round."""
        with Session(self.engine) as session, session.begin():
            close_round(session, name, self.clock())

    # Its machinery ---------------------------------------------------------------------------------------

    def new_turns(self) -> GroupedTurns:
        """Turns as another server process would have them."""
        return GroupedTurns(
            self.engine,
            person_key=self.person_key,
            load_world=self.load_world,
            book=self.book,
            render=self._remember,
            clock=self.clock,
            seal=self.keys.wrap,
            settings=TurnSettings(self.max_waiting, self.erase_on_leaving),
            side_desks=self.side_desks,
        )

    @property
    def book(self) -> OpinionBook:
        """Where responses are written."""
        return OpinionBook(Recorder(self.keys.wrap), self.keys)

    def load_world(self, connection: Connection, before: World | None) -> World:
        """The world as the database has it."""
        before = before or self.warm
        catalog = load_catalog(
            connection, self.keys, self.settings.office, before.catalog if before else None
        )
        return World(catalog, before, closing_questions(connection))

    def world(self) -> World:
        """The world now."""
        with self.engine.connect() as connection:
            return self.load_world(connection, None)

    def _remember(self, prompts: Sequence[Prompt], person: Person) -> str:
        """In place of words: a number under which the prompts can be looked up."""
        number = f"reply {next(self._numbers)}"
        reply = Reply(prompts)
        if person.run is not None:
            reply.round_id, reply.run = person.run.goal.round_id, person.run.number
        self.said[number] = reply
        return number if prompts else ""

    def delivery(self, who: str, what: Happening, created_at: int | None = None) -> Incoming:
        """A delivery of its own key and stamp."""
        number = next(self._numbers)
        at = int(self.clock().timestamp()) if created_at is None else created_at
        return Incoming(who, f"key-{number}", f"{at}:{number}", at, what)

    # What people do --------------------------------------------------------------------------------------

    def hears(self, who: str, what: Happening, *, seconds_ago: int = 0) -> Reply:
        """Send one delivery, a second after the one before; what is answered."""
        self.clock.advance(seconds=1)
        created_at = int(self.clock().timestamp()) - seconds_ago
        return self.said.get(self.turns.take(self.delivery(who, what, created_at)), Reply())

    def scans(self, who: str, scene: Scene | None = QINGYUAN) -> Reply:
        """Scan a code; None is one nobody knows."""
        return self.hears(who, Scanned(scene, scene.raw if scene else "x_1"))

    def follows(self, who: str, scene: Scene | None = None) -> Reply:
        """Follow the account."""
        return self.hears(who, Followed(scene, scene.raw if scene else ""))

    def leaves(self, who: str) -> Reply:
        """Unfollow it."""
        return self.hears(who, Left())

    def says(self, who: str, *words: str) -> Reply:
        """Type something, one message after the other; what the last was answered with."""
        for each in words:
            reply = self.hears(who, Said(each))
        return reply

    def speaks(self, who: str, media_id: str = "media-1", recognised: str = "") -> Reply:
        """Send a voice message."""
        return self.hears(who, Voice(media_id, recognised))

    def taps(self, who: str, reply: Reply, label: str) -> Reply:
        """Tap the link with this label in what was answered before."""
        return self.hears(who, tap(reply, label))

    def begins(self, who: str, scene: Scene = QINGYUAN) -> Reply:
        """Scan and agree; the first question, once the offered home is confirmed."""
        reply = self.taps(who, self.scans(who, scene), "我愿意评价" if scene.kind == "unit" else "我愿意参加")
        return self.says(who, "对") if scene.kind == "place" else reply

    def goes_on(self, who: str, reply: Reply, choice: int = 1) -> Reply:
        """Answer to the end, each question that must be answered with the same choice."""
        for _ in range(100):
            if not isinstance(reply[-1], ConsentPrompt | AskPrompt):
                return reply
            reply = self.says(who, _typed(reply[-1], choice))
        raise AssertionError("the questionnaire does not end")

    def goes_one_on(self, who: str, reply: Reply, choice: int = 1) -> Reply:
        """Answer what was asked last, and no more."""
        return self.says(who, _typed(reply[-1], choice))

    def answers_all(self, who: str, scene: Scene = QINGYUAN, choice: int = 1) -> Reply:
        """Scan, agree and go through to the end."""
        reply = self.scans(who, scene)
        ending = self.goes_on(who, reply, choice)
        assert ending is not reply, reply
        return ending

    # What is stored --------------------------------------------------------------------------------------

    def responses(self, **having: Any) -> list[Row[Any]]:
        """The stored responses that have these values, oldest first."""
        table = Response.__table__
        found = select(table).where(*(table.c[name] == value for name, value in having.items()))
        with self.engine.connect() as connection:
            return list(connection.execute(found.order_by(table.c.finished_at, table.c.id)))

    def statuses(self) -> list[str]:
        """The responses' statuses, oldest first; `superseded` for those that were replaced."""
        return ["superseded" if row.superseded_by else row.status for row in self.responses()]

    def answers(self, response: Row[Any]) -> dict[str, Row[Any]]:
        """A response's answers by slot key."""
        found = select(AnswerRow.__table__).where(AnswerRow.response_id == response.id)
        with self.engine.connect() as connection:
            rows = connection.execute(found).all()
        return {f"{row.question}@{row.item}" if row.item else row.question: row for row in rows}

    def count(self, table: type[Base]) -> int:
        """How many rows a table has."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0


def tap(reply: Reply, label: str) -> Tapped:
    """The tap on the link with this label."""
    for prompt in reversed(reply):
        for choice in choices_of(prompt):
            if choice.label == label:
                slot = 0 if isinstance(prompt, Choose | ChoosePlace) else getattr(prompt, "slot", 0)
                return Tapped(reply.round_id, reply.run % 1000, slot, choice.choice, choice.echo)
    raise AssertionError(f"no link says {label}: {reply}")


def choices_of(prompt: Prompt) -> tuple[Choice, ...]:
    """Everything in a prompt that can be tapped."""
    if isinstance(prompt, ConsentPrompt):
        return (prompt.agree, prompt.decline)
    return tuple(getattr(prompt, "choices", ())) + tuple(getattr(prompt, "acts", ()))


def _typed(prompt: ConsentPrompt | AskPrompt, choice: int) -> str:
    if isinstance(prompt, ConsentPrompt):
        return prompt.agree.label
    if any(act.choice == Act.NEXT for act in prompt.acts) and prompt.manner != "one":
        return "下一步"
    return str(min(choice, len(prompt.choices)))
