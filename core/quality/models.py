"""Tables of the quality rules: how far they have looked, and what was set aside or taken back."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class QualityMark(Base):
    """One row. Responses with ids up to `upto` were looked at. Whoever sets aside holds this row's lock."""

    __tablename__ = "quality_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    upto: Mapped[int] = mapped_column(BigInteger)


class QualityChange(Base):
    """
    A response was set aside, or taken back. Only ever added to; the newest one of a response holds.

    `staff_id` is None when the rules did it, else `reason` is what the person gave. `flags` as on the
    response, `thresholds_hash` the rules' ('' for a person).
    """

    __tablename__ = "quality_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(BigInteger, index=True)
    is_set_aside: Mapped[bool]
    flags: Mapped[str] = mapped_column(String(200))
    thresholds_hash: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
