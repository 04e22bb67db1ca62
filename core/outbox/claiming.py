"""
A worker takes messages to send: one short transaction, before anything is sent.

A claim says that this worker is sending, and lapses, so a worker that dies loses nothing (`lapsing`). Which
channel a message takes is decided here, from what is set, whether the person follows, and when they last
wrote.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, func, insert, select, update

from core.outbox import gate
from core.outbox.kinds import TO_RESIDENTS
from core.outbox.models import CALL_NEEDED, OutboxEvent, OutboxMessage
from core.outbox.recipients import Address, Recipient, Recipients
from core.outbox.sender import Letter, Sender
from core.outbox.states import Channel, Happened, Reason, State

# WeChat docs, template messages: the same openid and client_msg_id are delivered once within 10 minutes.
WINDOW = timedelta(minutes=10)
# Clocks that differ, and the time a call takes to get there.
MARGIN = timedelta(seconds=30)
# Longer than a call can take, with fetching a token and trying once more.
LEASE = timedelta(seconds=120)
# How far ahead messages are claimed: they wait for their time in this worker's memory.
HORIZON = timedelta(seconds=1)
# WeChat docs, customer-service messages: 5 within 48 hours of the person's message.
CUSTOM_WINDOW = timedelta(hours=48) - timedelta(minutes=5)
CUSTOM_MOST = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """
    A message this worker is to send after `delay_seconds`.

    `unsure_before`: since when it may have reached the person, before this send; None when it cannot have.
    `attempts` and `edition` are what the row says while the claim holds. `mark`: what a receipt will be known
    by when the platform gives no number.
    """

    id: int
    edition: int
    attempts: int
    tries: int
    unsure_since: datetime
    unsure_before: datetime | None
    refused: frozenset[str]
    recipient: Recipient
    letter: Letter
    mark: str
    delay_seconds: float


def claim_due(
    engine: Engine,
    recipients: Recipients,
    sender: Sender,
    *,
    per_second: float,
    most: int,
    in_hours: bool,
    now: datetime,
) -> list[Claim]:
    """
    Take up to `most` messages that may leave about now, oldest first; those begun before go first.

    Outside working hours (`in_hours` False) only what was begun is finished. What cannot be sent at all
    fails here.
    """
    with engine.begin() as connection:
        opened = gate.lock_gate(connection, now)
        free_at = max(opened.free_at, now)
        slots = int((now + HORIZON - free_at).total_seconds() * per_second) + 1
        most = min(most, slots, 1) if opened.is_probing else min(most, slots)
        if opened.is_shut or most < 1:
            return []
        rows = _due(connection, opened.shut_kinds, most, in_hours=in_hours, now=now)
        if not rows:
            return []
        wanted = {Recipient(row.to_kind, row.to_id) for row in rows}
        planner = _Planner(connection, sender, recipients.find(connection, wanted, now), now)
        claims: list[Claim] = []
        for row in rows:
            planned = planner.plan(row)
            if planned is not None:
                slot = free_at + timedelta(seconds=len(claims) / per_second)
                channel, address = planned
                mark = sender.mark(row.kind, channel, address.openid)
                claims.append(_claim(row, channel, address, mark, now, slot))
        _write_claims(connection, claims, now)
        planner.write_failures()
        if claims:
            gate.take_until(connection, free_at + timedelta(seconds=len(claims) / per_second))
    return claims


def _due(
    connection: Connection, shut_kinds: Iterable[str], most: int, *, in_hours: bool, now: datetime
) -> Sequence[Row[Any]]:
    query = (
        select(OutboxMessage.__table__)
        .where(OutboxMessage.state == State.QUEUED, OutboxMessage.next_try_at <= now)
        .where(OutboxMessage.kind.not_in(list(shut_kinds)))
        # Those begun before have ten minutes, the others have time.
        .order_by(OutboxMessage.unsure_since.is_(None), OutboxMessage.next_try_at, OutboxMessage.id)
        .limit(most)
    )
    if not in_hours:
        query = query.where(OutboxMessage.unsure_since.is_not(None))
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    return connection.execute(query).all()


class _Planner:
    """Decides the channel of each message, and gathers those that have none."""

    def __init__(
        self,
        connection: Connection,
        sender: Sender,
        addresses: Mapping[Recipient, Address],
        now: datetime,
    ) -> None:
        self._connection = connection
        self._sender = sender
        self._addresses = addresses
        self._now = now
        self._failures: list[tuple[Row[Any], Reason]] = []

    def plan(self, row: Row[Any]) -> tuple[Channel, Address] | None:
        """The channel and the address; None when there is no way."""
        recipient = Recipient(row.to_kind, row.to_id)
        address = self._addresses.get(recipient)
        if address is None:
            is_resident = row.kind in TO_RESIDENTS
            self._failures.append((row, Reason.FORGOTTEN if is_resident else Reason.NO_ACCOUNT))
            return None
        if row.unsure_since is not None:
            # It may have arrived: only the same channel knows that it is the same message.
            return Channel(row.channel), address
        refused = row.refused.split(",")
        for channel in Channel:
            if (
                channel not in refused
                and self._sender.can_send(row.kind, channel)
                and self._is_open(channel, address, recipient)
            ):
                return channel, address
        self._failures.append((row, Reason.NO_CHANNEL if address.follows else Reason.UNFOLLOWED))
        return None

    def _is_open(self, channel: Channel, address: Address, recipient: Recipient) -> bool:
        if channel == Channel.NOTICE:
            return True  # reaches people who do not follow, too; whether they agreed, the platform says
        if channel == Channel.TEMPLATE:
            return address.follows
        wrote_at = address.wrote_at
        if not address.follows or wrote_at is None or self._now >= wrote_at + CUSTOM_WINDOW:
            return False
        spent = self._connection.scalar(
            select(func.count())
            .select_from(OutboxMessage)
            .where(OutboxMessage.to_kind == recipient.kind, OutboxMessage.to_id == recipient.id)
            .where(OutboxMessage.channel == Channel.CUSTOM, OutboxMessage.settled_at >= wrote_at)
        )
        return (spent or 0) < CUSTOM_MOST

    def write_failures(self) -> None:
        """Those without a way are for a telephone call."""
        for row, reason in self._failures:
            self._connection.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == row.id)
                .values(state=State.FAILED, reason=reason, settled_at=self._now, call=CALL_NEEDED)
            )
            self._connection.execute(
                insert(OutboxEvent).values(
                    message_id=row.id, at=self._now, what=Happened.FAILED, edition=row.edition, code=row.code
                )
            )


def _claim(
    row: Row[Any], channel: Channel, address: Address, mark: str, now: datetime, slot: datetime
) -> Claim:
    tries = row.tries + 1 if channel == row.channel else 1
    unsure_since = row.unsure_since or now
    letter = Letter(
        kind=row.kind,
        channel=channel,
        client_id=f"o{row.id}e{row.edition}",
        openid=address.openid,
        fields=json.loads(row.fields),
        body=row.body,
        link=row.link,
        start_before=min(now + LEASE / 2, unsure_since + WINDOW - MARGIN),
    )
    return Claim(
        id=row.id,
        edition=row.edition,
        attempts=row.attempts + 1,
        tries=tries,
        unsure_since=unsure_since,
        unsure_before=row.unsure_since,
        refused=frozenset(filter(None, row.refused.split(","))),
        recipient=Recipient(row.to_kind, row.to_id),
        letter=letter,
        mark=mark,
        delay_seconds=max((slot - now).total_seconds(), 0.0),
    )


def _write_claims(connection: Connection, claims: Sequence[Claim], now: datetime) -> None:
    if not claims:
        return
    table = OutboxMessage.__table__
    connection.execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("the_id"))
        .values(state=State.SENDING, next_try_at=now + LEASE),
        [
            {
                "the_id": claim.id,
                "channel": claim.letter.channel,
                "attempts": claim.attempts,
                "tries": claim.tries,
                "unsure_since": claim.unsure_since,
                "platform_id": claim.mark,
            }
            for claim in claims
        ],
    )
    connection.execute(
        insert(OutboxEvent),
        [
            {
                "message_id": claim.id,
                "at": now,
                "what": Happened.SENDING,
                "edition": claim.edition,
                "channel": claim.letter.channel,
            }
            for claim in claims
        ],
    )
