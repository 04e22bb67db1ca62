"""
What the platform says became of a message: TEMPLATESENDJOBFINISH and `subscribe_msg_sent_event`.

A receipt may come before we know the message's number (the worker that sent it died, or is slow to write):
it is kept and applied as soon as the number is known. A notice is found by its mark (`notice_marks`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.outbox.models import CALL_NEEDED, OutboxEvent, OutboxMessage, OutboxReceipt
from core.outbox.states import Happened, Reason, State

KEEP_STRAYS = timedelta(days=3)
# Messages whose receipt may still come.
AWAITED = (State.SENT, State.REVIEW, State.UNSURE)

_VALUES: dict[State, dict[str, Any]] = {
    State.DELIVERED: {"state": State.DELIVERED, "reason": "", "code": None},
    State.BLOCKED: {"state": State.BLOCKED, "reason": Reason.BLOCKED, "call": CALL_NEEDED},
    State.FAILED: {"state": State.FAILED, "reason": Reason.SYSTEM, "call": CALL_NEEDED},
}
_HAPPENED = {
    State.DELIVERED: Happened.DELIVERED,
    State.BLOCKED: Happened.BLOCKED,
    State.FAILED: Happened.FAILED,
}


def state_said(status: str) -> State:
    """
    What a receipt's status means.

    WeChat docs, template messages: `success`, `failed:user block`, `failed: system failed`; spaces differ.
    """
    plain = status.replace(" ", "").lower()
    if plain == "success":
        return State.DELIVERED
    return State.BLOCKED if "block" in plain or "refuse" in plain else State.FAILED


def note_receipt(connection: Connection, number: str, status: str, now: datetime, mark: str = "") -> None:
    """
    A receipt came. Twice the same, or one for a message that is no longer waited for, changes nothing.

    `mark` for a notice, whose number we were not told.
    """
    state = state_said(status)
    query = select(OutboxMessage.id).where(OutboxMessage.platform_id == number)
    found = connection.scalar(query) if number else None
    if found is not None:
        _apply(connection, found, state, now)
    elif mark:
        _note_by_mark(connection, mark, state, now)
    elif number:
        _keep(connection, number, state, now)


def _note_by_mark(connection: Connection, mark: str, state: State, now: datetime) -> None:
    """The oldest that waits is meant; one that is being sent hears of it when that is over."""
    known = select(OutboxMessage.id).where(OutboxMessage.platform_id == mark).order_by(OutboxMessage.id)
    waits = connection.scalar(known.where(OutboxMessage.state.in_(AWAITED)).limit(1))
    if waits is not None:
        _apply(connection, waits, state, now)
    elif connection.scalar(known.where(OutboxMessage.state == State.SENDING).limit(1)) is not None:
        _keep(connection, mark, state, now)


def _keep(connection: Connection, platform_id: str, state: State, now: datetime) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        insert(OutboxReceipt)
        .values(platform_id=platform_id, state=state, at=now)
        .on_conflict_do_nothing(index_elements=[OutboxReceipt.platform_id])
    )


def apply_early_receipts(connection: Connection, numbers: Mapping[int, str], now: datetime) -> None:
    """The numbers of these messages are known now: where a receipt came before, apply it, each once."""
    known = {number for number in numbers.values() if number}
    if not known:
        return
    query = select(OutboxReceipt.platform_id, OutboxReceipt.state).where(OutboxReceipt.platform_id.in_(known))
    early = {row.platform_id: State(row.state) for row in connection.execute(query)}
    for message_id, number in numbers.items():
        if (state := early.pop(number, None)) is not None:
            _apply(connection, message_id, state, now)
            connection.execute(delete(OutboxReceipt).where(OutboxReceipt.platform_id == number))


# Receipts that came in the very moment the number was written: two transactions that overlap do not see one
# another, so neither applied it.
STRAYS = (
    select(OutboxMessage.id, OutboxReceipt.platform_id)
    .join(OutboxReceipt, OutboxReceipt.platform_id == OutboxMessage.platform_id)
    .where(OutboxMessage.state.in_(AWAITED))
    .order_by(OutboxMessage.id)
)


def apply_strays(connection: Connection, now: datetime) -> int:
    """Apply the `STRAYS`; how many."""
    matches = connection.execute(STRAYS).all()
    for row in matches:
        apply_early_receipts(connection, {row.id: row.platform_id}, now)
    return len(matches)


def forget_receipts(connection: Connection, now: datetime) -> int:
    """Forget those that no message ever claimed; how many."""
    return connection.execute(delete(OutboxReceipt).where(OutboxReceipt.at < now - KEEP_STRAYS)).rowcount


def _apply(connection: Connection, message_id: int, state: State, now: datetime) -> None:
    changed = connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state.in_(AWAITED))
        .values(**_VALUES[state], settled_at=now)
        .returning(OutboxMessage.edition, OutboxMessage.channel)
    ).first()
    if changed is not None:
        connection.execute(
            insert(OutboxEvent).values(
                message_id=message_id, at=now, what=_HAPPENED[state], edition=changed.edition,
                channel=changed.channel,
            )
        )  # fmt: skip
