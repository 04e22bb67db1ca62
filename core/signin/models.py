"""Tables of signing in: who is signed in, and which names and addresses have to wait."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class StaffSession(Base):
    """
    One browser that is signed in.

    `token_hash` is the SHA-256 (hex) of the token in the browser's cookie: who reads the table cannot sign in
    with it. `password_mark` belongs to the password it was begun with: a new password ends it. `seen_at` is
    the time of a recent request, up to a minute behind.
    """

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    password_mark: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


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
