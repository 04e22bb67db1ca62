"""
The office's list of people who wait for a call.

A telephone number is there only if the person sent one; it lies encrypted and is masked in lists.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import Session

from core.conversation.models import HelpRequest
from core.errors import NotFound
from core.people.keys import KeyRing

MASKED_DIGITS = 4


class NoSuchRequest(NotFound):
    """There is no such request."""

    say = "没有这条求助。"


@dataclass(frozen=True, slots=True)
class Request:
    """
    One wish for a human.

    `phone` is '' when none was given. `question` is the slot key of what was being asked then, or ''.
    `has_person`: the data behind it was not deleted.
    """

    id: int
    at: datetime
    place_code: str
    question: str
    phone: str
    done_at: datetime | None
    has_person: bool = True

    @property
    def masked_phone(self) -> str:
        """`138****5678`; '' when none was given."""
        if len(self.phone) < 2 * MASKED_DIGITS:
            return "*" * len(self.phone)
        return self.phone[: -2 * MASKED_DIGITS] + "*" * MASKED_DIGITS + self.phone[-MASKED_DIGITS:]


def waiting(connection: Connection, keys: KeyRing, limit: int) -> list[Request]:
    """Those not called yet, who has waited longest first."""
    rows = connection.execute(
        select(HelpRequest.__table__)
        .where(HelpRequest.done_at.is_(None))
        .order_by(HelpRequest.at, HelpRequest.id)
        .limit(limit)
    )
    return [_request(row, keys) for row in rows]


def count_waiting(connection: Connection) -> int:
    """How many wait for a call."""
    return connection.scalar(select(func.count()).where(HelpRequest.done_at.is_(None))) or 0


def find_request(connection: Connection, keys: KeyRing, request_id: int) -> Request:
    """One request; NoSuchRequest when there is none."""
    row = connection.execute(select(HelpRequest.__table__).where(HelpRequest.id == request_id)).first()
    if row is None:
        raise NoSuchRequest
    return _request(row, keys)


def mark_done(session: Session, request_id: int, now: datetime) -> None:
    """They were called. Saying so twice changes nothing."""
    _exists(session, request_id)
    session.execute(
        update(HelpRequest)
        .where(HelpRequest.id == request_id, HelpRequest.done_at.is_(None))
        .values(done_at=now)
    )


def mark_waiting(session: Session, request_id: int) -> None:
    """They were not called after all."""
    _exists(session, request_id)
    session.execute(update(HelpRequest).where(HelpRequest.id == request_id).values(done_at=None))


def _exists(session: Session, request_id: int) -> None:
    if session.get(HelpRequest, request_id) is None:
        raise NoSuchRequest


def _request(row: Any, keys: KeyRing) -> Request:
    phone = row.phone
    return Request(
        row.id,
        row.at,
        row.place_code,
        row.question,
        keys.unwrap(phone).decode() if phone else "",
        row.done_at,
        bool(row.person),
    )
