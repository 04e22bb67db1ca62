"""
Every QR code of the office: planned, being made, made, loaded from a file, retired.

A scene is made once for good: the platform keeps at most 100,000 and deletes none.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class QrCode(Base):
    """
    One code. `kind` is place or unit, `subject_code` whose code it is (as in the scene, so perhaps a place
    that has another code today), `material` what it hangs on ('' for none in particular).

    `state`: planned, creating (the platform is being asked, or was when a worker died), created, failed (the
    platform refused this one; `reason` says why), retired (still readable, leads nobody to a questionnaire).
    `source`: made (by us) or loaded (from a file). `ticket` and `url` are the platform's, '' until created.
    `task_id` is the task that is to create it. `created_at` is when it was made or loaded.
    """

    __tablename__ = "qr_code"
    __table_args__ = (
        Index("ix_qr_code_subject", "kind", "subject_code"),
        Index("ix_qr_code_state_material", "state", "material"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scene: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    subject_code: Mapped[str] = mapped_column(String(12))
    material: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(8))
    ticket: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
