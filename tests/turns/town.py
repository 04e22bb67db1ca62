"""
A town to talk to: a filled database with an open round, and turns over it, without a web server.

`Town.says`, `taps`, `scans` send one delivery each and give the prompts that were answered with.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from core.config import Settings
from core.conversation.incoming import Followed, Happening, Incoming, Left, Scanned, Scene
from core.conversation.inputs import Act, Said, Tapped, Voice
from core.conversation.person import Person
from core.conversation.prompts import AskPrompt, Choice, Choose, ChoosePlace, ConsentPrompt, Prompt
from core.conversation.turns import GroupedTurns, TurnSettings
from core.conversation.world import World
from core.people.keys import KeyRing, named_key
from core.places.lists import read_places, read_units
from core.places.service import load_places, load_units
from core.places.shipped import PLACE_FILES, UNIT_FILES
from core.questionnaires.service import load_questionnaire
from core.responses.recording import Recorder
from core.rounds.catalog import load_catalog
from core.rounds.service import close_round, create_round, open_round
from tests.hand_clock import HandClock
from tests.paths import QUESTIONNAIRES

ROUND = "2026年测评"
QINGYUAN = Scene("place", "451203100", "", "p_451203100")
PROSECUTORS = Scene("unit", "U017", "bus", "u_U017_bus")


@dataclass
class Town:
    """A database with places, units, two questionnaires and one open round, and turns over it."""

    engine: Engine
    settings: Settings
    clock: HandClock
    max_waiting: int = 400
    erase_on_leaving: bool = False
    said: dict[str, tuple[Prompt, ...]] = field(default_factory=dict)
    _deliveries: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.keys = KeyRing(self.settings.data_key)
        with Session(self.engine) as session, session.begin():
            self.person_key = named_key(session, self.keys, "person", self.clock())
        self.turns = self.new_turns()

    def fill(self, *questionnaires: str, opens_in: timedelta = timedelta(days=-1)) -> "Town":
        """Load places and units and open one round with these questionnaires for a year."""
        names = questionnaires or ("residents-2021", "units-2021")
        with Session(self.engine) as session, session.begin():
            now = self.clock()
            load_places(session, read_places(PLACE_FILES))
            load_units(session, read_units(UNIT_FILES))
            for name in names:
                path = QUESTIONNAIRES / f"{name}.yaml"
                load_questionnaire(session, path.read_bytes(), path.name, now)
            create_round(
                session,
                ROUND,
                names,
                opens_at=now + opens_in,
                closes_at=now + timedelta(days=365),
                now=now,
                keys=self.keys,
            )
            open_round(session, ROUND, now, self.settings.office)
        return self

    def close(self) -> None:
        """Close the round."""
        with Session(self.engine) as session, session.begin():
            close_round(session, ROUND, self.clock())

    def new_turns(self) -> GroupedTurns:
        """Turns as another server process would have them."""
        return GroupedTurns(
            self.engine,
            person_key=self.person_key,
            load_world=self.load_world,
            book=self.book,
            render=self._remember,
            clock=self.clock,
            settings=TurnSettings(self.max_waiting, self.erase_on_leaving),
        )

    @property
    def book(self) -> Recorder:
        """Where responses are written."""
        return Recorder(self.keys.wrap)

    def load_world(self, connection: Connection, before: World | None) -> World:
        """The world as the database has it."""
        catalog = load_catalog(
            connection, self.keys, self.settings.office, before.catalog if before else None
        )
        return World(catalog, before)

    def _remember(self, prompts: Sequence[Prompt], person: Person) -> str:
        """In place of words: a number under which the prompts can be looked up."""
        number = f"reply {next(self._deliveries)}"
        self.said[number] = tuple(prompts)
        return number if prompts else ""

    def delivery(self, who: str, what: Happening, created_at: int | None = None) -> Incoming:
        """A delivery of its own key and stamp."""
        number = next(self._deliveries)
        at = int(self.clock().timestamp()) if created_at is None else created_at
        return Incoming(who, f"key-{number}", f"{at}:{number}", at, what)

    def hears(self, who: str, what: Happening) -> tuple[Prompt, ...]:
        """Send one delivery; what is answered."""
        return self.said.get(self.turns.take(self.delivery(who, what)), ())

    def scans(self, who: str, scene: Scene | None = QINGYUAN) -> tuple[Prompt, ...]:
        """Scan a code; None is one nobody knows."""
        return self.hears(who, Scanned(scene, scene.raw if scene else "x_1"))

    def follows(self, who: str, scene: Scene | None = None) -> tuple[Prompt, ...]:
        """Follow the account."""
        return self.hears(who, Followed(scene, scene.raw if scene else ""))

    def leaves(self, who: str) -> tuple[Prompt, ...]:
        """Unfollow it."""
        return self.hears(who, Left())

    def says(self, who: str, words: str) -> tuple[Prompt, ...]:
        """Type something."""
        return self.hears(who, Said(words))

    def speaks(self, who: str, media_id: str = "media-1") -> tuple[Prompt, ...]:
        """Send a voice message that nobody could recognise."""
        return self.hears(who, Voice(media_id))

    def taps(self, who: str, prompts: Sequence[Prompt], label: str, run: int = 1, round_id: int = 1):  # type: ignore[no-untyped-def]
        """Tap the link with this label in what was answered before."""
        return self.hears(who, tap(prompts, label, run, round_id))

    def answers_all(self, who: str, scene: Scene = QINGYUAN, choice: int = 1) -> tuple[Prompt, ...]:
        """Scan, agree and go through to the end, each rating with the same choice."""
        prompts = self.scans(who, scene)
        for _ in range(100):
            if not isinstance(prompts[-1], ConsentPrompt | AskPrompt):
                return prompts
            prompts = self.says(who, _typed(prompts[-1], choice))
        raise AssertionError("the questionnaire does not end")


def tap(prompts: Sequence[Prompt], label: str, run: int = 1, round_id: int = 1) -> Tapped:
    """The tap on the link with this label."""
    for prompt in reversed(prompts):
        for choice in choices_of(prompt):
            if choice.label == label:
                is_desk = isinstance(prompt, Choose | ChoosePlace)
                return Tapped(
                    0 if isinstance(prompt, ChoosePlace) else round_id,
                    0 if isinstance(prompt, ChoosePlace) else run,
                    0 if is_desk else getattr(prompt, "slot", 0),
                    choice.choice,
                    choice.echo,
                )
    raise AssertionError(f"no link says {label}: {prompts}")


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
