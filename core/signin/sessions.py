"""
Sessions of the admin: begun by signing in, ended by signing out, by idleness, or by a new password.

The browser holds a random token, the table only its hash. A session that is over is as unknown as one that
never was.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.orm import Session

from core.audit.who import Who
from core.people.models import Staff
from core.people.reach import Reach, reach_of
from core.people.roles import Role
from core.signin.models import StaffSession

IDLE_AFTER = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# How far `seen_at` may lag behind, so that not every page writes to the database.
SEEN_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
MARK_CHARS = 16


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, which rows they may see, and whether it is time to note that they were seen."""

    staff_id: int
    name: str
    role: Role
    reach: Reach
    is_due_to_be_seen: bool

    @property
    def who(self) -> Who:
        """The same for the audit log."""
        return Who.staff(self.staff_id, self.name)


def start_session(session: Session, staff: Staff, now: datetime) -> str:
    """Sign this account in; the token for the browser's cookie. Sessions that are over are cleared away."""
    session.execute(
        delete(StaffSession).where(
            or_(StaffSession.seen_at < now - IDLE_AFTER, StaffSession.started_at < now - LONGEST)
        )
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        StaffSession(
            token_hash=_hash(token),
            staff_id=staff.id,
            password_mark=_mark(staff.password_hash),
            started_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return token


def find_session(connection: Connection, token: str, now: datetime) -> SignedIn | None:
    """Who holds this token; None when the session is over or the account disabled."""
    found = connection.execute(
        select(
            Staff.id,
            Staff.name,
            Staff.role,
            Staff.county_code,
            Staff.unit_code,
            Staff.password_hash,
            StaffSession.__table__,
        )
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            StaffSession.token_hash == _hash(token),
            StaffSession.seen_at >= now - IDLE_AFTER,
            StaffSession.started_at >= now - LONGEST,
            Staff.disabled_at.is_(None),
        )
    ).first()
    if found is None or found.password_mark != _mark(found.password_hash):
        return None
    role = Role(found.role)
    reach = reach_of(role, found.county_code, found.unit_code)
    return SignedIn(found.id, found.name, role, reach, now - found.seen_at >= SEEN_EVERY)


def note_seen(session: Session, token: str, now: datetime) -> None:
    """They asked for a page: the idle time starts anew."""
    session.execute(update(StaffSession).where(StaffSession.token_hash == _hash(token)).values(seen_at=now))


def end_session(session: Session, token: str) -> None:
    """Sign out: the token is worth nothing from now on, in whatever browser."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _mark(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:MARK_CHARS]
