"""
The second factor: six digits that an app on the phone shows (TOTP, RFC 6238), and codes for a lost phone.

A secret is made, shown once as a QR code, and counts when its owner has typed a code of it. No code is taken
twice. Recovery codes are shown once and good once. Whoever calls throttles (`throttle.Attempt.of_code`).
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import pyotp
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.orm import Session

from core.errors import Refused
from core.people.keys import KeyRing
from core.signin.models import RecoveryCode, StaffTotp

STEP_SECONDS = 30
# Clocks of phones are off by some seconds: the step before and the step after are taken, too (RFC 6238, 5.2).
NEIGHBOURS = (0, -1, 1)
# Long enough to load the page anew while the app is set up, and still be shown the same secret.
SHOWN_FOR = timedelta(minutes=10)
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
GROUP = 4
ISSUER = "民意"
CodeKind = Literal["totp", "recovery"]
_DIGITS = re.compile(r"[0-9]{6}")


class WrongCode(Refused):
    """The six digits do not fit."""

    say = "动态口令不对。请看手机上现在的6位数字；总不对，请检查手机的时间。"


class NotBegun(Refused):
    """There is no secret to confirm."""

    say = "还没有开始设置动态口令，请从头再来。"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an account has a second factor, and how many recovery codes are left."""

    is_on: bool
    recovery_codes: int


def standing(connection: Connection, staff_id: int) -> Standing:
    """How an account stands."""
    confirmed = connection.scalar(
        select(StaffTotp.staff_id).where(StaffTotp.staff_id == staff_id, StaffTotp.confirmed_at.is_not(None))
    )
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.staff_id == staff_id)
    return Standing(confirmed is not None, connection.scalar(left) or 0)


def begin(session: Session, keys: KeyRing, staff_id: int, now: datetime, *, renew: bool = False) -> str:
    """
    The secret to be shown (base32): the one that waits to be confirmed, else a new one.

    With `renew` one that has waited longer than `SHOWN_FOR` is replaced, so that whoever looked at the page
    before its owner does not know what is confirmed.

    Refused when there is a confirmed one: that is reset first.
    """
    found = session.get(StaffTotp, staff_id, with_for_update=True)
    if found is not None and found.confirmed_at is not None:
        raise Refused("动态口令已经设好了。要换手机，请先关掉再重新设置。")
    if found is None or (renew and found.created_at < now - SHOWN_FOR):
        fresh = keys.wrap(pyotp.random_base32().encode())
        found = session.merge(StaffTotp(staff_id=staff_id, secret=fresh, created_at=now, last_step=0))
        session.flush()
    return keys.unwrap(found.secret).decode()


def address_of(secret: str, name: str) -> str:
    """What the QR code says to the app on the phone."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=ISSUER)


def confirm(session: Session, keys: KeyRing, staff_id: int, typed: str, now: datetime) -> list[str]:
    """The first code was typed: from now on it counts. Gives the recovery codes. WrongCode, NotBegun."""
    found = session.get(StaffTotp, staff_id, with_for_update=True)
    if found is None or found.confirmed_at is not None:
        raise NotBegun
    if not _takes(found, keys, typed, now):
        raise WrongCode
    found.confirmed_at = now
    return new_recovery_codes(session, staff_id)


def check(session: Session, keys: KeyRing, staff_id: int, typed: str, now: datetime) -> CodeKind | None:
    """
    Whether this is a code of the moment, or an unused recovery code, which it uses up; None when neither.

    None, too, for an account without a second factor.
    """
    found = session.get(StaffTotp, staff_id, with_for_update=True)
    if found is None or found.confirmed_at is None:
        return None
    if _takes(found, keys, typed, now):
        return "totp"
    used = delete(RecoveryCode).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.code_hash == _hash_of(typed)
    )
    return "recovery" if session.execute(used.returning(RecoveryCode.code_hash)).all() else None


def new_recovery_codes(session: Session, staff_id: int) -> list[str]:
    """Ten new ones, shown once; the old ones are worth nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=_hash_of(code), staff_id=staff_id) for code in codes)
    session.flush()
    return codes


def reset(session: Session, staff_id: int) -> bool:
    """Take the second factor away, with its recovery codes; whether there was one."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    gone = delete(StaffTotp).where(StaffTotp.staff_id == staff_id).returning(StaffTotp.confirmed_at)
    return any(confirmed is not None for confirmed in session.scalars(gone))


def _takes(found: StaffTotp, keys: KeyRing, typed: str, now: datetime) -> bool:
    digits = re.sub(r"\s", "", typed).translate(_HALF_WIDTH)
    if not _DIGITS.fullmatch(digits):
        return False
    totp = pyotp.TOTP(keys.unwrap(found.secret).decode(), interval=STEP_SECONDS)
    step = int(now.timestamp()) // STEP_SECONDS
    for candidate in (step + neighbour for neighbour in NEIGHBOURS):
        fits = secrets.compare_digest(totp.generate_otp(candidate), digits)
        if fits and candidate > found.last_step:
            found.last_step = candidate
            return True
    return False


_HALF_WIDTH = {ord("０") + digit: ord("0") + digit for digit in range(10)}


def _new_code() -> str:
    """`K7QD-…`: 16 characters of base32, in groups that can be read from paper."""
    letters = pyotp.random_base32(32)[: RECOVERY_BYTES * 8 // 5]
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def _hash_of(typed: str) -> str:
    plain = re.sub(r"[\s-]", "", typed).upper()
    return hashlib.sha256(plain.encode()).hexdigest()
