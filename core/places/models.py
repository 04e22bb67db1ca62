"""
Tables of places and units: what can be judged, and where people live.

Codes are the National Bureau of Statistics' (city 6, county 6, township 9, village 12 digits) and, for
units, the office's own (`U017`).
"""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base


class Place(Base):
    """
    A city, county, township or village.

    `short_name` is what people are shown (巴烈社区 for 巴烈社区居委员会). `retired` places are no longer in
    the list that was loaded last; they stay because answers point to them.
    """

    __tablename__ = "place"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    short_name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(8))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("place.code"), index=True)
    retired: Mapped[bool] = mapped_column(default=False)


class PlaceChange(Base):
    """A code that was replaced: answers, posters and frames made earlier still carry `old_code`."""

    __tablename__ = "place_change"

    old_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    new_code: Mapped[str] = mapped_column(ForeignKey("place.code"))


class Unit(Base):
    """A municipal, central or regional unit that is judged. `category` is one of the list's own words."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    short_name: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(40))
    retired: Mapped[bool] = mapped_column(default=False)
