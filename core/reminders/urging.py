"""
Reminding now, by a person's button: of one item, of one unit's, of all that is overdue.

First it is looked up what would go out and to whom, so that a person can be asked (`Urging`); only `urge`
writes. Who presses twice within ten minutes urges once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.clock import local, local_day
from core.errors import Refused
from core.liaisons.recipients import recipients
from core.outbox.kinds import Kind
from core.outbox.queueing import known_keys, queue
from core.rectification.words import IN_HAND
from core.reminders import wording
from core.reminders.occasions import ItemFacts, standing_words
from core.reminders.planning import Planned, facts_of, message_of

URGE_MINUTES = 10


class NothingToUrge(Refused):
    """Nobody to urge, or nothing to urge them about."""


@dataclass(frozen=True, slots=True)
class Urging:
    """
    What would go out: a message a person. `items` is how many they are told of, all together.

    `without_liaison`: counties and units that have something in hand and nobody to be told.
    """

    messages: tuple[Planned, ...]
    items: int
    without_liaison: tuple[str, ...]


def of_item(session: Session, number: int, now: datetime) -> Urging:
    """Remind of one item. NothingToUrge, here and below, says why nothing would go out."""
    items = [item for item in facts_of(session, [number]) if item.state in IN_HAND]
    if not items:
        raise NothingToUrge(f"{number}号现在不在单位手里，不用催。")
    return _planned(session, items, f"item{number}", now)


def of_unit(session: Session, code: str, now: datetime) -> Urging:
    """Remind one county or unit of all it has in hand."""
    items = [item for item in facts_of(session, None) if item.lead_code == code]
    if not items:
        raise NothingToUrge("这个单位手里没有要办的事项，不用催。")
    return _planned(session, items, f"unit{code}", now)


def of_overdue(session: Session, now: datetime) -> Urging:
    """Remind everybody of what is overdue."""
    today = local_day(now)
    items = [item for item in facts_of(session, None) if item.deadline < today]
    if not items:
        raise NothingToUrge("现在没有超期的事项。")
    return _planned(session, items, "overdue", now)


def urge(session: Session, urging: Urging, now: datetime) -> int:
    """Write the messages; how many. NothingToUrge when somebody else did a moment ago."""
    written = queue(session.connection(), [each.message for each in urging.messages], now)
    if not written:
        raise NothingToUrge("刚才已经催过了，请过十分钟再催。")
    return len(written)


def _planned(session: Session, items: Sequence[ItemFacts], scope: str, now: datetime) -> Urging:
    today, there = local_day(now), local(now)
    people = recipients(session.connection(), {item.lead_code for item in items}, today)
    stamp = f"{there:%Y%m%d%H}{there.minute // URGE_MINUTES}"
    planned = []
    for code, unit in people.items():
        lines = [_line(item, today) for item in items if item.lead_code == code]
        for person in unit:
            key = f"urge:{scope}:{person.liaison_id}:{stamp}"
            message = message_of(Kind.URGE, key, person, lines, None)
            planned.append(Planned(message, person.liaison_id, code, person.can_be_pushed))
    if not planned:
        raise NothingToUrge("这些单位都还没有联络员，请先在“联络员”里添加。")
    known = known_keys(session.connection(), [each.message.key for each in planned])
    fresh = tuple(each for each in planned if each.message.key not in known)
    if not fresh:
        raise NothingToUrge("刚才已经催过了，请过十分钟再催。")
    told = {each.code for each in fresh}
    without = tuple(sorted(code for code, unit in people.items() if not unit))
    return Urging(fresh, sum(item.lead_code in told for item in items), without)


def _line(item: ItemFacts, today: date) -> wording.Line:
    words, urgency = standing_words(item, today)
    return wording.Line(item.number, item.category, item.deadline, words, urgency)
