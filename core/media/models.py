"""
One row for every voice message and photo that came, from the turn it came in until nobody needs it.

It says nothing of whom it came from. `media_id` is the platform's name for the file, good for three days; it
is emptied once it is of no more use, and `key`, a hash of it, finds the row from then on.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class Media(Base):
    """
    A voice message or photo: `kind` voice or photo.

    `state`: waiting (to be fetched, not before `next_try_at`), kept, gone (the platform has it no longer),
    refused (it came, and was not what it should be), forgotten (its file is to be deleted, then the row).
    `attempts` counts the times it was claimed; whoever holds a claim writes only while it is still theirs.
    `reason` and `code` are those of the last trouble: a word of `reasons`, and the platform's errcode.

    `sha256`, `file_type` and `size_bytes` describe the kept file. `response_id`, `question` and `item` are
    empty until the questionnaire ends. `held_by`: what else needs it (`item`: a rectification item), ''.
    """

    __tablename__ = "media"
    __table_args__ = (Index("ix_media_state_next_try_at", "state", "next_try_at"),)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    media_id: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(20), default="")
    code: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    file_type: Mapped[str] = mapped_column(String(8), default="")
    size_bytes: Mapped[int | None]
    response_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("response.id"), index=True)
    question: Mapped[str] = mapped_column(String(32), default="")
    item: Mapped[str] = mapped_column(String(12), default="")
    held_by: Mapped[str] = mapped_column(String(12), default="", server_default="")
