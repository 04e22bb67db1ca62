"""Tables of the funnel: what happened, the counters kept from it, how far they go; and who lives where."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import BigInt, UtcDateTime


class FunnelEventRow(Base):
    """
    One event (`core.funnel.events`), written by the turn that caused it and never changed; only `person` is
    exchanged for a random word when somebody has their data deleted.

    `round_id` is 0 outside any round, `hour` counts hours of Shanghai's clock since 1970. No other index than
    that on `person`: each costs every turn.
    """

    __tablename__ = "funnel_event"
    __table_args__ = (Index("ix_funnel_event_person", "person"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    round_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(9))
    owner: Mapped[str] = mapped_column(String(12))
    township: Mapped[str] = mapped_column(String(9))
    scene: Mapped[str] = mapped_column(String(64))
    material: Mapped[str] = mapped_column(String(64))
    question: Mapped[str] = mapped_column(String(110))
    person: Mapped[str] = mapped_column(String(32))
    hour: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class FunnelCount(Base):
    """
    How often (`visits`, 人次) and to how many different people (`people`, 人数) one kind of event happened.

    `part`, `owner`, `township`, `key` say where, `axis`, `step`, `question` when or at which question: see
    `core.funnel.cells`.
    """

    __tablename__ = "funnel_count"

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    axis: Mapped[str] = mapped_column(String(8), primary_key=True)
    part: Mapped[str] = mapped_column(String(14), primary_key=True)
    owner: Mapped[str] = mapped_column(String(12), primary_key=True)
    township: Mapped[str] = mapped_column(String(9), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(String(110), primary_key=True)
    kind: Mapped[str] = mapped_column(String(9), primary_key=True)
    visits: Mapped[int]
    people: Mapped[int]


class FunnelMark(Base):
    """One row. Events with ids up to `upto` are in the counters, which were set right `repairs` times."""

    __tablename__ = "funnel_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    upto: Mapped[int] = mapped_column(BigInteger)
    repairs: Mapped[int] = mapped_column(default=0)


class Population(Base):
    """How many people live in a place, in which year, and who says so."""

    __tablename__ = "population"

    place_code: Mapped[str] = mapped_column(ForeignKey("place.code"), primary_key=True)
    residents: Mapped[int]
    year: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
