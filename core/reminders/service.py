"""
Applying the rules, and what was escalated to the office. Reminding by hand is `urging`'s.

`run` may be called by any number of workers as often as they like: one at a time plans and writes, in one
transaction, and what was said once is never said again.
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.outbox.queueing import queue
from core.reminders.models import Reminder, ReminderRun
from core.reminders.occasions import Level
from core.reminders.planning import ONLY_ROW, Plan, make_plan
from core.reminders.rules import Rules
from core.workdays.service import load_workdays

log = logging.getLogger(__name__)

# Without anything to say, how far the log was read is noted only this often.
NOTE_EVERY = timedelta(minutes=5)


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
