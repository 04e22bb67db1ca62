"""
What was exported, read out of entries of the log: what, which part, as what, how much, and the checksum.

Entries say it in the words of whoever wrote them down; here they come to the same few columns. Pure.
"""

from dataclasses import dataclass

from core.audit.acts import Act
from core.audit.listing import Entry

# The names under which entries have said the same over time, the newest first.
_WHAT = ("表", "表格", "内容")
_PART = ("范围", "来源", "调查")
_ROWS = ("份数", "条数", "行数")
CHECKSUM = "SHA-256"
TASK = "任务"


@dataclass(frozen=True, slots=True)
class Exported:
    """
    An export. `what` is '' where the entry names nothing but what it is about; `part` '' for all of it.

    `rows` None and `checksum` '' where the entry was written before there was a file; `task` then is the work
    that made it, None for none. `reason` is given for people's words as they are.
    """

    entry: Entry
    what: str
    part: str
    file_format: str
    rows: int | None
    checksum: str
    task: int | None
    reason: str


def exported(entry: Entry) -> Exported:
    """One entry of the kind `export`."""
    said = dict(entry.details)
    rows, task = _first(said, _ROWS), said.get(TASK, "")
    what = "答卷" if entry.act == Act.ANSWERS_EXPORTED else _first(said, _WHAT)
    return Exported(
        entry=entry,
        what=f"{what}，一字不改的原话" if said.get("原话") == "是" else what,
        part=_first(said, _PART),
        file_format=said.get("格式", ""),
        rows=int(rows) if rows.isdecimal() else None,
        checksum=said.get(CHECKSUM, ""),
        task=int(task) if task.isdecimal() else None,
        reason=said.get("理由", ""),
    )


def _first(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if name in said), "")
