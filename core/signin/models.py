"""Tables of signing in: who is signed in, second factors, and which names and addresses have to wait."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class StaffSession(Base):
    """
    One browser that is signed in.

    `token_hash` is the SHA-256 (hex) of the token in the browser's cookie: who reads the table cannot sign in
    with it. `password_mark` belongs to the password it was begun with: a new password ends it. `seen_at` is
    the time of a recent request, up to a minute behind. `browser` is what it calls itself, in a few words.

    With `waits_for_code` the password was right and the second factor is still to come.
    """

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    password_mark: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    browser: Mapped[str] = mapped_column(String(40), default="", server_default="")
    waits_for_code: Mapped[bool] = mapped_column(default=False, server_default="0")


class SignInFailure(Base):
    """
    Wrong passwords in a row from one address, or for one name.

    `key` is a keyed hash of the name or address, so that neither has to be kept. No attempt is looked at
    before `wait_until`.
    """

    __tablename__ = "sign_in_failure"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    wait_until: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffTotp(Base):
    """
    An account's second factor. `secret` is encrypted with the data key.

    It counts once it was confirmed by a code. `last_step` is the time step of the last code that was taken:
    no code is taken twice.
    """

    __tablename__ = "staff_totp"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    secret: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """
    A code for who has lost the phone, good once. `code_hash` is its SHA-256: a code has 80 random bits.
    """

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
