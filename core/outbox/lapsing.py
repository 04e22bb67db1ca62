"""
What time alone does to messages: claims of dead workers lapse, ten minutes pass, a reminder becomes
useless.

Runs before every round of sending, also while sending is halted. Two workers that do it at once change each
row once.
"""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, or_, select, update

from core.outbox import gate
from core.outbox.claiming import MARGIN, WINDOW
from core.outbox.models import CALL_NEEDED, OutboxEvent, OutboxHalt, OutboxMessage
from core.outbox.receipts import STRAYS, apply_strays
from core.outbox.states import Channel, Happened, Reason, State

log = logging.getLogger(__name__)


def let_lapse(engine: Engine, now: datetime) -> int:
    """Do what is due; how many messages changed. Writes nothing, and locks nothing, when nothing is due."""
    with engine.connect().execution_options(read_only=True) as connection:
        if not _is_anything_due(connection, now):
            return 0
    with engine.begin() as connection:
        gate.end_of_pauses(connection, now)
        changed = sum(_change(connection, *each, now) for each in _lapses(now))
        changed += apply_strays(connection, now)
    if changed:
        log.warning("outbox_lapsed", extra={"messages": changed})
    return changed


def _is_anything_due(connection: Connection, now: datetime) -> bool:
    over = and_(OutboxHalt.ended_at.is_(None), OutboxHalt.until <= now)
    queries = [
        select(OutboxMessage.id).where(or_(*(condition for condition, _, _ in _lapses(now)))),
        select(OutboxHalt.id).where(over),
        STRAYS,
    ]
    return any(connection.scalar(query.limit(1)) is not None for query in queries)


def _lapses(now: datetime) -> Iterator[tuple[ColumnElement[bool], Happened, dict[str, Any]]]:
    """Which messages, what is written into their history, and what into their rows."""
    begun_by = now - WINDOW + MARGIN
    lapsed = and_(OutboxMessage.state == State.SENDING, OutboxMessage.next_try_at <= now)
    can_repeat = and_(OutboxMessage.channel == Channel.TEMPLATE, OutboxMessage.unsure_since > begun_by)
    for_a_person = {"state": State.UNSURE, "settled_at": now}
    again = {"state": State.QUEUED, "next_try_at": now, "reason": Reason.CRASHED}
    yield and_(lapsed, can_repeat), Happened.LAPSED, again
    yield and_(lapsed, ~can_repeat), Happened.UNSURE, for_a_person | {"reason": Reason.CRASHED}
    waits = OutboxMessage.state == State.QUEUED
    out_of_time = and_(waits, OutboxMessage.unsure_since <= begun_by)
    yield out_of_time, Happened.UNSURE, for_a_person | {"reason": Reason.NO_ANSWER}
    useless = and_(waits, OutboxMessage.unsure_since.is_(None), OutboxMessage.send_before <= now)
    failed = {"state": State.FAILED, "reason": Reason.TOO_LATE, "settled_at": now, "call": CALL_NEEDED}
    yield useless, Happened.FAILED, failed
    forgotten = and_(OutboxMessage.state == State.REVIEW, OutboxMessage.next_try_at <= now)
    yield forgotten, Happened.UNSURE, for_a_person


def _change(
    connection: Connection,
    condition: ColumnElement[bool],
    what: Happened,
    values: dict[str, Any],
    now: datetime,
) -> int:
    returned = (OutboxMessage.id, OutboxMessage.edition, OutboxMessage.channel)
    rows = connection.execute(
        update(OutboxMessage).where(condition).values(**values).returning(*returned)
    ).all()
    if rows:
        connection.execute(
            insert(OutboxEvent),
            [
                {
                    "message_id": row.id,
                    "at": now,
                    "what": what,
                    "edition": row.edition,
                    "channel": row.channel,
                }
                for row in rows
            ],
        )
    return len(rows)
