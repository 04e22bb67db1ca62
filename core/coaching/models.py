"""
Tables of overrides: who asked to publish a text the guard stopped, and which second person agreed.

Both are only ever added to. An override is for exactly one content (its hash) and for the rules named: words
changed afterwards, or a rule that came later, need another.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class CoachingRequest(Base):
    """Somebody asks for an override. `rules` are ids joined by commas; `title` says what text it is."""

    __tablename__ = "coaching_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(120))
    rules: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CoachingOverride(Base):
    """A second person agreed. Everything of the request is repeated, so the row alone tells who did what."""

    __tablename__ = "coaching_override"
    # The database itself refuses one person in both roles.
    __table_args__ = (CheckConstraint("asked_by <> approved_by", name="two_people"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("coaching_request.id"), unique=True)
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    rules: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(Text)
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
