"""Two who act at once, and taking an act back within its minute."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.errors import NotFound, Refused
from core.rectification.authors import Author
from core.rectification.details import Details
from core.rectification.models import Item
from core.rectification.service import (
    ChangedMeanwhile,
    TooLateToUndo,
    do,
    withdraw,
)
from core.rectification.timeline import timeline
from core.rectification.words import Act, State
from tests.hand_clock import START
from tests.rectification.cast import (
    OFFICE,
    STRANGER,
    UNITS_LIAISON,
    WHY,
    claimed,
    make_item,
)


def test_who_acts_from_an_old_page_is_told_what_happened_meanwhile(session: Session) -> None:
    number = make_item(session).number
    do(session, number, Act.CLAIM, UNITS_LIAISON, START, seen_version=1)

    with pytest.raises(ChangedMeanwhile, match="12月1日 09:00，领取"):
        do(session, number, Act.ASK_EXTENSION, UNITS_LIAISON, START, WHY, seen_version=1)


def test_an_act_is_taken_back_within_its_minute_and_stays_in_the_log(session: Session) -> None:
    number = make_item(session).number
    done = do(session, number, Act.CLAIM, UNITS_LIAISON, START)
    assert done.undo_until == START + timedelta(seconds=60)

    withdraw(session, done.act_id, UNITS_LIAISON, START + timedelta(seconds=59))

    assert session.get_one(Item, number).state == State.ASSIGNED
    entries = timeline(session, number, UNITS_LIAISON, START)
    assert [(each.act, each.is_withdrawn) for each in entries] == [
        (Act.WITHDRAW, False),
        (Act.CLAIM, True),
        (Act.ASSIGN, False),
    ]


@pytest.mark.parametrize(
    ("who", "seconds", "words"),
    [(UNITS_LIAISON, 60, "过了60秒"), (STRANGER, 1, "没有这一条"), (OFFICE, 1, "只能撤回自己刚办的")],
)
def test_an_act_is_not_taken_back_late_or_by_others(
    session: Session, who: Author, seconds: int, words: str
) -> None:
    done = do(session, make_item(session).number, Act.CLAIM, UNITS_LIAISON, START)

    with pytest.raises((Refused, NotFound), match=words):
        withdraw(session, done.act_id, who, START + timedelta(seconds=seconds))


def test_an_act_that_somebody_answered_already_is_not_taken_back(session: Session) -> None:
    number = claimed(session)
    done = do(session, number, Act.APPLY, UNITS_LIAISON, START, Details(text="好了"))
    do(session, number, Act.CLOSE, OFFICE, START)

    with pytest.raises(TooLateToUndo, match="后来又有人办过"):
        withdraw(session, done.act_id, UNITS_LIAISON, START)
