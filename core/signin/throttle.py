"""
Wrong passwords: after a few in a row, a name or an address has to wait, longer each time.

An attempt is counted before its password is looked at and forgiven when it was right, so a hundred attempts
at once are no better than a hundred in a row. Names that do not exist are counted like those that do. Names
and addresses are kept as keyed hashes, and forgotten after a day without an attempt.
"""

import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from core.errors import Refused
from core.signin.models import SignInFailure

WRONG_PASSWORDS_PER_NAME = 5
# An office, or a whole building, may share one address.
WRONG_PASSWORDS_PER_ADDRESS = 20
FIRST_WAIT = timedelta(seconds=30)
# Long enough to make guessing hopeless (a hundred a day), short enough that nobody can lock the office out.
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


class MustWait(Refused):
    """Too many wrong passwords; `seconds` until the next attempt is looked at."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"试的次数太多了，请等{_in_words(seconds)}再登录。忘了密码，请找管理员重设。")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries to sign in, as the two keys it is counted under."""

    name_key: str
    address_key: str

    @classmethod
    def of(cls, name: str, address: str, secret: str) -> "Attempt":
        """Hash the name and the address with the installation's secret."""
        return cls(_key(secret, "name", name.strip().casefold()), _key(secret, "address", address))

    @classmethod
    def of_code(cls, staff_id: int, address: str, secret: str) -> "Attempt":
        """The same for the second factor of an account: six digits would be guessed soon without it."""
        return cls(_key(secret, "code", str(staff_id)), _key(secret, "address", address))


def count_attempt(session: Session, attempt: Attempt, now: datetime) -> None:
    """Count one more; MustWait when the name or the address has to wait, which is not counted."""
    session.execute(delete(SignInFailure).where(SignInFailure.last_at < now - FORGOTTEN_AFTER))
    rows = _locked(session, attempt, now)
    waiting = max(row.wait_until for row in rows.values()) - now
    if waiting > timedelta():
        raise MustWait(math.ceil(waiting.total_seconds()))
    for key, free in (
        (attempt.name_key, WRONG_PASSWORDS_PER_NAME),
        (attempt.address_key, WRONG_PASSWORDS_PER_ADDRESS),
    ):
        row = rows[key]
        row.failures += 1
        row.last_at = now
        row.wait_until = now + wait_after(row.failures, free)


def forgive(session: Session, attempt: Attempt, now: datetime) -> None:
    """The password was right: the name starts afresh, and the address gets this attempt back."""
    session.execute(delete(SignInFailure).where(SignInFailure.key == attempt.name_key))
    session.execute(
        update(SignInFailure)
        .where(SignInFailure.key == attempt.address_key, SignInFailure.failures > 0)
        .values(failures=SignInFailure.failures - 1, wait_until=now)
    )


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after so many wrong passwords: twice as long each time, up to a limit."""
    if failures < free:
        return timedelta()
    doublings = min(failures - free, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _locked(session: Session, attempt: Attempt, now: datetime) -> dict[str, SignInFailure]:
    """Both rows, made where they are missing, locked in one order for everybody."""
    keys = sorted((attempt.name_key, attempt.address_key))
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if is_sqlite else postgresql_insert
    for key in keys:
        fresh = insert(SignInFailure).values(key=key, failures=0, last_at=now, wait_until=now)
        session.execute(fresh.on_conflict_do_nothing(index_elements=[SignInFailure.key]))
    found = session.scalars(
        select(SignInFailure)
        .where(SignInFailure.key.in_(keys))
        .order_by(SignInFailure.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.key: row for row in found}


def _key(secret: str, kind: str, value: str) -> str:
    return hmac.digest(secret.encode(), f"sign-in {kind}: {value}".encode(), "sha256").hex()


def _in_words(seconds: int) -> str:
    return f"{seconds}秒" if seconds < 60 else f"{math.ceil(seconds / 60)}分钟"
