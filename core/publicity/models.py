"""Tables of the publicity ledger: what was hung up where and when, and the photos of it."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime

MAX_WORDS_CHARS = 120


class PublicityPost(Base):
    """
    Material that somebody hung up.

    `subject_code` is the county or unit it was hung up for, `place_code` the township it hangs in ('' when a
    unit hung it up at its own place). `words` say where. `origin` is chat or web; `liaison_id` or `staff_id`
    says who. `withdrawn_at`: sent by mistake.
    """

    __tablename__ = "publicity_post"
    __table_args__ = (
        Index("ix_publicity_post_place_code_hung_on", "place_code", "hung_on"),
        Index("ix_publicity_post_subject_code", "subject_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_code: Mapped[str] = mapped_column(String(12))
    place_code: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(MAX_WORDS_CHARS))
    hung_on: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    origin: Mapped[str] = mapped_column(String(8))
    liaison_id: Mapped[int | None] = mapped_column(ForeignKey("liaison.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PublicityPhoto(Base):
    """A photo of it; `media_key` names it in `media`."""

    __tablename__ = "publicity_photo"

    media_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("publicity_post.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
