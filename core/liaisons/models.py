"""
Tables of liaisons, the phones they are bound to, and the codes they bind with.

Name, telephone and openid lie encrypted with the data key. Nothing is deleted: an act of somebody who left
stays theirs.
"""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class Liaison(Base):
    """
    Somebody who speaks for a county or unit. `subject_code` is its code (a county's is all digits).

    `kind` is one of `kinds.Kind`. A stand-in has `from_day` and `until_day`, both included, and may name whom
    it stands in for. `staff_id` is the account they sign in to the browser with. `left_at`: no longer one.
    """

    __tablename__ = "liaison"
    __table_args__ = (Index("ix_liaison_subject_code", "subject_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_code: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[bytes]
    phone: Mapped[bytes]
    from_day: Mapped[date | None] = mapped_column(Date)
    until_day: Mapped[date | None] = mapped_column(Date)
    stands_in_for: Mapped[int | None] = mapped_column(ForeignKey("liaison.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Binding(Base):
    """
    A phone that acts for a liaison: one at a time.

    `person` is the keyed hash conversations hang on; `openid` is encrypted and kept only while the binding
    lasts, since a push needs it. `unfollowed_at`: they left the account and cannot be written to.
    `ended_why` is replaced, revoked or left.
    """

    __tablename__ = "liaison_binding"
    __table_args__ = (
        Index(
            "uq_liaison_binding_liaison_id",
            "liaison_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    liaison_id: Mapped[int] = mapped_column(ForeignKey("liaison.id"))
    person: Mapped[str] = mapped_column(String(32), index=True)
    openid: Mapped[bytes | None]
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime)
    unfollowed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str] = mapped_column(String(12), default="")


class BindCode(Base):
    """
    A code to bind a phone with: once, until `expires_at`, unless it was revoked.

    `digest` is a keyed hash of the characters. `sealed` are the characters, encrypted, so that the sheet can
    be printed again while the code lives; `url` is what the picture of the code says, '' when the platform
    made none. Both are emptied with the code's end (`ended_at`; `ended_why` is used, replaced or revoked).
    """

    __tablename__ = "liaison_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    liaison_id: Mapped[int] = mapped_column(ForeignKey("liaison.id"), index=True)
    digest: Mapped[str] = mapped_column(String(32), unique=True)
    sealed: Mapped[bytes | None]
    url: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str] = mapped_column(String(12), default="")
