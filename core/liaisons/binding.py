"""
Which phone acts for a liaison: codes are made and revoked, a phone binds with one, a binding ends.

A new phone replaces the old one, in the transaction that binds it; the old one is told when it next writes
(`core/liaison_desk`). The code is used up by binding and by nothing else.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from core.clock import local_day
from core.errors import NotFound
from core.liaisons.codes import new_code
from core.liaisons.kinds import Kind
from core.liaisons.models import BindCode, Binding, Liaison
from core.liaisons.service import NoSuchLiaison, is_in_office, standing
from core.people.keys import KeyRing, named_key, person_hash
from core.people.models import Staff
from core.signin.models import StaffSession

log = logging.getLogger(__name__)

# The key codes are hashed under; see `core.people.keys`.
CODE_KEY = "liaison code"
# Long enough for a sheet to reach the furthest county, short enough to be forgotten in a drawer.
CODE_LIVES = timedelta(days=7)


class NoLivingCode(NotFound):
    """The liaison has no code that could be shown or revoked."""

    say = "现在没有可用的绑定码，请新做一个。"


@dataclass(frozen=True, slots=True)
class LivingCode:
    """A code that can still be used. `url` is '' while the platform has made no picture for it."""

    id: int
    code: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Bound:
    """One liaison that a phone acts for. `acts`: today (a stand-in only on its days)."""

    liaison_id: int
    subject_code: str
    kind: Kind
    acts: bool


def make_code(session: Session, keys: KeyRing, liaison_id: int, now: datetime) -> LivingCode:
    """A new code; the one before, if it lives, ends."""
    standing(session, liaison_id)
    _end_codes(session.connection(), liaison_id, now, "replaced")
    code = new_code()
    row = BindCode(
        liaison_id=liaison_id,
        digest=person_hash(code_key(session, keys, now), code),
        sealed=keys.wrap(code.encode()),
        made_at=now,
        expires_at=now + CODE_LIVES,
    )
    session.add(row)
    session.flush()
    log.info("liaison_code_made", extra={"liaison_id": liaison_id})
    return LivingCode(row.id, code, "", row.expires_at)


def code_key(session: Session, keys: KeyRing, now: datetime) -> bytes:
    """The key of codes."""
    return named_key(session, keys, CODE_KEY, now)


def note_picture(session: Session, code_id: int, url: str) -> None:
    """The platform made a picture for this code."""
    session.execute(
        update(BindCode).where(BindCode.id == code_id, BindCode.ended_at.is_(None)).values(url=url)
    )


def living_code(connection: Connection, keys: KeyRing, liaison_id: int, now: datetime) -> LivingCode:
    """The code that can be printed; NoLivingCode."""
    row = connection.execute(
        select(BindCode.__table__).where(
            BindCode.liaison_id == liaison_id, BindCode.ended_at.is_(None), BindCode.expires_at > now
        )
    ).first()
    if row is None:
        raise NoLivingCode
    return LivingCode(row.id, keys.unwrap(row.sealed).decode(), row.url, row.expires_at)


def living_codes(connection: Connection, keys: KeyRing, now: datetime) -> list[tuple[str, Kind, str]]:
    """(county or unit, what its owner is to it, the characters) of every code that can be used."""
    rows = connection.execute(
        select(Liaison.subject_code, Liaison.kind, BindCode.sealed)
        .join(Liaison, Liaison.id == BindCode.liaison_id)
        .where(BindCode.ended_at.is_(None), BindCode.expires_at > now, BindCode.sealed.is_not(None))
        .order_by(Liaison.subject_code, BindCode.id)
    )
    return [(row.subject_code, Kind(row.kind), keys.unwrap(row.sealed).decode()) for row in rows]


def revoke(session: Session, liaison_id: int, now: datetime) -> None:
    """The phone that is bound acts no more, and a code that lives is dead. Harmless the second time."""
    standing(session, liaison_id)
    _end_codes(session.connection(), liaison_id, now, "revoked")
    _end_binding(session.connection(), liaison_id, now, "revoked")
    log.info("liaison_revoked", extra={"liaison_id": liaison_id})


def let_go(session: Session, liaison_id: int, now: datetime) -> None:
    """They are no longer a liaison: phone, code and account end. What they did stays theirs."""
    liaison = standing(session, liaison_id)
    liaison.left_at = now
    _end_codes(session.connection(), liaison_id, now, "revoked")
    _end_binding(session.connection(), liaison_id, now, "left")
    if liaison.staff_id is not None:
        session.get_one(Staff, liaison.staff_id).disabled_at = now
    log.info("liaison_left", extra={"liaison_id": liaison_id})


def bind(
    connection: Connection, keys: KeyRing, digest: str, person: str, openid: str, now: datetime
) -> tuple[int, bool] | None:
    """
    Bind this phone to the liaison whose code has this digest (`person_hash(code_key, code)`).

    Gives the liaison's id and whether another phone was replaced; None when no living code has it.
    """
    code = connection.execute(
        select(BindCode.id, BindCode.liaison_id)
        .join(Liaison, Liaison.id == BindCode.liaison_id)
        .where(
            BindCode.digest == digest,
            BindCode.ended_at.is_(None),
            BindCode.expires_at > now,
            Liaison.left_at.is_(None),
        )
        .with_for_update(of=BindCode)
    ).first()
    if code is None:
        return None
    before = connection.execute(
        select(Binding.person).where(Binding.liaison_id == code.liaison_id, Binding.ended_at.is_(None))
    ).scalar()
    _end_codes(connection, code.liaison_id, now, "used")
    _end_binding(connection, code.liaison_id, now, "replaced")
    connection.execute(
        insert(Binding).values(
            liaison_id=code.liaison_id,
            person=person,
            openid=keys.wrap(openid.encode()),
            bound_at=now,
            ended_why="",
        )
    )
    log.info("liaison_bound", extra={"liaison_id": code.liaison_id})
    return code.liaison_id, before not in (None, person)


def bound_to(connection: Connection, person: str, now: datetime) -> list[Bound]:
    """Every liaison this phone acts for, those of today first."""
    day = local_day(now)
    rows = connection.execute(
        select(Liaison.id, Liaison.subject_code, Liaison.kind, Liaison.from_day, Liaison.until_day)
        .join(Binding, Binding.liaison_id == Liaison.id)
        .where(Binding.person == person, Binding.ended_at.is_(None), Liaison.left_at.is_(None))
        .order_by(Liaison.id)
    )
    found = [
        Bound(
            row.id, row.subject_code, Kind(row.kind), is_in_office(row.kind, row.from_day, row.until_day, day)
        )
        for row in rows
    ]
    return sorted(found, key=lambda bound: not bound.acts)


def why_ended(connection: Connection, person: str, liaison_ids: Collection[int]) -> str:
    """Why this phone no longer acts for one of these: replaced, revoked or left; '' when never bound."""
    return (
        connection.scalar(
            select(Binding.ended_why)
            .where(
                Binding.person == person, Binding.liaison_id.in_(liaison_ids), Binding.ended_at.is_not(None)
            )
            .order_by(Binding.ended_at.desc())
            .limit(1)
        )
        or ""
    )


def note_following(connection: Connection, person: str, *, follows: bool, now: datetime) -> None:
    """The bound phone left the account, or came back; who does not follow cannot be written to."""
    connection.execute(
        update(Binding)
        .where(Binding.person == person, Binding.ended_at.is_(None))
        .values(unfollowed_at=None if follows else now)
    )


def _end_codes(connection: Connection, liaison_id: int, now: datetime, why: str) -> None:
    connection.execute(
        update(BindCode)
        .where(BindCode.liaison_id == liaison_id, BindCode.ended_at.is_(None))
        .values(ended_at=now, ended_why=why, sealed=None, url="")
    )


def _end_binding(connection: Connection, liaison_id: int, now: datetime, why: str) -> None:
    """The openid goes with it, and so does whoever is signed in to the browser for this liaison."""
    connection.execute(
        update(Binding)
        .where(Binding.liaison_id == liaison_id, Binding.ended_at.is_(None))
        .values(ended_at=now, ended_why=why, openid=None)
    )
    account = select(Liaison.staff_id).where(Liaison.id == liaison_id, Liaison.staff_id.is_not(None))
    connection.execute(delete(StaffSession).where(StaffSession.staff_id.in_(account)))


def liaison_of(connection: Connection, person: str, liaison_id: int, day: date) -> bool:
    """Whether this phone acts for this liaison on that day."""
    row = connection.execute(
        select(Liaison.kind, Liaison.from_day, Liaison.until_day)
        .join(Binding, Binding.liaison_id == Liaison.id)
        .where(
            Binding.person == person,
            Binding.ended_at.is_(None),
            Liaison.id == liaison_id,
            Liaison.left_at.is_(None),
        )
    ).first()
    return row is not None and is_in_office(row.kind, row.from_day, row.until_day, day)


__all__ = [
    "CODE_LIVES",
    "Bound",
    "LivingCode",
    "NoLivingCode",
    "NoSuchLiaison",
    "bind",
    "bound_to",
    "code_key",
    "let_go",
    "liaison_of",
    "living_code",
    "living_codes",
    "make_code",
    "note_following",
    "note_picture",
    "revoke",
    "why_ended",
]
