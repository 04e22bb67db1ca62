"""
Tables of what was said: one response a respondent, questionnaire and subject; one row an answer.

No openid, phone number or name stands here. `account_hash` is a keyed hash that differs from round to
round; it is emptied when the person asks for deletion.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, partial_index
from core.db.types import UtcDateTime

# Partial indexes: few responses are superseded or broken off, and few answers have words, voice or photos.
# Who wants SQLite to use one says so in its very words, which `OF_RESPONSE_…` are for.
IS_SET_ASIDE = text("is_set_aside")
IS_SUPERSEDED = text("superseded_by IS NOT NULL")
IS_NOT_COMPLETE = text("status <> 'complete'")
IS_OF_UNIT = text("subject_kind = 'unit'")
HAS_WORDS = text("text IS NOT NULL OR media IS NOT NULL")
OF_RESPONSE_SET_ASIDE = text("response.is_set_aside")
OF_RESPONSE_NOT_COMPLETE = text("response.status <> 'complete'")
OF_RESPONSE_OF_UNIT = text("response.subject_kind = 'unit'")


class Response(Base):
    """
    One respondent's answers to one questionnaire about one subject.

    `consent_id` names the wording they agreed to (`ConsentText`), None for who did not agree.
    `status`: complete, break_off, refused, ineligible, callback. `source_*` is the first code that led
    here. `superseded_by` names the later complete response that replaced this one. `flags` are words
    joined by `;`, empty when there are none. `is_set_aside`: left out of figures by default (`core.quality`).
    """

    __tablename__ = "response"
    __table_args__ = (
        # Lists are in the order of `id`; the first is for a whole round, the others for parts of it.
        Index("ix_response_round_id_id", "round_id", "id"),
        Index("ix_response_round_id_finished_at", "round_id", "finished_at"),
        Index("ix_response_round_id_questionnaire_id", "round_id", "questionnaire_id", "id"),
        Index(
            "ix_response_of_place",
            "round_id",
            "place_code",
            "questionnaire_id",
            "status",
            "superseded_by",
            "id",
        ),
        partial_index("ix_response_of_unit", "round_id", "subject_code", "id", where=IS_OF_UNIT),
        partial_index("ix_response_not_complete", "round_id", "status", "id", where=IS_NOT_COMPLETE),
        partial_index("ix_response_superseded_by", "superseded_by", where=IS_SUPERSEDED),
        partial_index("ix_response_set_aside", "round_id", "id", where=IS_SET_ASIDE),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    questionnaire_id: Mapped[str] = mapped_column(String(40))
    questionnaire_version: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(8))
    account_hash: Mapped[str | None] = mapped_column(String(32), index=True)
    code: Mapped[str] = mapped_column(String(64))
    source_kind: Mapped[str] = mapped_column(String(8))
    source_code: Mapped[str] = mapped_column(String(12))
    subject_kind: Mapped[str] = mapped_column(String(8))
    subject_code: Mapped[str] = mapped_column(String(12))
    place_code: Mapped[str] = mapped_column(String(12))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_question: Mapped[str] = mapped_column(String(64))
    flags: Mapped[str] = mapped_column(String(200), default="")
    is_set_aside: Mapped[bool] = mapped_column(default=False, server_default=false())
    superseded_by: Mapped[int | None] = mapped_column(BigInteger)
    consent_id: Mapped[str | None] = mapped_column(String(32))


class ConsentText(Base):
    """A wording that people agreed to, once: `id` is the beginning of its SHA-256. See `consents`."""

    __tablename__ = "consent_text"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AnswerRow(Base):
    """
    The answer to one question, or to one question about one place or unit of a repeat (`item`, else '').

    `codes`: chosen option or place codes joined by `;`. `text`: free text, or the words given with "other".
    `media`: JSON list of `{"kind": "voice"|"photo", "media_id": …}`.
    """

    __tablename__ = "answer"
    __table_args__ = (partial_index("ix_answer_words", "response_id", where=HAS_WORDS),)

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(32), primary_key=True)
    item: Mapped[str] = mapped_column(String(12), primary_key=True, default="")
    codes: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    number: Mapped[float | None]
    media: Mapped[str | None] = mapped_column(Text)
