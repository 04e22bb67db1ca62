"""Tables of tallies: counted beforehand, so that a page need not count a year's answers anew."""

from datetime import date

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base


class Tally(Base):
    """
    How many complete responses gave one answer, in one township and about one unit.

    `place_code` is at most a township's code (9 digits), '' when unknown; `subject_code` a place's or unit's,
    '' for none. `codes` as in `answer`, '' for none. `count`: answers; `words`: those of them with
    words, voice or photos; `media`: with voice or photos; `numbers`, `number_sum`: those with a number, and
    their sum. What was set aside (`core.quality`) is counted apart, and so is each channel.
    """

    __tablename__ = "tally"
    __table_args__ = (
        Index("ix_tally_round_id_questionnaire_id", "round_id", "questionnaire_id", "question"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    questionnaire_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    place_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    subject_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    question: Mapped[str] = mapped_column(String(32), primary_key=True)
    item: Mapped[str] = mapped_column(String(12), primary_key=True)
    codes: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    is_set_aside: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int]
    words: Mapped[int]
    media: Mapped[int]
    numbers: Mapped[int]
    number_sum: Mapped[float]


class EndedTally(Base):
    """How many responses ended how, in one township and about one unit; those superseded are left out."""

    __tablename__ = "ended_tally"

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    questionnaire_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    place_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    subject_code: Mapped[str] = mapped_column(String(12), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    status: Mapped[str] = mapped_column(String(12), primary_key=True)
    is_set_aside: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int]


class DayTally(Base):
    """
    How many complete responses of one day (in Shanghai) gave one answer to a rating question.

    `part`: a county's or unit's code, '' for all of the round; what belongs to a county and a unit is counted
    in each. Where `question` is '', `codes` is a status, and the responses that ended so are counted.
    """

    __tablename__ = "day_tally"

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    questionnaire_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    part: Mapped[str] = mapped_column(String(12), primary_key=True)
    question: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    codes: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    is_set_aside: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int]


class TallyMark(Base):
    """
    One row. Responses with ids up to `upto` are in the tallies, less those superseded by such ids; each where
    the quality change with the number `seen_change` left it.
    """

    __tablename__ = "tally_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    upto: Mapped[int] = mapped_column(BigInteger)
    seen_change: Mapped[int]
