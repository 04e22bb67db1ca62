"""The one page for a county or unit as a PDF: its figures, and its open items, the most pressing first."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.clock import in_words
from core.config import Office
from core.rectification.figures import Figures
from core.rectification.models import Item
from core.rectification.words import STATE_TITLES, State
from qrcodes.typesetting import set_pdf

SOURCE = Path(__file__).resolve().parent / "pages" / "unit.typ"
# As many as fit beside everything else, each on two lines.
MOST_ROWS = 17
MOST_TEXT_CHARS = 46
COLUMNS = ("编号", "意见建议", "状态", "时限", "进度")


def unit_page(
    name: str, figures: Figures, open_items: Sequence[Item], office: Office, now: datetime, today: date
) -> bytes:
    """The PDF; always one page."""
    rest = len(open_items) - MOST_ROWS
    late = bool(figures.overdue)
    data = {
        "title": f"{name}整改情况",
        "under": f"截至{today.year}年{today.month}月{today.day}日",
        "figures": [
            _figure("交办（条）", str(figures.assigned)),
            _figure("已销号（条）", str(figures.closed)),
            _figure("按期率", _share(figures.on_time_rate)),
            _figure("完成率", _share(figures.completion_rate)),
            _figure("延期中（条）", str(figures.extended)),
            _figure("已超期（条）", str(figures.overdue), is_late=late),
        ],
        "heading": f"还没销号的{len(open_items)}条",
        "columns": COLUMNS,
        "rows": [_row(item, today) for item in open_items[:MOST_ROWS]],
        "more": f"另有{rest}条没有列出，请在系统里看。" if rest > 0 else "",
        "source": _source(office, now),
    }
    return set_pdf(SOURCE, data, now)


def _figure(title: str, value: str, *, is_late: bool = False) -> dict[str, Any]:
    return {"title": title, "value": value, "is-late": is_late}


def _share(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.1%}"


def _row(item: Item, today: date) -> dict[str, Any]:
    days = (today - item.deadline).days
    due = f"{item.deadline:%Y-%m-%d}"
    if days > 0:
        due += f" 超期{days}天"
    elif item.deadline > item.first_deadline:
        due += " 已延期"
    text = " ".join(item.text.split())
    return {
        "number": str(item.number),
        "text": text if len(text) <= MOST_TEXT_CHARS else f"{text[: MOST_TEXT_CHARS - 1]}…",
        "state": STATE_TITLES[State(item.state)],
        "due": due,
        "is-late": days > 0,
        "percent": f"{item.percent}%",
    }


def _source(office: Office, now: datetime) -> str:
    by = f"{office.name}　电话 {office.phone}　" if office.name else ""
    what = "按期率按首次时限、完成率按现在时限，都占交办的百分比。"
    return f"{by}{in_words(now)}由民意系统制表。{what}"
