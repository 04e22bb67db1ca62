"""Tables of staff, and of the wrapped keys under which people are hashed."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class Staff(Base):
    """
    Somebody who signs in to the admin. `role` is one of `core.people.roles`.

    `county_code` or `unit_code` is what a county's or liaison's account is tied to; at most one, else ''.
    `password_is_given`: somebody else made it up, so it must be changed after signing in.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    county_code: Mapped[str] = mapped_column(String(12), default="", server_default="")
    unit_code: Mapped[str] = mapped_column(String(12), default="", server_default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    password_is_given: Mapped[bool] = mapped_column(default=False, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WrappedKey(Base):
    """
    A random key for hashing people, encrypted with the data key.

    The data key can be changed (the key is wrapped anew); the key itself never changes, or nobody would
    be recognised again.
    """

    __tablename__ = "wrapped_key"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
