"""
What people do about messages: send one anew, say that they telephoned, let sending go on.

Takes a session, never commits. Who did it stands in the history.
"""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound, Refused
from core.outbox import gate
from core.outbox.kinds import TO_RESIDENTS
from core.outbox.models import OutboxEvent, OutboxHalt, OutboxMessage, OutboxPace
from core.outbox.states import STATE_WORDS, Happened, Reason, State

# What a person may send anew: none of these is tried again by the program.
CAN_RESEND = (State.UNSURE, State.FAILED, State.BLOCKED, State.WITHDRAWN)


class NoSuchMessage(NotFound):
    """There is no message of this number."""

    say = "没有这条消息。"


class NotNow(Refused):
    """The message's state does not allow it."""


def resend(session: Session, message_id: int, staff_id: int | None, now: datetime) -> None:
    """
    Send it anew, as another message: the person may get it twice if the first one arrived after all.

    NotNow while the program is still at it, when it has arrived, or when the platform reviewed it (WeChat
    docs, template messages, 40252: such a message must not be sent again).
    """
    message = _locked(session, message_id)
    if message.reason == Reason.REVIEW:
        raise NotNow("微信在审核这条消息，通过后它自己会发，不能重发。着急的话请打电话。")
    if message.state not in CAN_RESEND:
        words = STATE_WORDS[message.state]
        raise NotNow(f"这条消息{words}，不用重发。只有不确定、没发成、被拒收、已撤回的能重发。")
    message.state = State.QUEUED
    message.edition += 1
    message.channel = message.refused = message.reason = message.call = message.platform_id = ""
    message.tries = 0
    message.code = message.unsure_since = message.send_before = message.settled_at = None
    message.next_try_at = now
    _note(session, message, Happened.RESENT, staff_id, now)


def mark_called(session: Session, message_id: int, staff_id: int, now: datetime) -> None:
    """They were told by telephone. Saying so twice changes nothing; NotNow when no call is needed."""
    message = _locked(session, message_id)
    if message.call == "done":
        return
    is_unsure = message.state == State.UNSURE and message.kind not in TO_RESIDENTS
    if message.call != "needed" and not is_unsure:
        raise NotNow("这条消息不用打电话。")
    message.call, message.called_at, message.called_by = "done", now, staff_id
    _note(session, message, Happened.CALLED, staff_id, now)


def mark_uncalled(session: Session, message_id: int, staff_id: int, now: datetime) -> None:
    """They were not told by telephone after all."""
    message = _locked(session, message_id)
    if message.call != "done":
        return
    message.call = "" if message.state == State.UNSURE else "needed"
    message.called_at = message.called_by = None
    _note(session, message, Happened.UNCALLED, staff_id, now)


def go_on(session: Session, scope: str, staff_id: int | None, now: datetime) -> int:
    """Let sending go on (`scope` '' for all, or a kind of message); how many halts were ended."""
    connection = session.connection()
    gate.lock_gate(connection, now)
    ended = connection.execute(
        update(OutboxHalt)
        .where(OutboxHalt.scope == scope, gate.is_active(now))
        .values(ended_at=now, ended_by=staff_id)
    ).rowcount
    if scope == gate.ALL:
        connection.execute(update(OutboxPace).where(OutboxPace.id == gate.ONLY_ROW).values(trouble=0))
    return ended


def _locked(session: Session, message_id: int) -> OutboxMessage:
    message = session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update())
    if message is None:
        raise NoSuchMessage
    return message


def _note(
    session: Session, message: OutboxMessage, what: Happened, staff_id: int | None, now: datetime
) -> None:
    session.execute(
        insert(OutboxEvent).values(
            message_id=message.id, at=now, what=what, edition=message.edition, channel=message.channel,
            staff_id=staff_id,
        )
    )  # fmt: skip
