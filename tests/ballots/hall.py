"""A hall to vote in: a round for leaders, a ballot box, slips, and ballots filled in without any chat."""

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.ballots import ballot as ballots
from core.ballots.ballot import Ballot
from core.ballots.box import WitnessShare, make_box
from core.ballots.cards import cards_of, graded
from core.ballots.contents import Sizes, cast_of
from core.ballots.draft_keys import DraftKeys
from core.ballots.drafts import Held, find_draft, hand_in, keep, new_draft
from core.ballots.mixing import Mixed, finish, mix_due
from core.ballots.slips import Hasher, make_slips
from core.config import Settings
from core.conversation import engine
from core.conversation.inputs import Said
from core.conversation.state import Answer
from core.conversation.world import World
from core.db.base import Base
from core.people.keys import KeyRing
from core.places.lists import read_places, read_units
from core.places.service import load_places, load_units
from core.places.shipped import PLACE_FILES, UNIT_FILES
from core.questionnaires.reader import load_text
from core.questionnaires.service import load_questionnaire
from core.rounds.catalog import load_catalog
from core.rounds.models import Round
from core.rounds.service import close_round, create_round, open_round
from tests.hand_clock import HandClock
from tests.paths import QUESTIONNAIRES

ROUND = "2026年领导评价"
LEADERS = "leaders-2021"
WITNESSES = ("韦一", "黄二", "覃三")


def shipped_text() -> str:
    """The shipped questionnaire for leaders."""
    return (QUESTIONNAIRES / f"{LEADERS}.yaml").read_text("utf-8")


@dataclass
class Hall:
    """
    A database with a leaders' round that is open for 20 days, a box whose shares are in `shares`, and keys.

    `text` is the questionnaire's file.
    """

    engine: Engine
    settings: Settings
    clock: HandClock
    text: str = field(default_factory=shipped_text)
    name: str = LEADERS
    has_units: bool = False
    shares: list[WitnessShare] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ring = KeyRing(self.settings.require_data_key())
        self.keys = DraftKeys(self.var)
        with Session(self.engine) as session, session.begin():
            load_places(session, read_places(PLACE_FILES[:1]))
            if self.has_units:
                load_units(session, read_units(UNIT_FILES))
            load_questionnaire(session, self.text, f"{self.name}.yaml", self.clock())
            now = self.clock()
            made = create_round(
                session,
                ROUND,
                (self.name,),
                now - timedelta(days=1),
                now + timedelta(days=20),
                now,
                self.ring,
            )
            open_round(session, ROUND, now, self.settings.office)
            self.round_id = made.id
            self.hasher = Hasher.open(session, self.ring, now)
        world = self.world()
        entry = world.catalog.round(self.round_id)
        assert entry
        self.entry_now = entry
        form = world.form(self.round_id, self.name)
        assert form
        self.script = world.script(form.questionnaire)
        self.sizes = Sizes.of(self.script)

    @property
    def var(self) -> Path:
        """Where files are kept."""
        return self.settings.var

    def seal_box(self, needed: int = 2) -> "Hall":
        """Make the ballot box."""
        with Session(self.engine) as session, session.begin():
            entry = session.get_one(Round, self.round_id)
            questionnaire = load_text(self.text, f"{self.name}.yaml")
            self.shares = make_box(session, entry, questionnaire, WITNESSES, needed, self.clock())
        return self

    def slips(self, count: int) -> list[str]:
        """New slips."""
        with Session(self.engine) as session, session.begin():
            return make_slips(session, self.hasher, self.round_id, count)

    def world(self) -> World:
        """The world now."""
        with self.engine.connect() as connection:
            return World(load_catalog(connection, self.ring, self.settings.office))

    # Voting ----------------------------------------------------------------------------------------------

    def filled(self, seed: int = 0, comment: str = "") -> Ballot:
        """A complete ballot; its grades follow from the seed."""
        chance = random.Random(seed)
        begun = ballots.step(
            self.script, ballots.begin(self.script, channel="wechat", seed=seed).ballot, Said("1")
        )
        answers: dict[str, Answer] = {}
        for card in cards_of(self.script, begun.ballot.run):
            answers |= graded(card, tuple(chance.randint(1, 6) for _ in card.grades))
            for slot in card.slots:
                if slot not in card.grades:
                    is_comment = slot.question.id == "comment"
                    answers[slot.key] = Answer(text=comment) if is_comment else Answer()
        step = engine.take_answers(self.script, begun.ballot.run, answers)
        done = replace(begun.ballot, run=step.state)
        assert done.is_complete
        return done

    def begins(self, who: str, slip: str, ballot: Ballot | None = None) -> Held:
        """Take up a slip."""
        with self.engine.begin() as connection:
            return new_draft(
                connection,
                self.keys,
                self.sizes,
                holder=self.hasher.holder("chat", who),
                slip=self.hasher.slip(slip),
                round_id=self.round_id,
                ballot=ballot or ballots.begin(self.script, channel="wechat", seed=1).ballot,
                now=self.clock(),
            )

    def casts(self, who: str, slip: str, ballot: Ballot) -> None:
        """Take up a slip, fill in and hand in, in three transactions."""
        held = self.begins(who, slip)
        with self.engine.begin() as connection:
            keep(connection, self.keys, self.sizes, held, ballot, self.clock())
        with self.engine.begin() as connection:
            hand_in(connection, self.keys, self.sizes, held, cast_of(ballot))

    def casts_many(self, count: int, first: int = 0) -> list[str]:
        """So many ballots of different people; the slips they came on."""
        slips = self.slips(max(count, 10))
        for number in range(count):
            self.casts(f"person {first + number}", slips[number], self.filled(first + number))
        return slips

    def draft_of(self, who: str) -> Held | None:
        """Their ballot, if they hold one."""
        with self.engine.connect() as connection:
            return find_draft(connection, self.keys, self.hasher.holder("chat", who))

    def mix(self) -> Mixed:
        """What the worker does each minute."""
        finish(self.engine, self.keys, self.clock())
        return mix_due(self.engine, self.keys, self.clock())

    def close(self) -> None:
        """Close the round now."""
        with Session(self.engine) as session, session.begin():
            close_round(session, ROUND, self.clock())

    def count(self, table: type[Base]) -> int:
        """How many rows a table has."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0

    def key_files(self) -> set[str]:
        """The draft keys there are."""
        return {name for name, _ in self.keys.names()}
