"""Liaisons at their phones: a town with items, and what they say and tap."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.conversation.incoming import Scanned, Scene, SideTapped
from core.conversation.inputs import Photo
from core.conversation.prompts import AskPrompt
from core.liaison_desk.prompts import ItemRow, Step
from core.liaison_desk.taps import DESK
from core.liaisons.binding import make_code
from core.liaisons.kinds import Kind
from core.liaisons.service import Facts, add_liaison
from core.rectification.models import Item, ItemAct, ItemFile
from tests.turns.town import Reply, Town

DUAN, PROSECUTORS = "451228", "U017"


@dataclass
class Office:
    """Adds liaisons, binds them, and says what they do."""

    town: Town

    def add(self, subject: str = DUAN, name: str = "韦小明", **known: Any) -> int:
        """A liaison; their id."""
        defaults: dict[str, Any] = {"kind": Kind.LIAISON, "phone": "13977812345"}
        facts = Facts(subject_code=subject, name=name, **(defaults | known))
        with Session(self.town.engine) as session, session.begin():
            return add_liaison(session, self.town.keys, facts, self.town.clock()).id

    def code(self, liaison_id: int) -> str:
        """A fresh binding code."""
        with Session(self.town.engine) as session, session.begin():
            return make_code(session, self.town.keys, liaison_id, self.town.clock()).code

    def bind(self, who: str, subject: str = DUAN, **known: Any) -> int:
        """A liaison, bound to this phone by scanning; their id."""
        liaison_id = self.add(subject, **known)
        code = self.code(liaison_id)
        self.town.hears(who, Scanned(Scene("bind", code, "", f"b_{code}"), f"b_{code}"))
        return liaison_id

    def taps(self, who: str, reply: Reply, label: str, item: int | None = None) -> Reply:
        """Tap the link that says `label`; on a list, the one of this item."""
        step = step_in(reply, label, item)
        return self.town.hears(who, SideTapped(DESK, step.code, step.echo))

    def sends_photo(self, who: str, media_id: str = "photo-1") -> Reply:
        """Send a photo."""
        return self.town.hears(who, Photo(media_id))

    def item(self, number: int) -> Any:
        """The item's row."""
        with self.town.engine.connect() as connection:
            return connection.execute(select(Item.__table__).where(Item.number == number)).one()

    def acts(self, number: int) -> list[tuple[str, str, int | None]]:
        """(act, author's code, liaison) of the item's log, the handing out left away."""
        with self.town.engine.connect() as connection:
            rows = connection.execute(
                select(ItemAct.act, ItemAct.author_code, ItemAct.liaison_id)
                .where(ItemAct.item_number == number)
                .order_by(ItemAct.id)
            )
            return [tuple(row) for row in rows][1:]

    def details(self, number: int) -> str:
        """What the item's last act said, as JSON."""
        with self.town.engine.connect() as connection:
            return (
                connection.scalar(
                    select(ItemAct.details)
                    .where(ItemAct.item_number == number)
                    .order_by(ItemAct.id.desc())
                    .limit(1)
                )
                or ""
            )

    def files(self, number: int) -> int:
        """How many photos and voices belong to the item."""
        with self.town.engine.connect() as connection:
            return len(
                connection.execute(select(ItemFile.media_key).where(ItemFile.item_number == number)).all()
            )

    @property
    def now(self) -> datetime:
        """The clock."""
        return self.town.clock()


def step_in(reply: Reply, label: str, item: int | None = None) -> Step:
    """The link with this label."""
    for prompt in reversed(reply):
        rows: tuple[ItemRow, ...] = getattr(prompt, "rows", ())
        steps = [step for row in rows if item in (None, row.number) for step in row.acts]
        row = getattr(prompt, "row", None)
        steps += [*getattr(prompt, "steps", ()), *getattr(prompt, "foot", ()), *(row.acts if row else ())]
        for step in steps:
            if isinstance(step, Step) and step.label == label:
                return step
    raise AssertionError(f"no link says {label}: {reply}")


def claimed(office: Office, *numbers: int) -> None:
    """都安's liaison is bound and has claimed these."""
    office.bind("liaison")
    for number in numbers:
        office.town.says("liaison", f"{number} 领取")
    office.town.clock.advance(minutes=2)


def open_question(office: Office, who: str = "liaison") -> Reply:
    """Go on to the questionnaire's open question, which takes words, voice and photos."""
    reply = office.town.scans(who)
    while not (isinstance(reply[-1], AskPrompt) and reply[-1].manner in ("text", "media")):
        reply = office.town.goes_one_on(who, reply)
    return reply
