"""
Tables of the audit log: its entries, and the one row that says which is the newest.

Entries are only added. The database itself refuses to change or delete one (triggers of migration 0013);
whoever can switch that off is found by the chain.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime

ONLY_ROW = 1


class AuditEntry(Base):
    """
    One act. `number` counts from 1 without a gap.

    `act` is one of `acts.Act`; `who_kind`, `who_id` (-1 for none) and `who_name` are those of `who.Who`;
    `about` is `kind:number` or ''; `details` is JSON. `mac` is the HMAC of all this and of the `mac` before,
    under the key that `key_id` names.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_at", "at"),
        Index("ix_audit_entry_act", "act", "number"),
        Index("ix_audit_entry_who_kind_who_id", "who_kind", "who_id"),
        Index("ix_audit_entry_about", "about"),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(String(32))
    who_kind: Mapped[str] = mapped_column(String(8))
    who_id: Mapped[int]
    who_name: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(80))
    details: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(String(8))
    mac: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """
    The newest entry: `number` (0 for none) and its `mac` (''). Whoever adds an entry locks this row first.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[str] = mapped_column(String(64))
