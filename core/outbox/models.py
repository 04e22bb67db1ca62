"""
Tables of the outbox: what is to be said to whom, what became of it, and whether anything may be sent now.

No row holds an openid, a name or a telephone number: a recipient is named by kind and number, and looked up
when the message is sent. Rows of `outbox_event` are never changed.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, case
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import BigInt, UtcDateTime
from core.outbox.kinds import TO_RESIDENTS
from core.people.models import Staff


class OutboxMessage(Base):
    """
    One message to one person. `key` says what it is for; a second one with the same key is never written.

    `state` and `channel` are words of `states`. `fields` (JSON) go into a template, `body` is the full
    text. `about_code` is the county's or unit's code it is about. `refused` names the channels that will
    not do, joined by commas.

    `attempts` counts the claims: whoever holds one writes only while the number is still theirs. `tries`
    counts sends on this channel. `unsure_since`: the first send that may have reached the person, for all
    we know; None when there was none. `next_try_at`: not before; while sending, when the claim lapses.
    After `send_before` nobody wants it any more. `edition` grows when a person sends it anew.

    `platform_id` is the platform's number for it, or the mark its receipt will be known by (`notice_marks`);
    '' when there is neither. `reason` and `code` tell the last trouble. `call`: '', needed, or done by
    telephone (`called_by`, `called_at`).
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_state_next_try_at", "state", "next_try_at"),
        Index("ix_outbox_message_to_kind_to_id", "to_kind", "to_id"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    to_kind: Mapped[str] = mapped_column(String(12))
    to_id: Mapped[int] = mapped_column(BigInt)
    about_code: Mapped[str] = mapped_column(String(12), index=True)
    fields: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(10), default="")
    refused: Mapped[str] = mapped_column(String(40), default="")
    edition: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    send_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unsure_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    platform_id: Mapped[str] = mapped_column(String(24), default="", index=True)
    reason: Mapped[str] = mapped_column(String(16), default="")
    code: Mapped[int | None]
    call: Mapped[str] = mapped_column(String(8), default="")
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called_by: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))


# What `call` becomes when a message has not arrived: nobody knows the number of a resident.
CALL_NEEDED = case((OutboxMessage.kind.in_(TO_RESIDENTS), ""), else_="needed")


class OutboxEvent(Base):
    """
    Something that happened to a message: `what` is a word of `states.Happened`.

    `staff_id` is the person who did it, None for the program. `edition` and `channel` are those of that
    moment.
    """

    __tablename__ = "outbox_event"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String(12))
    edition: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str] = mapped_column(String(10), default="")
    code: Mapped[int | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))


class OutboxReceipt(Base):
    """What the platform said of a message before we knew its number; pruned after some days."""

    __tablename__ = "outbox_receipt"

    platform_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutboxPace(Base):
    """
    One row for all workers: when the next message may leave (`free_at`).

    `trouble` counts how often in a row the platform did not answer; while it is not 0, one message at a
    time is tried.
    """

    __tablename__ = "outbox_pace"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    free_at: Mapped[datetime] = mapped_column(UtcDateTime)
    trouble: Mapped[int] = mapped_column(default=0)


class OutboxHalt(Base):
    """
    Sending was halted: all of it (`scope` is ''), or one kind of message.

    `until` None: until a person lets it go on (`ended_at`, `ended_by`). Rows stay, as a record.
    """

    __tablename__ = "outbox_halt"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    scope: Mapped[str] = mapped_column(String(12))
    code: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_alarm: Mapped[bool]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey(Staff.id))
