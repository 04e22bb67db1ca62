"""An inbox over a real database: a small city, an open round, and a way to say something in it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Row, select, update
from sqlalchemy.orm import Session

from core.config import Settings
from core.conversation.state import Answer
from core.opinions import arriving, inbox
from core.opinions.handing import make_item
from core.opinions.inbox import Listed, Wanted
from core.opinions.models import Opinion
from core.people.keys import KeyRing
from core.people.models import Staff
from core.people.reach import EVERYTHING, Reach
from core.people.roles import Role
from core.rectification.authors import Author
from core.rectification.details import Facts
from core.responses.models import Response
from core.rounds.catalog import Catalog, load_catalog
from tests.hand_clock import START, HandClock
from tests.reports.factories import FINANCE, OFFICE, QINGYUAN, make_places, make_response, make_round

FACTS = Facts(
    text="庆远镇路灯损坏，请修好。",
    category="交通",
    source="2026年度",
    lead_code=FINANCE,
    first_deadline=date(2026, 12, 20),
)


@dataclass
class Office:
    """The office and what reaches it."""

    engine: Engine
    keys: KeyRing
    clock: HandClock
    round_id: int
    staff_id: int
    author: Author
    _seconds: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def catalog(self, connection: Connection) -> Catalog:
        """The catalog now."""
        return load_catalog(connection, self.keys, OFFICE)

    def hears(self, text: str, question: str = "suggest", place: str = QINGYUAN, **others: Any) -> int:
        """Somebody says something; their response's number. Nothing is in the inbox yet."""
        voices = others.pop("voices", ())
        at = START + timedelta(seconds=next(self._seconds))
        with Session(self.engine) as session, session.begin():
            answers = {question: Answer(text=text, voices=voices)}
            return make_response(session, self.round_id, answers, place=place, finished_at=at, **others)

    def supersede(self, earlier: int, later: int) -> None:
        """The later response takes the earlier one's place."""
        with self.engine.begin() as connection:
            connection.execute(update(Response).where(Response.id == earlier).values(superseded_by=later))

    def looks(self, after: timedelta = timedelta(hours=1)) -> int:
        """The worker fills the inbox; how many were new."""
        return arriving.advance(self.engine, self.catalog, START + after)

    def says(self, *texts: str, **others: Any) -> list[int]:
        """Several people say something, and it is in the inbox; the opinions' numbers."""
        said = [self.hears(text, **others) for text in texts]
        self.looks()
        with self.engine.connect() as connection:
            found = dict(
                connection.execute(
                    select(Opinion.response_id, Opinion.id).where(Opinion.response_id.in_(said))
                ).all()
            )
        return [found[each] for each in said]

    def lists(self, reach: Reach = EVERYTHING, **wanted: Any) -> list[str]:
        """The words the list shows, newest first."""
        with self.engine.connect() as connection:
            lines = inbox.list_opinions(connection, Wanted(reach=reach, **wanted), 0, 50)
            assert inbox.count_opinions(connection, Wanted(reach=reach, **wanted), 1_000) == len(lines)
        return [line.words for line in lines]

    def finds(self, opinion_id: int, reach: Reach = EVERYTHING) -> Listed:
        """One opinion."""
        with self.engine.connect() as connection:
            return inbox.find_opinion(connection, opinion_id, reach)

    def makes_items(self, *opinion_ids: int) -> None:
        """Make an item of each."""
        with Session(self.engine) as session, session.begin():
            for opinion_id in opinion_ids:
                make_item(session, opinion_id, FACTS, self.author, self.clock())

    def does(self, act: Callable[..., Any], *given: Any) -> Any:
        """One act of the service, in a transaction of its own."""
        with Session(self.engine) as session, session.begin():
            return act(session, *given, self.staff_id, self.clock())

    def rows(self) -> list[Row[Any]]:
        """The inbox's rows, oldest first."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(Opinion.__table__).order_by(Opinion.id)))


@pytest.fixture
def office(engine: Engine, settings: Settings, clock: HandClock) -> Office:
    """The office of a small city with an open round."""
    keys = KeyRing(settings.data_key)
    with Session(engine) as session, session.begin():
        make_places(session)
        round_id = make_round(
            session, keys, questionnaires=("residents-2021", "units-2021", "leaders-2021")
        ).id
        staff = Staff(name="小韦", role="office", password_hash="x", created_at=START)
        session.add(staff)
        session.flush()
        author = Author.staff(staff.id, Role.OFFICE, EVERYTHING)
        return Office(engine, keys, clock, round_id, staff.id, author)
