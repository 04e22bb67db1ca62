"""Table of the nightly sweep: when each kind of data was last looked through, and how much went."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class RetentionSweep(Base):
    """One row a kind of `sweeping.RULES`: the last sweep, what it deleted, and all that were deleted ever."""

    __tablename__ = "retention_sweep"

    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_count: Mapped[int] = mapped_column(BigInteger)
    total_count: Mapped[int] = mapped_column(BigInteger)
