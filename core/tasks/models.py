"""
One row for every piece of long work somebody asked for: who, what, how far it is, and the file it made.

Rows are kept when their files are gone: they tell who took what out, and how many rows it had.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class Task(Base):
    """
    `kind` names the work (`codes.create`), `title` is what people read, `params` its wishes as JSON.

    `state`: waiting, running, paused (goes on by itself at `next_at`), done, failed, stopped (by a person).
    `asked_by` is None when it was asked for by command. `say` is the last thing to be told of it, in
    Chinese.

    A running task belongs to the worker that knows `attempts`; its claim lapses at `next_at`. `crashes`
    counts the claims that lapsed. `file_path` is relative to the folder of settings, '' when there is no
    file (any more); `file_rows` is what the file counts in its own terms: responses, posters.
    """

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_state_next_at", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[str] = mapped_column(String(200))
    params: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    say: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_path: Mapped[str] = mapped_column(String(200), default="")
    file_bytes: Mapped[int | None] = mapped_column(BigInteger)
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    file_rows: Mapped[int | None]
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
