"""
Applying the rules, reminding by hand, and what was escalated to the office.

`run` may be called by any number of workers as often as they like: one at a time plans and writes, in one
transaction, and what was said once is never said again.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.orm import Session

from core.clock import local, local_day
from core.errors import NotFound, Refused
from core.liaisons.recipients import recipients
from core.outbox.kinds import Kind
from core.outbox.queueing import queue
from core.rectification.words import IN_HAND
from core.reminders import wording
from core.reminders.models import Reminder, ReminderRun
from core.reminders.occasions import ItemFacts, Level, standing_words
from core.reminders.planning import ONLY_ROW, Plan, facts_of, make_plan, message_of
from core.reminders.rules import Rules
from core.workdays.service import load_workdays

log = logging.getLogger(__name__)

# Without anything to say, how far the log was read is noted only this often.
NOTE_EVERY = timedelta(minutes=5)
# Somebody who presses twice urges once.
URGE_MINUTES = 10


class NothingToUrge(Refused):
    """Nobody to urge, or nothing to urge them about."""


class NoSuchReminder(NotFound):
    """There is no such reminder."""

    say = "没有这条提醒。"


@dataclass(frozen=True, slots=True)
class Fired:
    """How often a rule fired, and when last; None when never."""

    count: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Escalated:
    """Something the office should see to itself."""

    id: int
    rule: str
    item_number: int
    code: str
    words: str
    at: datetime


# The rules -----------------------------------------------------------------------------------------------


def run(engine: Engine, rules: Rules, now: datetime, *, any_time: bool = False) -> Counter[str]:
    """Apply the rules once; how many reminders of which rule."""
    with Session(engine.connect().execution_options(read_only=True)) as looking:
        plan = make_plan(looking, rules, load_workdays(looking.connection(), any_time=any_time), now)
        until = looking.scalar(select(ReminderRun.acts_until).where(ReminderRun.id == ONLY_ROW))
        looking.connection().close()
    if not plan.fired and until is not None and now - until < NOTE_EVERY:
        return Counter()
    with Session(engine) as session, session.begin():
        _take_turns(session)
        workdays = load_workdays(session.connection(), any_time=any_time)
        plan = make_plan(session, rules, workdays, now)
        _write(session, plan)
        _note_run(session, now)
    counts = Counter(each.rule for each in plan.fired)
    if counts:
        log.info("reminders_queued", extra={"messages": len(plan.messages), **counts})
    return counts


def preview(session: Session, rules: Rules, now: datetime, *, any_time: bool = False) -> Plan:
    """What `run` would do at `now`. Writes nothing."""
    return make_plan(session, rules, load_workdays(session.connection(), any_time=any_time), now)


def _take_turns(session: Session) -> None:
    # On SQLite the transaction itself holds the only write lock from its start.
    session.execute(select(ReminderRun.id).where(ReminderRun.id == ONLY_ROW).with_for_update())


def _write(session: Session, plan: Plan) -> None:
    if plan.fired:
        session.execute(
            insert(Reminder),
            [
                {
                    "rule": each.rule, "item_number": each.number, "occasion": each.key, "level": each.level,
                    "code": each.code, "words": each.words, "fired_at": plan.at,
                }
                for each in plan.fired
            ],
        )  # fmt: skip
    queue(session.connection(), [each.message for each in plan.messages], plan.at)


def _note_run(session: Session, now: datetime) -> None:
    session.execute(update(ReminderRun).where(ReminderRun.id == ONLY_ROW).values(acts_until=now, ran_at=now))


# By hand -------------------------------------------------------------------------------------------------


def urge_item(session: Session, number: int, now: datetime) -> int:
    """Remind of one item now; how many messages. NothingToUrge says why there are none."""
    items = [item for item in facts_of(session, [number]) if item.state in IN_HAND]
    if not items:
        raise NothingToUrge(f"{number}号现在不在单位手里，不用催。")
    return _urge(session, items, f"item{number}", now)


def urge_unit(session: Session, code: str, now: datetime) -> int:
    """Remind one county or unit of all it has in hand."""
    items = [item for item in facts_of(session, None) if item.lead_code == code]
    if not items:
        raise NothingToUrge("这个单位手里没有要办的事项，不用催。")
    return _urge(session, items, f"unit{code}", now)


def urge_overdue(session: Session, now: datetime) -> int:
    """Remind everybody of what is overdue."""
    today = local_day(now)
    items = [item for item in facts_of(session, None) if item.deadline < today]
    if not items:
        raise NothingToUrge("现在没有超期的事项。")
    return _urge(session, items, "overdue", now)


def _urge(session: Session, items: Sequence[ItemFacts], scope: str, now: datetime) -> int:
    today = local_day(now)
    people = recipients(session.connection(), {item.lead_code for item in items}, today)
    there = local(now)
    stamp = f"{there:%Y%m%d%H}{there.minute // URGE_MINUTES}"
    messages = []
    for code, unit in people.items():
        lines = [_line(item, today) for item in items if item.lead_code == code]
        for person in unit:
            key = f"urge:{scope}:{person.liaison_id}:{stamp}"
            messages.append(message_of(Kind.URGE, key, person, lines, None))
    if not messages:
        raise NothingToUrge("这些单位都还没有联络员，请先在“联络员”里添加。")
    written = queue(session.connection(), messages, now)
    if not written:
        raise NothingToUrge("刚才已经催过了，请过十分钟再催。")
    return len(written)


def _line(item: ItemFacts, today: date) -> wording.Line:
    words, urgency = standing_words(item, today)
    return wording.Line(item.number, item.category, item.deadline, words, urgency)


# What the office sees ------------------------------------------------------------------------------------


def fired(session: Session) -> dict[str, Fired]:
    """By rule: how many reminders there were, and when the last one."""
    rows = session.execute(
        select(Reminder.rule, func.count(), func.max(Reminder.fired_at)).group_by(Reminder.rule)
    )
    return {rule: Fired(count, last_at) for rule, count, last_at in rows}


def escalated(session: Session, limit: int = 200) -> list[Escalated]:
    """What was escalated to the office and nobody has dealt with, oldest first."""
    rows = session.execute(
        select(Reminder)
        .where(Reminder.level == Level.OFFICE, Reminder.seen_at.is_(None))
        .order_by(Reminder.fired_at, Reminder.id)
        .limit(limit)
    ).scalars()
    return [Escalated(row.id, row.rule, row.item_number, row.code, row.words, row.fired_at) for row in rows]


def count_escalated(session: Session) -> int:
    """How many that list has."""
    query = select(func.count()).where(Reminder.level == Level.OFFICE, Reminder.seen_at.is_(None))
    return session.scalar(query) or 0


def mark_seen(session: Session, reminder_id: int, staff_id: int | None, now: datetime) -> None:
    """The office has dealt with it; None for `staff_id` takes that back."""
    reminder = session.get(Reminder, reminder_id)
    if reminder is None or reminder.level != Level.OFFICE:
        raise NoSuchReminder
    reminder.seen_at, reminder.seen_by = (now, staff_id) if staff_id is not None else (None, None)
