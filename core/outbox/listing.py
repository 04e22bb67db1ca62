"""
What people see of the outbox: filtered lists, one message with its history, what is halted. Reads only.

Every list takes a `Reach`; messages about counties and units beyond it are left out in the SQL.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, func, select, true

from core.clock import SHANGHAI
from core.outbox.gate import is_active
from core.outbox.kinds import TO_RESIDENTS
from core.outbox.models import OutboxEvent, OutboxHalt, OutboxMessage
from core.outbox.recipients import Recipient
from core.outbox.service import CAN_RESEND, NoSuchMessage
from core.outbox.states import Happened, Reason, State
from core.people.models import Staff
from core.people.reach import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages; '' and None mean all. `day`: queued on that day. `call`: needed or done."""

    state: str = ""
    channel: str = ""
    kind: str = ""
    code: str = ""
    call: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One message as lists show it."""

    id: int
    kind: str
    to: Recipient
    code: str
    summary: str
    body: str
    state: str
    channel: str
    reason: str
    error_code: int | None
    edition: int
    queued_at: datetime
    next_try_at: datetime
    settled_at: datetime | None
    call: str
    called_at: datetime | None

    @property
    def is_to_resident(self) -> bool:
        """Whether it goes to somebody nobody can telephone."""
        return self.kind in TO_RESIDENTS

    @property
    def can_be_resent(self) -> bool:
        """Whether a person may send it anew."""
        return self.state in CAN_RESEND and self.reason != Reason.REVIEW


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a message's history. `who` is the account that did it, '' for the program."""

    at: datetime
    what: Happened
    edition: int
    channel: str
    code: int | None
    who: str


@dataclass(frozen=True, slots=True)
class Halt:
    """Sending is halted: all of it ('') or one kind. `until` None: a person has to let it go on."""

    scope: str
    code: int
    words: str
    since: datetime
    until: datetime | None
    is_alarm: bool


def conditions(wanted: Wanted, reach: Reach) -> list[ColumnElement[bool]]:
    """The filter in SQL."""
    found: list[ColumnElement[bool]] = [_within(reach)]
    for column, value in (
        (OutboxMessage.state, wanted.state),
        (OutboxMessage.channel, wanted.channel),
        (OutboxMessage.kind, wanted.kind),
        (OutboxMessage.about_code, wanted.code),
        (OutboxMessage.call, wanted.call),
    ):
        if value:
            found.append(column == value)
    if wanted.day is not None:
        begin = datetime.combine(wanted.day, time(), SHANGHAI)
        found += [OutboxMessage.queued_at >= begin, OutboxMessage.queued_at < begin + timedelta(days=1)]
    return found


def _within(reach: Reach) -> ColumnElement[bool]:
    if reach.is_all:
        return true()
    code = reach.unit_code or reach.county_code
    return OutboxMessage.about_code == code if code else false()


def count_messages(connection: Connection, wanted: Wanted, reach: Reach) -> int:
    """How many a list has."""
    query = select(func.count()).select_from(OutboxMessage).where(*conditions(wanted, reach))
    return connection.scalar(query) or 0


def list_messages(
    connection: Connection, wanted: Wanted, reach: Reach, offset: int = 0, limit: int | None = None
) -> Sequence[Listed]:
    """The newest first."""
    query = (
        select(OutboxMessage.__table__)
        .where(*conditions(wanted, reach))
        .order_by(OutboxMessage.queued_at.desc(), OutboxMessage.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [_listed(row) for row in connection.execute(query)]


def find_message(connection: Connection, message_id: int, reach: Reach) -> tuple[Listed, list[Line]]:
    """One message and its history, oldest line first; NoSuchMessage also when it is beyond the reach."""
    row = connection.execute(
        select(OutboxMessage.__table__).where(OutboxMessage.id == message_id, _within(reach))
    ).one_or_none()
    if row is None:
        raise NoSuchMessage
    events = connection.execute(
        select(OutboxEvent.__table__, Staff.name)
        .outerjoin(Staff, Staff.id == OutboxEvent.staff_id)
        .where(OutboxEvent.message_id == message_id)
        .order_by(OutboxEvent.id)
    )
    history = [
        Line(each.at, Happened(each.what), each.edition, each.channel, each.code, each.name or "")
        for each in events
    ]
    return _listed(row), history


def count_by_state(connection: Connection) -> dict[str, int]:
    """How many messages stand how."""
    query = select(OutboxMessage.state, func.count().label("messages")).group_by(OutboxMessage.state)
    return {row.state: row.messages for row in connection.execute(query)}


def count_waiting_for_people(connection: Connection) -> tuple[int, int]:
    """
    How many have to be told by telephone, and of how many nobody knows whether they arrived.

    Residents are not among them: they are told with whatever they write next.
    """
    calls = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.call == "needed")
    unsure = (
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.state == State.UNSURE, OutboxMessage.call == "")
        .where(OutboxMessage.kind.not_in(TO_RESIDENTS))
    )
    return connection.scalar(calls) or 0, connection.scalar(unsure) or 0


def halts_now(connection: Connection, now: datetime) -> list[Halt]:
    """What is halted at this moment, alarms first."""
    rows = connection.execute(
        select(OutboxHalt.__table__)
        .where(is_active(now))
        .order_by(OutboxHalt.is_alarm.desc(), OutboxHalt.since)
    )
    return [Halt(row.scope, row.code, row.words, row.since, row.until, row.is_alarm) for row in rows]


def _listed(row: Any) -> Listed:
    return Listed(
        id=row.id, kind=row.kind, to=Recipient(row.to_kind, row.to_id), code=row.about_code,
        summary=json.loads(row.fields)["summary"], body=row.body, state=row.state, channel=row.channel,
        reason=row.reason, error_code=row.code, edition=row.edition, queued_at=row.queued_at,
        next_try_at=row.next_try_at, settled_at=row.settled_at, call=row.call, called_at=row.called_at,
    )  # fmt: skip
