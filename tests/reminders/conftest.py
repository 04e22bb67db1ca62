"""A small city with items and liaisons, over each database, and rules applied to it by hand."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.clock import SHANGHAI
from core.liaisons.kinds import Kind
from core.outbox.models import OutboxMessage
from core.people.keys import KeyRing
from core.rectification.authors import Author
from core.rectification.details import Details
from core.rectification.service import do
from core.rectification.words import Act
from core.reminders.models import Reminder
from core.reminders.planning import Plan
from core.reminders.rules import read_rules
from core.reminders.service import preview, run
from tests.hand_clock import HandClock
from tests.liaisons.makers import bind_phone, make_liaison
from tests.rectification.cast import OFFICE, UNIT, make_city, make_item


@dataclass
class City:
    """Items, liaisons and the clock; `reminds` is one run of the rules."""

    engine: Engine
    keys: KeyRing
    clock: HandClock

    def liaison(self, code: str = UNIT, kind: Kind = Kind.LIAISON, *, bound: bool = True) -> int:
        """A new one; bound to a phone of their own."""
        number = make_liaison(self.engine, self.keys, self.clock(), subject_code=code, kind=kind)
        if bound:
            bind_phone(self.engine, self.keys, number, f"{number:032x}", f"oOpenid{number}", now=self.clock())
        return number

    def item(self, lead: str = UNIT, **facts: object) -> int:
        """A new item; its number."""
        with Session(self.engine) as session, session.begin():
            return make_item(session, self.clock(), lead=lead, **facts).number  # type: ignore[arg-type]

    def does(self, number: int, act: Act, author: Author = OFFICE, **details: object) -> int:
        """An act; its number."""
        with Session(self.engine) as session, session.begin():
            return do(session, number, act, author, self.clock(), Details(**details)).act_id  # type: ignore[arg-type]

    def reminds(self, **more: bool) -> Counter[str]:
        """One run of the rules."""
        return run(self.engine, read_rules(), self.clock(), **more)

    def preview(self, at: datetime) -> Plan:
        """What would go out then."""
        with Session(self.engine) as session:
            return preview(session, read_rules(), at)

    def messages(self) -> list[tuple[str, int, str]]:
        """Kind, liaison and summary of all messages, oldest first."""
        with self.engine.connect() as connection:
            query = select(OutboxMessage.kind, OutboxMessage.to_id, OutboxMessage.fields)
            rows = connection.execute(query.order_by(OutboxMessage.id)).all()
        return [(row.kind, row.to_id, json.loads(row.fields)["summary"]) for row in rows]

    def reminders(self) -> list[tuple[str, int, str, str]]:
        """Rule, item, occasion and level of all reminders."""
        with self.engine.connect() as connection:
            columns = (Reminder.rule, Reminder.item_number, Reminder.occasion, Reminder.level)
            return [tuple(row) for row in connection.execute(select(*columns).order_by(Reminder.id))]

    def goes_to(self, day: date, hour: int = 9, minute: int = 30) -> None:
        """Set the clock, Shanghai time."""
        self.clock.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def city(engine: Engine, clock: HandClock) -> City:
    """A city on each database. It is Tuesday, 2026-12-01, nine o'clock."""
    with Session(engine) as session, session.begin():
        make_city(session)
    return City(engine, KeyRing(Fernet.generate_key().decode()), clock)
