"""Items and figures as tables people take away. The items' can be edited and loaded again (`loading.py`)."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from core.rectification.figures import Figures, UnitFigures, total
from core.rectification.lists import assists_of
from core.rectification.loading import TITLES
from core.rectification.models import Item
from core.rectification.timeline import Entry
from core.rectification.words import STATE_TITLES, WHY_TITLES, State, Why
from core.sheets.out_columns import Cell, OutColumn
from core.sheets.writing import table_file

TOTAL = "合计"
ITEM_COLUMNS = (
    OutColumn(name=TITLES["number"], kind="number"),
    OutColumn(name=TITLES["source_number"]),
    OutColumn(name=TITLES["text"]),
    OutColumn(name=TITLES["source"]),
    OutColumn(name=TITLES["category"]),
    OutColumn(name=TITLES["lead"]),
    OutColumn(name="牵头单位名称"),
    OutColumn(name=TITLES["assist"]),
    OutColumn(name=TITLES["first_deadline"]),
    OutColumn(name=TITLES["state"]),
    OutColumn(name=TITLES["done_on"]),
    OutColumn(name=TITLES["deadline"]),
    OutColumn(name=TITLES["why_words"]),
    OutColumn(name="原因类别"),
    OutColumn(name="进度百分比", kind="number"),
    OutColumn(name="整改措施"),
    OutColumn(name="申请延期到"),
    OutColumn(name=TITLES["version"], kind="number"),
)
TIMELINE_COLUMNS = (
    OutColumn(name="编号", kind="number"),
    OutColumn(name="时间", kind="time"),
    OutColumn(name="办了什么"),
    OutColumn(name="谁办的"),
    OutColumn(name="从哪里"),
    OutColumn(name="情况"),
    OutColumn(name="原话"),
    OutColumn(name="照片、语音（个）", kind="number"),
    OutColumn(name="撤回"),
)
FIGURE_TITLES: Mapping[str, str] = {
    "assigned": "交办",
    "claimed": "已领取",
    "in_check": "待核验",
    "closed": "已销号",
    "on_time": "按首次时限完成",
    "completed": "按现在时限完成",
    "extended": "延期中",
    "overdue": "已超期",
    "soon": "7天内到期",
}
FIGURE_COLUMNS = (
    OutColumn(name="代码"),
    OutColumn(name="牵头单位"),
    *(OutColumn(name=title, kind="number") for title in FIGURE_TITLES.values()),
    OutColumn(name="按期率", title="按首次时限完成的占交办的百分比", kind="number"),
    OutColumn(name="完成率", title="按现在时限完成的占交办的百分比", kind="number"),
)


def write_items(
    session: Session,
    items: Sequence[Item],
    names: Mapping[str, str],
    path: Path,
    file_format: str,
    progress: Callable[[int], None] = lambda _count: None,
) -> int:
    """One row an item; how many. `names` are those of counties and units by code."""
    assists = assists_of(session, [item.number for item in items])
    with table_file(path, file_format, ITEM_COLUMNS, "整改事项") as write:
        for item in items:
            write(_item_row(item, assists.get(item.number, ()), names))
            progress(1)
    return len(items)


def write_figures(
    lines: Sequence[UnitFigures], names: Mapping[str, str], path: Path, file_format: str
) -> None:
    """One row a county or unit, and the sum."""
    with table_file(path, file_format, FIGURE_COLUMNS, "整改台账") as write:
        for line in lines:
            write([line.code, names.get(line.code, ""), *figure_cells(line.figures)])
        write([TOTAL, "", *figure_cells(total(lines))])


def write_timeline(
    item: Item, entries: Sequence[Entry], names: Mapping[str, str], path: Path, file_format: str
) -> int:
    """An item as its page has it: a row of how it stands, then its acts, the newest first; how many rows."""
    with table_file(path, file_format, TIMELINE_COLUMNS, f"{item.number}号") as write:
        write([item.number, None, "现在的情况", "", "", _standing_words(item, names), item.text, None, ""])
        for entry in entries:
            write(
                [
                    item.number,
                    entry.at,
                    entry.title,
                    entry.who,
                    entry.origin,
                    "；".join(entry.said),
                    entry.text,
                    len(entry.files) or None,
                    "已撤回" if entry.is_withdrawn else "",
                ]
            )
    return len(entries) + 1


def _standing_words(item: Item, names: Mapping[str, str]) -> str:
    said = [
        STATE_TITLES[State(item.state)],
        f"牵头：{names.get(item.lead_code, item.lead_code)}",
        f"类别：{item.category}",
        f"来源：{item.source}",
        f"首次时限：{item.first_deadline}",
        f"现在时限：{item.deadline}",
        f"进度{item.percent}%",
    ]
    if item.asked_until:
        said.append(f"申请延期到{item.asked_until}")
    if item.done_on:
        said.append(f"完成日期：{item.done_on}")
    return "；".join(said)


def figure_cells(figures: Figures) -> list[Cell]:
    """The numbers and the two rates (percent, one decimal; empty when nothing was assigned)."""
    rates = (figures.on_time_rate, figures.completion_rate)
    counts: list[Cell] = [getattr(figures, name) for name in FIGURE_TITLES]
    return counts + [None if rate is None else round(rate * 100, 1) for rate in rates]


def _item_row(item: Item, assist: Sequence[str], names: Mapping[str, str]) -> list[Cell]:
    return [
        item.number,
        item.source_number or "",
        item.text,
        item.source,
        item.category,
        item.lead_code,
        names.get(item.lead_code, ""),
        ";".join(assist),
        item.first_deadline.isoformat(),
        STATE_TITLES[State(item.state)],
        item.done_on.isoformat() if item.done_on else "",
        item.deadline.isoformat() if item.deadline != item.first_deadline else "",
        item.why_words,
        WHY_TITLES[Why(item.why)] if item.why else "",
        item.percent,
        item.measures,
        item.asked_until.isoformat() if item.asked_until else "",
        item.version,
    ]
