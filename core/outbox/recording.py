"""
What became of a send, written when it is over: one short transaction for several.

Whoever comes too late (the claim lapsed, and somebody else claimed the message or a person sent it anew)
writes nothing. An outcome nobody knows is tried again only where the platform knows that it is the same
message: by template, within ten minutes of the first send.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, or_, select, update

from core.outbox import gate
from core.outbox.claiming import MARGIN, WINDOW, Claim
from core.outbox.models import CALL_NEEDED, OutboxEvent, OutboxMessage
from core.outbox.receipts import apply_early_receipts
from core.outbox.recipients import Recipients
from core.outbox.sender import NotSent, Then
from core.outbox.states import Channel, Happened, Reason, State

log = logging.getLogger(__name__)

# How long to wait after the first, second, third send without an answer; then it is for a person. Together
# with the sends themselves well within the ten minutes.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (15, 60, 180))
PAUSE_AFTER_REFUSAL = timedelta(seconds=15)
TRIES_OF_KIND = 2
PAUSE_FOR_TOKEN = timedelta(minutes=5)
# WeChat docs, template messages, 40252: what passes goes out within 30 minutes.
REVIEW_TAKES = timedelta(minutes=35)

# What happened before the platform was asked, or instead of an answer.
_SAYS_NOTHING = frozenset({Then.NOT_BEGUN, Then.TRY_AGAIN, Then.REFUSED_TOKEN})
# After these no message should leave that was claimed before.
HALTS = frozenset(
    {Then.PAUSE_MINUTE, Then.REFUSED_TOKEN, Then.PAUSE_UNTIL_MIDNIGHT, Then.STOP_KIND, Then.STOP_ALL}
)

# A claim that lapsed meanwhile left one of the other two; what we know is better.
OPEN = (State.SENDING, State.QUEUED, State.UNSURE)
_ROW = OutboxMessage.__table__
_SENT = (
    update(_ROW)  # type: ignore[arg-type]
    .where(_ROW.c.id == bindparam("the_id"), _ROW.c.edition == bindparam("the_edition"))
    .where(_ROW.c.attempts == bindparam("the_attempts"))
    # Spelled out: a list that grows cannot be part of a statement for many rows.
    .where(or_(*(_ROW.c.state == state for state in OPEN)))
)

Outcome = str | NotSent  # the platform's number, or why not


@dataclass(frozen=True, slots=True)
class Done:
    """A send that is over."""

    claim: Claim
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is written into the row and into its history."""

    what: Happened
    values: dict[str, Any]

    @property
    def state(self) -> str:
        """How the message stands then."""
        return str(self.values["state"])


@dataclass(frozen=True, slots=True)
class _Written:
    """An outcome that was written; `is_ours`: into a row that was still this worker's."""

    done: Done
    decision: _Decision
    is_ours: bool

    @property
    def claim(self) -> Claim:
        """What was claimed."""
        return self.done.claim

    @property
    def error(self) -> NotSent | None:
        """Why it was not sent."""
        return self.done.outcome if isinstance(self.done.outcome, NotSent) else None

    @property
    def code(self) -> int | None:
        """The platform's errcode."""
        return self.error.code if self.error else None

    @property
    def state(self) -> str:
        """What the message came to."""
        return self.decision.state if self.is_ours else "too_late"


def record(engine: Engine, done: Sequence[Done], recipients: Recipients, now: datetime) -> list[str]:
    """Write the outcomes; the state each message came to, `too_late` for what was no longer ours."""
    with engine.begin() as connection:
        if any(isinstance(each.outcome, NotSent) for each in done):
            for each in done:
                _take_note(connection, each, recipients, now)
            written = [_write(connection, each, now) for each in done]
        else:
            gate.answered(connection)
            written = _write_sent(connection, done, now)
        _write_history(connection, [each for each in written if each.is_ours], now)
    for one in written:
        _say(one)
    return [one.state for one in written]


def _write_sent(connection: Connection, done: Sequence[Done], now: datetime) -> list[_Written]:
    """All of them left, which is nearly always so: one statement."""
    decisions = [decided(each.claim, each.outcome, now) for each in done]
    changed = connection.execute(
        _SENT,
        [
            {
                "the_id": each.claim.id,
                "the_edition": each.claim.edition,
                "the_attempts": each.claim.attempts,
                **decision.values,
            }
            for each, decision in zip(done, decisions, strict=True)
        ],
    ).rowcount
    ours = {each.claim.id for each in done}
    if changed != len(done):
        mine = select(OutboxMessage.id).where(OutboxMessage.id.in_(ours), OutboxMessage.settled_at == now)
        ours = set(connection.scalars(mine.where(OutboxMessage.state == State.SENT)))
    return [
        _Written(each, decision, each.claim.id in ours)
        for each, decision in zip(done, decisions, strict=True)
    ]


def _write(connection: Connection, done: Done, now: datetime) -> _Written:
    claim = done.claim
    decision = decided(claim, done.outcome, now)
    changed = connection.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == claim.id,
            OutboxMessage.edition == claim.edition,
            OutboxMessage.attempts == claim.attempts,
            OutboxMessage.state.in_(OPEN),
        )
        .values(**decision.values)
    )
    return _Written(done, decision, changed.rowcount == 1)


