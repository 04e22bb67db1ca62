"""
Who is to be written to for a county or unit, and how: what reminders ask.

A stand-in's days relieve whom it stands in for. The openid comes opened, for the moment of sending; it is
kept nowhere else and never logged.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from core.liaisons.kinds import DAILY, Kind
from core.liaisons.models import Binding, Liaison
from core.liaisons.service import is_in_office
from core.people.keys import KeyRing


@dataclass(frozen=True, slots=True)
class Recipient:
    """
    One to be written to. `person` is '' while no phone is bound; `can_be_pushed`: bound and following.

    Who cannot be pushed is listed for a telephone call.
    """

    liaison_id: int
    subject_code: str
    kind: Kind
    person: str
    can_be_pushed: bool


def recipients(
    connection: Connection, subjects: Collection[str], day: date, kinds: Collection[Kind] = DAILY
) -> Mapping[str, tuple[Recipient, ...]]:
    """By county or unit: who is written to on this day. A subject without anybody has ()."""
    rows = connection.execute(
        select(Liaison.__table__, Binding.person, Binding.unfollowed_at)
        .outerjoin(Binding, (Binding.liaison_id == Liaison.id) & Binding.ended_at.is_(None))
        .where(Liaison.subject_code.in_(subjects), Liaison.left_at.is_(None))
        .order_by(Liaison.id)
    ).all()
    in_office = [row for row in rows if is_in_office(row.kind, row.from_day, row.until_day, day)]
    relieved = {row.stands_in_for for row in in_office if row.kind == Kind.STANDIN}
    found: dict[str, list[Recipient]] = {subject: [] for subject in subjects}
    for row in in_office:
        if row.kind in kinds and row.id not in relieved:
            found[row.subject_code].append(
                Recipient(
                    row.id,
                    row.subject_code,
                    Kind(row.kind),
                    row.person or "",
                    row.person is not None and row.unfollowed_at is None,
                )
            )
    return {subject: tuple(each) for subject, each in found.items()}


def openid_of(connection: Connection, keys: KeyRing, liaison_id: int) -> str | None:
    """Where to send for this liaison; None when no phone is bound, or it left the account."""
    sealed = connection.scalar(
        select(Binding.openid).where(
            Binding.liaison_id == liaison_id, Binding.ended_at.is_(None), Binding.unfollowed_at.is_(None)
        )
    )
    return keys.unwrap(sealed).decode() if sealed else None


def phone_of(connection: Connection, keys: KeyRing, liaison_id: int) -> tuple[str, str]:
    """(name, telephone) of a liaison, opened, for the list of calls; ('', '') when there is none."""
    row = connection.execute(select(Liaison.name, Liaison.phone).where(Liaison.id == liaison_id)).first()
    return (keys.unwrap(row.name).decode(), keys.unwrap(row.phone).decode()) if row else ("", "")
