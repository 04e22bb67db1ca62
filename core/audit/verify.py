"""
Whether the log is as it was written: every entry unchanged, none missing, none cut off the end.

Reads all entries once, in order. What it finds is told by number; it changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from core.audit.chain import AuditLog, Content
from core.audit.kept_head import BrokenFile, Link
from core.audit.models import AuditEntry
from core.audit.service import newest

TroubleKind = Literal[
    "edited", "missing", "cut", "replaced", "head_differs", "file_missing", "file_broken", "other_key"
]
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that cannot come about by using the program. `words` tell it to the office."""

    kind: TroubleKind
    number: int
    words: str


def find_troubles(
    connection: Connection, audit_log: AuditLog, progress: Callable[[int], None] = lambda _count: None
) -> Iterator[Trouble]:
    """
    Every trouble, in order; nothing when the log is whole.

    The connection sees one moment (`core.db.reading`) and was not read through before: the file is read
    first, so that what is written meanwhile only makes the database longer. `progress` is told how many
    entries were read since it was last called.
    """
    try:
        kept, is_broken = audit_log.kept.read(), False
    except (BrokenFile, OSError):
        kept, is_broken = None, True
    last, seen = Link(0, ""), None
    rows = connection.execution_options(yield_per=BATCH).execute(
        select(AuditEntry.__table__).order_by(AuditEntry.number)
    )
    for row in rows:
        yield from _troubles_of(row, last, audit_log)
        last = Link(row.number, row.mac)
        if kept is not None and row.number == kept.number:
            seen = row.mac
        progress(1)
    yield from _troubles_at_the_end(last, newest(connection), kept, seen)
    if is_broken:
        yield Trouble("file_broken", last.number, f"文件 {audit_log.kept.path} 被改过或读不了")
    elif kept is None and last.number:
        yield Trouble("file_missing", last.number, f"文件 {audit_log.kept.path} 不见了")


def _troubles_of(row: Row[Any], last: Link, audit_log: AuditLog) -> Iterator[Trouble]:
    content = Content(**{name: getattr(row, name) for name in Content.__slots__})
    number = content.number
    if number != last.number + 1:
        first, until = last.number + 1, number - 1
        which = f"第{first}条" if first == until else f"第{first}到{until}条"
        # What stands behind a gap cannot fit what stood before it.
        yield Trouble("missing", first, f"{which}被删掉了")
    elif row.key_id != audit_log.key_id:
        yield Trouble(
            "other_key", number, f"第{number}条是用另一把钥匙记的（MINYI_AUDIT_KEY 换过或各台不同）"
        )
    elif row.mac != audit_log.mac(last.mac, content):
        yield Trouble("edited", number, f"第{number}条被改过")


def _troubles_at_the_end(last: Link, head: Link, kept: Link | None, seen: str | None) -> Iterator[Trouble]:
    if kept is not None and last.number < kept.number:
        words = f"末尾少了：数据库里到第{last.number}条，外面记着有第{kept.number}条"
        yield Trouble("cut", last.number + 1, words)
    elif kept is not None and seen != kept.mac:
        yield Trouble("replaced", kept.number, f"第{kept.number}条同外面记着的不是同一条")
    if head != last:
        words = f"末尾的记号同最后一条对不上（记号第{head.number}条，最后第{last.number}条）"
        yield Trouble("head_differs", last.number, words)