def _write_history(connection: Connection, written: Sequence[_Written], now: datetime) -> None:
    """A line for each, and the receipts that came before we knew what they were about."""
    if not written:
        return
    connection.execute(
        insert(OutboxEvent),
        [
            {
                "message_id": each.claim.id, "at": now, "what": each.decision.what,
                "edition": each.claim.edition, "channel": each.claim.letter.channel, "code": each.code,
            }
            for each in written
        ],
    )  # fmt: skip
    sent = {each.claim.id: each.decision.values["platform_id"] for each in written if each.error is None}
    apply_early_receipts(connection, sent, now)


def _say(written: _Written) -> None:
    claim, error = written.claim, written.error
    log.log(
        logging.WARNING if error else logging.INFO,
        "outbox_sent" if error is None else "outbox_not_sent",
        extra={
            "id": claim.id, "channel": claim.letter.channel, "state": written.state, "code": written.code,
        },
    )  # fmt: skip


def _take_note(connection: Connection, done: Done, recipients: Recipients, now: datetime) -> None:
    """What this outcome means for all the others, and for whom it went to."""
    claim = done.claim
    error = done.outcome if isinstance(done.outcome, NotSent) else None
    if error is not None and error.then is Then.UNFOLLOWED:
        recipients.mark_unfollowed(connection, claim.recipient, now)
    if error is None or error.then not in _SAYS_NOTHING:
        gate.answered(connection)
    if error is None:
        return
    words = str(error)
    match error.then:
        case Then.TRY_AGAIN:
            gate.not_answered(connection, error.code, words, now)
        case Then.PAUSE_MINUTE:
            until = now + timedelta(minutes=1)
            gate.halt(connection, gate.ALL, error.code, words, now, until, is_alarm=False)
        case Then.REFUSED_TOKEN:
            until = now + PAUSE_FOR_TOKEN
            gate.halt(connection, gate.ALL, error.code, words, now, until, is_alarm=True)
        case Then.PAUSE_UNTIL_MIDNIGHT:
            gate.halt(connection, gate.ALL, error.code, words, now, gate.after_midnight(now), is_alarm=True)
        case Then.STOP_ALL:
            gate.halt(connection, gate.ALL, error.code, words, now, None, is_alarm=True)
        case Then.STOP_KIND if claim.tries >= TRIES_OF_KIND:
            gate.halt(connection, claim.letter.kind, error.code, words, now, None, is_alarm=True)
        case _:
            pass


def decided(claim: Claim, outcome: Outcome, now: datetime) -> _Decision:
    """What a send came to. Pure."""
    if not isinstance(outcome, NotSent):
        number = outcome or claim.mark
        values = {"state": State.SENT, "platform_id": number, "settled_at": now, "unsure_since": None}
        return _Decision(Happened.SENT, values | {"reason": "", "code": None})
    if outcome.is_unsure:
        return _unsure(claim, outcome, now)
    trouble = {"code": outcome.code, "unsure_since": claim.unsure_before}
    match outcome.then:
        case Then.NOT_BEGUN:
            return _later(trouble | {"code": None}, now, claim.tries - 1)
        case Then.IN_REVIEW:
            values = {"state": State.REVIEW, "reason": Reason.REVIEW, "settled_at": now}
            return _Decision(Happened.REVIEW, trouble | values | {"next_try_at": now + REVIEW_TAKES})
        case Then.NEXT_CHANNEL | Then.UNFOLLOWED | Then.GIVE_UP | Then.FIX_CONTENT:
            if claim.unsure_before is not None:
                # An earlier send may have arrived all the same.
                return _for_a_person(outcome.code, now)
            return _not_this_way(claim, outcome, now, trouble)
        case Then.STOP_KIND:
            tries = 0 if claim.tries >= TRIES_OF_KIND else claim.tries
            return _later(trouble, now + PAUSE_AFTER_REFUSAL, tries)
        case _:
            # Not this message's fault: the try does not count.
            return _later(trouble, now + PAUSE_AFTER_REFUSAL, claim.tries - 1)


def _unsure(claim: Claim, outcome: NotSent, now: datetime) -> _Decision:
    can_repeat = claim.letter.channel == Channel.TEMPLATE and claim.tries <= len(PAUSES)
    if can_repeat:
        again = now + PAUSES[claim.tries - 1]
        if again < claim.unsure_since + WINDOW - MARGIN:
            values = {"state": State.QUEUED, "next_try_at": again, "reason": Reason.NO_ANSWER}
            return _Decision(Happened.AGAIN, values | {"code": outcome.code})
    return _for_a_person(outcome.code, now)


def _for_a_person(code: int, now: datetime) -> _Decision:
    values = {"state": State.UNSURE, "reason": Reason.NO_ANSWER, "code": code, "settled_at": now}
    return _Decision(Happened.UNSURE, values)


def _not_this_way(claim: Claim, outcome: NotSent, now: datetime, trouble: dict[str, Any]) -> _Decision:
    if outcome.then in (Then.GIVE_UP, Then.FIX_CONTENT):
        reason = Reason.CONTENT if outcome.then is Then.FIX_CONTENT else Reason.REFUSED
        values = {"state": State.FAILED, "reason": reason, "settled_at": now, "call": CALL_NEEDED}
        return _Decision(Happened.FAILED, trouble | values)
    refused = ",".join(sorted(claim.refused | {claim.letter.channel}))
    values = {"state": State.QUEUED, "refused": refused, "next_try_at": now, "tries": 0}
    return _Decision(Happened.REFUSED, trouble | values | {"reason": Reason.REFUSED})


def _later(trouble: dict[str, Any], again: datetime, tries: int) -> _Decision:
    values = {"state": State.QUEUED, "next_try_at": again, "tries": tries, "reason": Reason.BUSY}
    return _Decision(Happened.AGAIN, trouble | values)
