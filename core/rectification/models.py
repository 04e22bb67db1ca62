"""
Tables of rectification items, the log of acts, and files that came with an act.

`item` holds what the log says, so that lists are quick; nothing writes it but `service.py`, together with a
row of `item_act`. Rows of `item_act` are never changed or deleted.
"""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import BigInt, UtcDateTime

MAX_SOURCE_CHARS = 40
MAX_CATEGORY_CHARS = 40


class Item(Base):
    """
    One item. `number` is permanent, and what people type.

    `lead_code` is a county's or unit's code. `source` names the round the opinion came from, `source_number`
    its number there. `origin` says where in this system it came from (`opinion:17`), '' when from a file or
    typed in. `first_deadline` never moves (but by a correction); `deadline` is today's.

    `done_on` is the day whose work was found good: that of the application that was accepted. `asked_until`
    is the new date of an extension that waits for a decision. `handed_at`: when it came to the present lead
    unit. `moved_at`: when `state` last changed. `version` grows with every act.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("source", "source_number", name="uq_item_source"),
        Index("ix_item_lead_code_state", "lead_code", "state"),
        Index("ix_item_state_deadline", "state", "deadline"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(12))
    lead_code: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(MAX_CATEGORY_CHARS))
    source: Mapped[str] = mapped_column(String(MAX_SOURCE_CHARS))
    source_number: Mapped[str | None] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(40), default="")
    first_deadline: Mapped[date] = mapped_column(Date)
    deadline: Mapped[date] = mapped_column(Date)
    county_first: Mapped[bool] = mapped_column(default=False)
    measures: Mapped[str] = mapped_column(Text, default="")
    percent: Mapped[int] = mapped_column(default=0)
    asked_until: Mapped[date | None] = mapped_column(Date)
    why: Mapped[str] = mapped_column(String(10), default="")
    why_words: Mapped[str] = mapped_column(Text, default="")
    applied_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    split_from: Mapped[int | None] = mapped_column(ForeignKey("item.number"))
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("item.number"))
    handed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    measures_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progress_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=0)


class ItemAssist(Base):
    """A county or unit that assists with an item."""

    __tablename__ = "item_assist"

    item_number: Mapped[int] = mapped_column(ForeignKey("item.number"), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True, index=True)


class ItemAct(Base):
    """
    One act: who did what to an item, when and from where.

    `author_kind`: office, county, lead, assist or system; `author_id` is the account's (origin web, cli,
    import) or the liaison's (`liaison_id`) number; `author_code` the county or unit a liaison spoke for.
    `origin`: chat, web, import or cli. `details` is JSON, see `details.py`.

    `effective_at`: when others may hear of it; until then its author can take it back. `withdraws` names the
    act that this row takes back.
    """

    __tablename__ = "item_act"
    __table_args__ = (Index("ix_item_act_effective_at", "effective_at"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    item_number: Mapped[int] = mapped_column(ForeignKey("item.number"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_kind: Mapped[str] = mapped_column(String(10))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    liaison_id: Mapped[int | None]
    author_code: Mapped[str] = mapped_column(String(12), default="")
    origin: Mapped[str] = mapped_column(String(8))
    details: Mapped[str] = mapped_column(Text, default="{}")
    withdraws: Mapped[int | None] = mapped_column(BigInt, ForeignKey("item_act.id"))


class ItemFile(Base):
    """A photo or voice message that belongs to an act; `media_key` names it in `media`."""

    __tablename__ = "item_file"

    media_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_number: Mapped[int] = mapped_column(ForeignKey("item.number"), index=True)
    act_id: Mapped[int] = mapped_column(BigInt, ForeignKey("item_act.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
