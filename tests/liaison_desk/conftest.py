"""A filled town on each database, whose turns know liaisons and which has three items."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from core.audit.chain import AuditLog, attach
from core.liaison_desk.desk import LiaisonDesk
from core.rectification.authors import Author
from core.rectification.details import Facts
from core.rectification.service import add_item
from tests.liaison_desk.office import Office
from tests.turns.conftest import (  # noqa: F401  (fixtures)
    _filled,
    _filled_postgres,
    _reused_town,
    _settled,
    _warm,
    postgres_town,
    settings,
    sqlite_town,
    town,
)
from tests.turns.town import Town


def _settle(filled: Town) -> Office:
    attach(filled.engine, AuditLog.of(filled.settings, filled.clock))
    filled.side_desks = (LiaisonDesk(filled.keys),)
    filled.turns = filled.new_turns()
    with Session(filled.engine) as session, session.begin():
        for lead, text, deadline in (
            ("451228", "都安县城道路破损，雨天积水，希望尽快修好。", date(2026, 12, 31)),
            ("U017", "窗口排队时间长，希望增加窗口。", date(2026, 12, 10)),
            ("451228", "安阳镇垃圾没人收。", date(2026, 12, 4)),
        ):
            facts = Facts(
                text=text, category="交通", source="2026年度", lead_code=lead, first_deadline=deadline
            )
            add_item(session, facts, Author.system(), filled.clock())
    return Office(filled)


@pytest.fixture
def office(town: Town) -> Office:  # noqa: F811  (the fixture)
    """On each database: items 1 and 3 are 都安's, item 2 is U017's."""
    return _settle(town)


@pytest.fixture
def sqlite_office(sqlite_town: Town) -> Office:  # noqa: F811
    """The same on SQLite, for what does not depend on the database."""
    return _settle(sqlite_town)
