"""
Lists of items as files: reading and checking them, without a database.

The columns are those of the office's own list (see `data/`), and those our export adds: 编号, the permanent
number, and 版本, by which a row that was edited while the item moved on is noticed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from core.errors import BadInput, Fault
from core.places.gazetteer import Gazetteer, PlaceNode, UnitNode
from core.rectification.details import Facts
from core.rectification.models import MAX_CATEGORY_CHARS, MAX_SOURCE_CHARS
from core.rectification.words import STATE_TITLES, State, why_of
from core.rectification.workflow import MAX_TEXT_CHARS
from core.sheets import Column, Row, Sheet, open_sheet
from core.sheets.writing import FORMULA_STARTS

COLUMNS = (
    Column("number", "编号", "whole", aliases=("整改编号", "事项编号"), unique=True),
    Column("version", "版本", "whole"),
    Column("source_number", "序号", "code", aliases=("原序号",), max_chars=20),
    Column("text", "意见建议", aliases=("意见", "整改事项", "问题"), required=True, max_chars=MAX_TEXT_CHARS),
    Column("source", "来源", required=True, max_chars=MAX_SOURCE_CHARS),
    Column("category", "类别", aliases=("分类", "维度"), required=True, max_chars=MAX_CATEGORY_CHARS),
    Column("lead", "牵头单位", aliases=("牵头", "责任单位"), required=True),
    Column("assist", "协办单位", aliases=("协办", "配合单位")),
    Column("first_deadline", "整改时限", "day", aliases=("时限", "办结时限"), required=True),
    Column("state", "状态"),
    Column("done_on", "完成日期", "day", aliases=("销号日期",)),
    Column("deadline", "延期至", "day"),
    Column("why_words", "未完成原因", aliases=("延期原因",)),
)
TITLES: Mapping[str, str] = MappingProxyType({column.name: column.title for column in COLUMNS})

# What people write in 状态, besides the titles of our own states.
_STATE_WORDS = {
    "推进中": State.WORKING,
    "办理中": State.WORKING,
    "未完成": State.WORKING,
    "已完成": State.CLOSED,
    "已办结": State.CLOSED,
} | {title: state for state, title in STATE_TITLES.items()}
_BETWEEN_UNITS = re.compile(r"[;；、,，\s]+")


@dataclass(frozen=True, slots=True)
class Line:
    """
    One item as a file has it: `row` as people count them. `number` and `version` are None when not given.

    Of `facts`, `state` is None where the cell is empty, `assist` and `deadline` where there is no such
    column: what is not said is left as it is.
    """

    row: int
    number: int | None
    version: int | None
    facts: Facts


def read_items(source: Path | bytes, gazetteer: Gazetteer, today: date, filename: str = "") -> list[Line]:
    """The items of a file; BadInput with every fault of every row."""
    sheet = open_sheet(source, filename)
    reading = _Reading(sheet, _Names(gazetteer), today)
    lines = [reading.line(row) for row in sheet.rows(COLUMNS)]
    reading.note_repeated(lines)
    if reading.faults:
        raise BadInput(reading.faults)
    return lines


class _Names:
    """Finds a county or unit by code, name or short name."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._codes: dict[str, str] = {}
        nodes: tuple[PlaceNode | UnitNode, ...] = (*gazetteer.counties, *gazetteer.units)
        for node in nodes:
            for word in (node.code, node.name, node.short_name):
                self._codes.setdefault(word, node.code)

    def code(self, words: str) -> str | None:
        """The code, None for nobody."""
        return self._codes.get(words) or self._codes.get(words.upper())


class _Reading:
    """Turns rows into lines, and gathers what is wrong with them."""

    def __init__(self, sheet: Sheet, names: _Names, today: date) -> None:
        self.faults: list[Fault] = []
        self._sheet = sheet
        self._names = names
        self._today = today

    def line(self, row: Row) -> Line:
        """One row."""
        first, later, done_on = row.day("first_deadline"), row.day("deadline"), row.day("done_on")
        assert first is not None, "required"
        state = self._state(row, done_on)
        if later is not None and later < first:
            self._fault(row, "deadline", f"比整改时限（{first}）还早")
        lead = self._unit(row, "lead", row.text("lead"))
        why_words = _as_written(row.text("why_words"))
        facts = Facts(
            text=_as_written(row.text("text")),
            category=row.text("category"),
            source=row.text("source"),
            source_number=row.text("source_number") or None,
            lead_code=lead,
            assist=self._assist(row, lead) if "assist" in row.values else None,
            first_deadline=first,
            deadline=(later or first) if "deadline" in row.values else None,
            state=state,
            done_on=done_on,
            why=why_of(why_words) if why_words else None,
            why_words=why_words or None,
        )
        return Line(row.number, row.whole("number"), row.whole("version"), facts)

    def note_repeated(self, lines: Sequence[Line]) -> None:
        """Two rows of one source must not have the same number."""
        seen: dict[tuple[str | None, str], int] = {}
        for line in lines:
            if line.facts.source_number is None:
                continue
            before = seen.setdefault((line.facts.source, line.facts.source_number), line.row)
            if before != line.row:
                words = f"“{line.facts.source}”的{line.facts.source_number}号和第{before}行重复"
                self.faults.append(Fault(f"{self._sheet.filename} 第{line.row}行“序号”列", words))

    def _state(self, row: Row, done_on: date | None) -> State | None:
        words = row.text("state")
        state = _STATE_WORDS.get(words)
        if words and state is None:
            self._fault(row, "state", f"只能填推进中、已销号，或者空着，现在是“{words}”")
        if state is State.CLOSED and done_on is None:
            self._fault(row, "done_on", "已销号的要填完成日期")
        if done_on is not None and state is not State.CLOSED:
            self._fault(row, "done_on", "填了完成日期，状态就要是“已销号”")
        if done_on is not None and done_on > self._today:
            self._fault(row, "done_on", f"{done_on}还没有到")
        return state

    def _assist(self, row: Row, lead: str) -> tuple[str, ...]:
        words = [word for word in _BETWEEN_UNITS.split(row.text("assist")) if word]
        codes = [self._unit(row, "assist", word) for word in words]
        if lead and lead in codes:
            self._fault(row, "assist", "里面有牵头单位自己")
        return tuple(sorted(dict.fromkeys(code for code in codes if code)))

    def _unit(self, row: Row, column: str, words: str) -> str:
        code = self._names.code(words)
        if code is None:
            self._fault(row, column, f"没有“{words}”这个县（区）或单位，请填代码或名称")
        return code or ""

    def _fault(self, row: Row, column: str, words: str) -> None:
        where = f"{self._sheet.filename} 第{row.number}行“{TITLES[column]}”列"
        self.faults.append(Fault(where, words))


def _as_written(words: str) -> str:
    """Without the apostrophe that our own export puts before what a spreadsheet might run."""
    return words[1:] if words.startswith("'") and words[1:].startswith(FORMULA_STARTS) else words
