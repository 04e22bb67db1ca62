"""What an account may see follows from its role and what it is tied to, and is nothing when in doubt."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.people.reach import EVERYTHING, NOTHING, Reach, reach_of
from core.people.roles import Role
from core.people.service import BadTie, NoSuchStaff, add_staff, tie_staff
from tests.hand_clock import START

PASSWORD = "correct horse 9"
YIZHOU = "451203"


@pytest.fixture
def session(sqlite_engine: Engine) -> Iterator[Session]:
    with Session(sqlite_engine) as session:
        yield session


@pytest.mark.parametrize(
    ("role", "county_code", "unit_code", "reach"),
    [
        (Role.OFFICE, "", "", EVERYTHING),
        (Role.AUDITOR, "", "", EVERYTHING),
        (Role.COUNTY, YIZHOU, "", Reach("county", YIZHOU)),
        (Role.LIAISON, YIZHOU, "", Reach("county", YIZHOU)),
        (Role.LIAISON, "", "U017", Reach("unit", "U017")),
        (Role.COUNTY, "", "", NOTHING),
        (Role.COUNTY, "", "U017", NOTHING),
        (Role.LIAISON, "", "", NOTHING),
        (Role.INTERVIEWER, YIZHOU, "", NOTHING),
        (Role.SUPERVISOR, "", "U017", NOTHING),
    ],
)
def test_a_role_and_its_tie_say_how_far_an_account_reaches(
    role: Role, county_code: str, unit_code: str, reach: Reach
) -> None:
    assert reach_of(role, county_code, unit_code) == reach


def test_a_county_takes_in_what_lies_in_it_and_nothing_else() -> None:
    county = Reach("county", YIZHOU)

    assert county.takes_in_place("451203101")
    assert not county.takes_in_place("451225101")
    assert not county.takes_in_unit("U017")


def test_a_unit_takes_in_itself_only() -> None:
    unit = Reach("unit", "U017")

    assert unit.takes_in_unit("U017")
    assert not unit.takes_in_unit("U01")
    assert not unit.takes_in_place(YIZHOU)


def test_nothing_takes_in_nothing_and_everything_all() -> None:
    assert not NOTHING.takes_in_place("")
    assert not NOTHING.takes_in_unit("")
    assert EVERYTHING.takes_in_place(YIZHOU)
    assert EVERYTHING.takes_in_unit("U017")


def test_an_account_is_tied_to_one_thing_at_a_time(session: Session) -> None:
    add_staff(session, "李小红", Role.LIAISON, PASSWORD, START)

    tie_staff(session, "李小红", county_code=YIZHOU)
    staff = tie_staff(session, "李小红", unit_code="U017")

    assert (staff.county_code, staff.unit_code) == ("", "U017")


@pytest.mark.parametrize(
    ("role", "county_code", "unit_code"),
    [
        (Role.OFFICE, YIZHOU, ""),
        (Role.COUNTY, "", "U017"),
        (Role.LIAISON, YIZHOU, "U017"),
        (Role.LIAISON, "", ""),
    ],
)
def test_a_tie_that_makes_no_sense_is_refused(
    session: Session, role: Role, county_code: str, unit_code: str
) -> None:
    staff = add_staff(session, "李小红", role, PASSWORD, START)

    with pytest.raises(BadTie):
        tie_staff(session, "李小红", county_code=county_code, unit_code=unit_code)
    assert (staff.county_code, staff.unit_code) == ("", "")


def test_nobody_is_tied_by_a_wrong_name(session: Session) -> None:
    with pytest.raises(NoSuchStaff):
        tie_staff(session, "没有的人", unit_code="U017")
