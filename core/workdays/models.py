"""What the office said about single days, where the calendar library does not know them or is wrong."""

from datetime import date, datetime

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class SpecialDay(Base):
    """
    A day that is not what its weekday says: a weekday off, or a weekend day worked (调休).

    `name` is what it is called, as the list says it: 国庆节.
    """

    __tablename__ = "special_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    is_worked: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40), default="")
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
