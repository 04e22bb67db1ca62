"""Who hears of which act, and from when."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core.rectification.details import Details
from core.rectification.notices import Notice, notices_between
from core.rectification.service import (
    do,
    withdraw,
)
from core.rectification.words import Act
from tests.hand_clock import START
from tests.rectification.cast import (
    COUNTY,
    COUNTY_DESK,
    COUNTYS_LIAISON,
    OTHER_UNIT,
    UNIT,
    UNITS_LIAISON,
    claimed,
    make_item,
)


def told(session: Session, minutes: float = 10) -> list[Notice]:
    return list(notices_between(session, START - timedelta(days=1), START + timedelta(minutes=minutes)))


def test_the_lead_and_those_who_assist_hear_of_a_new_item(session: Session) -> None:
    make_item(session, assist=(OTHER_UNIT,))

    assert [(each.act, each.lead_codes) for each in told(session)] == [(Act.ASSIGN, (UNIT, OTHER_UNIT))]


def test_others_hear_of_a_liaisons_act_after_its_minute_and_never_of_one_taken_back(session: Session) -> None:
    number = claimed(session)
    done = do(session, number, Act.APPLY, UNITS_LIAISON, START, Details(text="好了"))
    assert [each.act for each in told(session, minutes=0.9)] == [Act.ASSIGN]
    assert [(each.act, each.to_office) for each in told(session)][-1] == (Act.APPLY, True)

    withdraw(session, done.act_id, UNITS_LIAISON, START + timedelta(seconds=5))

    assert [each.act for each in told(session)] == [Act.ASSIGN]


def test_a_county_that_verifies_first_hears_of_the_application_and_the_office_after_it(
    session: Session,
) -> None:
    number = claimed(session, lead=COUNTY, county_first=True)
    do(session, number, Act.APPLY, COUNTYS_LIAISON, START, Details(text="好了"))
    do(session, number, Act.PASS, COUNTY_DESK, START + timedelta(seconds=70))

    assert [(each.act, each.county_code, each.to_office) for each in told(session)][1:] == [
        (Act.APPLY, COUNTY, False),
        (Act.PASS, "", True),
    ]
