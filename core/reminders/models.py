"""
What was reminded of, and how far the log of acts has been read.

A row of `reminder` is written once for each rule, item, occasion and level, together with the messages it
led to; so no rule can fire twice for the same thing.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import BigInt, UtcDateTime
from core.people.models import Staff


class Reminder(Base):
    """
    A rule fired. `occasion` says for what: `act17`, `2026-11`, `2026-12-31:3`.

    `level` is unit, head or office; `code` the county or unit it is about. `words` is the short sentence
    about the item. `seen_at`, `seen_by`: somebody of the office has dealt with what was escalated to it.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("rule", "item_number", "occasion", "level", "code", name="uq_reminder_occasion"),
        Index("ix_reminder_level_seen_at", "level", "seen_at"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    rule: Mapped[str] = mapped_column(String(16))
    item_number: Mapped[int]
    occasion: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(40))
    fired_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))


class ReminderRun(Base):
    """
    One row, locked by whoever applies the rules, so that they are applied by one at a time.

    `acts_until`: acts that took effect up to then were read; None before the first time.
    """

    __tablename__ = "reminder_run"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    acts_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ran_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
