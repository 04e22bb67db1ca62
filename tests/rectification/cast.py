"""A small city and its people: the office, a county, its liaison, a unit's, and one of another unit."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.errors import Refused
from core.people.models import Staff
from core.people.reach import EVERYTHING, Reach
from core.people.roles import Role
from core.places.models import Place, Unit
from core.rectification.authors import Author, Origin
from core.rectification.details import Details, Facts
from core.rectification.models import Item
from core.rectification.service import Outcome, add_item, do
from core.rectification.words import Act, Why
from tests.hand_clock import START

COUNTY, OTHER_COUNTY = "451228", "451227"
UNIT, OTHER_UNIT = "U024", "U031"
OFFICE_ID = 1
DEADLINE = date(2026, 12, 20)

OFFICE = Author.staff(OFFICE_ID, Role.OFFICE, EVERYTHING)
AUDITOR = Author.staff(2, Role.AUDITOR, EVERYTHING)
COUNTY_DESK = Author.staff(3, Role.COUNTY, Reach("county", COUNTY))
UNITS_LIAISON = Author.liaison(11, UNIT)
COUNTYS_LIAISON = Author.liaison(12, COUNTY)
STRANGER = Author.liaison(13, OTHER_UNIT, Origin.CHAT)

LATER = START + timedelta(minutes=2)
WHY = Details(until=date(2027, 1, 31), why=Why.LAND, text="征地还没有完成，见县征〔2026〕3号")

FACTS = Facts(
    text="老街路面破损，雨天积水，请修一修。",
    category="交通",
    source="2026年度",
    lead_code=UNIT,
    first_deadline=DEADLINE,
)


def make_city(session: Session) -> None:
    """Two counties, two units, and the accounts that act."""
    make_places(session)
    make_staff(session)


def make_places(session: Session) -> None:
    """Two counties and two units."""
    session.add(Place(code="451200", name="河池市", short_name="河池市", level="city"))
    session.flush()
    session.add_all(
        [
            _county(COUNTY, "都安瑶族自治县", "都安"),
            _county(OTHER_COUNTY, "巴马瑶族自治县", "巴马"),
            Unit(code=UNIT, name="河池市交通运输局", short_name="市交通局", category="政府部门"),
            Unit(code=OTHER_UNIT, name="河池市住建局", short_name="市住建局", category="政府部门"),
        ]
    )
    session.flush()


def make_staff(session: Session) -> None:
    """The accounts that act."""
    for number, role in ((OFFICE_ID, Role.OFFICE), (2, Role.AUDITOR), (3, Role.COUNTY)):
        session.add(
            Staff(id=number, name=f"账号{number}", role=role.value, password_hash="", created_at=START)
        )
    session.flush()


def _county(code: str, name: str, short_name: str) -> Place:
    return Place(code=code, name=name, short_name=short_name, level="county", parent_code="451200")


def make_item(
    session: Session,
    now: datetime = START,
    *,
    lead: str = UNIT,
    assist: tuple[str, ...] = (),
    staff_id: int | None = OFFICE_ID,
    **facts: object,
) -> Outcome:
    """A new item of `lead`'s, handed out by the account `staff_id`."""
    given = replace(FACTS, lead_code=lead, assist=assist, **facts)  # type: ignore[arg-type]
    return add_item(session, given, replace(OFFICE, staff_id=staff_id), now)


def claimed(session: Session, **facts: object) -> int:
    """A new item that its lead has claimed; its number."""
    number = make_item(session, **facts).number  # type: ignore[arg-type]
    lead = session.get_one(Item, number).lead_code
    do(session, number, Act.CLAIM, COUNTYS_LIAISON if lead == COUNTY else UNITS_LIAISON, START)
    return number


def applied(session: Session) -> int:
    """A claimed item whose closing was applied for; its number."""
    number = claimed(session)
    do(session, number, Act.APPLY, UNITS_LIAISON, START, Details(text="修好了"))
    return number


def refusal(session: Session, number: int, act: Act, author: Author, details: Details = Details()) -> str:  # noqa: B008
    """What somebody is told whose act is refused."""
    with pytest.raises(Refused) as refused:
        do(session, number, act, author, START, details)
    return str(refused.value)
