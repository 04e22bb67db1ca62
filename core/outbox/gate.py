"""
Whether anything may leave now, and when: the pace all workers share, pauses, and stops that wait for a
person.

The row of `outbox_pace` is locked by whoever asks, so workers take their turns one after the other.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from core.clock import SHANGHAI, local_day
from core.outbox.models import OutboxHalt, OutboxPace

log = logging.getLogger(__name__)

ONLY_ROW = 1
ALL = ""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# So many sends in a row without an answer, and everybody waits: each of them may have reached somebody.
TROUBLE_HALTS = 3
# From so many on it is told as an alarm; the pauses have grown to a minute by then.
TROUBLE_ALARMS = 5
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120))
# The platform's day is Shanghai's; five minutes for clocks that differ.
FIVE_PAST_MIDNIGHT = time(0, 5)


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate lets through: nothing when `is_shut`, none of `shut_kinds`, nothing before `free_at`."""

    is_shut: bool
    shut_kinds: frozenset[str]
    free_at: datetime
    trouble: int

    @property
    def is_probing(self) -> bool:
        """Whether one message at a time is tried."""
        return self.trouble >= TROUBLE_HALTS


def is_active(now: datetime) -> ColumnElement[bool]:
    """Which halts hold at this moment."""
    return and_(OutboxHalt.ended_at.is_(None), or_(OutboxHalt.until.is_(None), OutboxHalt.until > now))


def lock_gate(connection: Connection, now: datetime) -> Gate:
    """The gate, nobody else's until the transaction ends."""
    query = select(OutboxPace.free_at, OutboxPace.trouble).where(OutboxPace.id == ONLY_ROW)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    pace = connection.execute(query).one()
    scopes = set(connection.scalars(select(OutboxHalt.scope).where(is_active(now))))
    return Gate(ALL in scopes, frozenset(scopes - {ALL}), pace.free_at, pace.trouble)


def take_until(connection: Connection, free_at: datetime) -> None:
    """Messages that were claimed leave until then."""
    connection.execute(update(OutboxPace).where(OutboxPace.id == ONLY_ROW).values(free_at=free_at))


def answered(connection: Connection) -> None:
    """The platform answered: whatever trouble there was is over."""
    connection.execute(
        update(OutboxPace).where(OutboxPace.id == ONLY_ROW, OutboxPace.trouble != 0).values(trouble=0)
    )


def not_answered(connection: Connection, code: int, words: str, now: datetime) -> None:
    """The platform did not answer; after some of these all wait, longer each time."""
    gate = lock_gate(connection, now)
    if gate.is_shut:
        return
    trouble = gate.trouble + 1
    connection.execute(update(OutboxPace).where(OutboxPace.id == ONLY_ROW).values(trouble=trouble))
    if trouble >= TROUBLE_HALTS:
        pause = PAUSES[min(trouble - TROUBLE_HALTS, len(PAUSES) - 1)]
        halt(connection, ALL, code, words, now, now + pause, is_alarm=trouble >= TROUBLE_ALARMS)


def halt(
    connection: Connection,
    scope: str,
    code: int,
    words: str,
    now: datetime,
    until: datetime | None,
    *,
    is_alarm: bool,
) -> None:
    """Let everything (or one kind) wait until then, or with None for a person; a longer halt stays."""
    gate = lock_gate(connection, now)
    if scope in gate.shut_kinds or (scope == ALL and gate.is_shut):
        there = connection.execute(
            select(OutboxHalt.id, OutboxHalt.until).where(OutboxHalt.scope == scope, is_active(now))
        ).first()
        if there is not None and (there.until is None or (until is not None and there.until >= until)):
            return
        connection.execute(
            update(OutboxHalt).where(OutboxHalt.scope == scope, is_active(now)).values(ended_at=now)
        )
    connection.execute(
        insert(OutboxHalt).values(
            scope=scope, code=code, words=words, since=now, until=until, is_alarm=is_alarm
        )
    )
    log.log(
        logging.ERROR if is_alarm else logging.WARNING,
        "outbox_halted",
        extra={"scope": scope or "all", "code": code, "until": until.isoformat() if until else "a person"},
    )


def end_of_pauses(connection: Connection, now: datetime) -> None:
    """Note of pauses that are over that they are."""
    connection.execute(
        update(OutboxHalt)
        .where(OutboxHalt.ended_at.is_(None), OutboxHalt.until <= now)
        .values(ended_at=OutboxHalt.until)
    )


def after_midnight(now: datetime) -> datetime:
    """When the day's calls are given anew."""
    return datetime.combine(local_day(now) + timedelta(days=1), FIVE_PAST_MIDNIGHT, SHANGHAI)
