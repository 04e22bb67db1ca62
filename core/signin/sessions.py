"""
Sessions of the admin: begun by signing in, ended by signing out, by idleness, by somebody, or a new password.

The browser holds a random token, the table only its hash. A session that is over is as unknown as one that
never was. Where an account has a second factor, its right password begins a session that waits for the code.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.orm import Session

from core.audit.who import Who
from core.errors import NotFound
from core.people.models import Staff
from core.people.reach import Reach, reach_of
from core.people.roles import Role
from core.signin.models import StaffSession, StaffTotp

IDLE_AFTER = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# How long a right password waits for its code.
CODE_WITHIN = timedelta(minutes=10)
# How far `seen_at` may lag behind, so that not every page writes to the database.
SEEN_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
MARK_CHARS = 16
# A session is named by the beginning of its hash: of no use to anybody but its owner's list.
ID_CHARS = 16


class NoSuchSession(NotFound):
    """It is over, or somebody else's."""

    say = "这个登录已经结束了。"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """
    Who is signed in, which rows they may see, and whether it is time to note that they were seen.

    `has_totp`: they have a second factor. `must_change_password`: theirs was made up by somebody else.
    """

    staff_id: int
    name: str
    role: Role
    reach: Reach
    is_due_to_be_seen: bool
    session_id: str = ""
    has_totp: bool = False
    must_change_password: bool = False

    @property
    def who(self) -> Who:
        """The same for the audit log."""
        return Who.staff(self.staff_id, self.name)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser in a list."""

    id: str
    started_at: datetime
    seen_at: datetime
    browser: str


def start_session(
    session: Session, staff: Staff, now: datetime, browser: str = "", *, waits_for_code: bool = False
) -> str:
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
            browser=browser,
            waits_for_code=waits_for_code,
        )
    )
    session.flush()
    return token


def find_session(connection: Connection, token: str, now: datetime) -> SignedIn | None:
    """Who holds this token; None when the session is over, waits for a code, or the account is disabled."""
    return _find(connection, token, now, waits_for_code=False)


def find_waiting(connection: Connection, token: str, now: datetime) -> SignedIn | None:
    """Whose password was right a moment ago, and whose code is still to come."""
    return _find(connection, token, now, waits_for_code=True)


def _find(connection: Connection, token: str, now: datetime, *, waits_for_code: bool) -> SignedIn | None:
    longest = CODE_WITHIN if waits_for_code else LONGEST
    found = connection.execute(
        select(
            Staff.id,
            Staff.name,
            Staff.role,
            Staff.county_code,
            Staff.unit_code,
            Staff.password_hash,
            Staff.password_is_given,
            StaffTotp.confirmed_at,
            StaffSession.__table__,
        )
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .outerjoin(StaffTotp, StaffTotp.staff_id == Staff.id)
        .where(
            StaffSession.token_hash == _hash(token),
            StaffSession.waits_for_code.is_(waits_for_code),
            StaffSession.seen_at >= now - IDLE_AFTER,
            StaffSession.started_at >= now - longest,
            Staff.disabled_at.is_(None),
        )
    ).first()
    if found is None or found.password_mark != _mark(found.password_hash):
        return None
    role = Role(found.role)
    return SignedIn(
        staff_id=found.id,
        name=found.name,
        role=role,
        reach=reach_of(role, found.county_code, found.unit_code),
        is_due_to_be_seen=now - found.seen_at >= SEEN_EVERY,
        session_id=found.token_hash[:ID_CHARS],
        has_totp=found.confirmed_at is not None,
        must_change_password=found.password_is_given,
    )


def note_seen(session: Session, token: str, now: datetime) -> None:
    """They asked for a page: the idle time starts anew."""
    session.execute(update(StaffSession).where(StaffSession.token_hash == _hash(token)).values(seen_at=now))


def end_session(session: Session, token: str) -> None:
    """Sign out: the token is worth nothing from now on, in whatever browser."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))


def list_sessions(connection: Connection, staff_id: int, now: datetime) -> list[OpenSession]:
    """Where an account is signed in, the latest seen first."""
    found = connection.execute(
        select(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.waits_for_code.is_(False),
            StaffSession.seen_at >= now - IDLE_AFTER,
            StaffSession.started_at >= now - LONGEST,
        )
        .order_by(StaffSession.seen_at.desc())
        .with_only_columns(*StaffSession.__table__.columns)
    )
    return [OpenSession(row.token_hash[:ID_CHARS], row.started_at, row.seen_at, row.browser) for row in found]


def end_one(session: Session, staff_id: int, session_id: str) -> None:
    """End one session of an account; NoSuchSession when it has none of this name."""
    gone = delete(StaffSession).where(
        StaffSession.staff_id == staff_id, StaffSession.token_hash.startswith(session_id, autoescape=True)
    )
    if len(session_id) != ID_CHARS or not session.execute(gone.returning(StaffSession.staff_id)).all():
        raise NoSuchSession


def end_all(session: Session, staff_id: int, *, but: str = "") -> int:
    """End all sessions of an account, but for the one of this name; how many."""
    gone = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    if but:
        gone = gone.where(~StaffSession.token_hash.startswith(but, autoescape=True))
    return len(session.execute(gone.returning(StaffSession.staff_id)).all())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _mark(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:MARK_CHARS]
