"""
Tables the turn works on: where each person is, and what each delivery was answered with.

`person` is a keyed hash of the openid; the openid itself is not stored.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import BigInt, UtcDateTime


class Conversation(Base):
    """
    One row a person: everything the next turn needs, as JSON in `state`.

    `round_id` is set while a questionnaire is under way, so that closing a round finds what it breaks off.
    `typed_at` is the platform's CreateTime (whole seconds) of the last typed message that was handled.
    """

    __tablename__ = "conversation"
    __table_args__ = (Index("ix_conversation_round_id", "round_id"),)

    person: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    typed_at: Mapped[int] = mapped_column(BigInt, default=0)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """
    A delivery that was handled, and the words it was answered with ('' for silence).

    Kept at least 20 minutes, for re-deliveries; then pruned by the worker.
    """

    __tablename__ = "delivery"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    reply: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DeliveryStamp(Base):
    """Which delivery a (timestamp, nonce) pair carried: the same pair may not carry another."""

    __tablename__ = "delivery_stamp"

    stamp: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ShedMark(Base):
    """A person whose message was shed under overload; the next turn says so and deletes the mark."""

    __tablename__ = "shed_mark"

    person: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class HelpRequest(Base):
    """Somebody asked for a human. `phone` is encrypted and there only if the person sent it."""

    __tablename__ = "help_request"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    person: Mapped[str] = mapped_column(String(32), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    place_code: Mapped[str] = mapped_column(String(12), default="")
    question: Mapped[str] = mapped_column(String(64), default="")
    phone: Mapped[bytes | None]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
