"""
A workbook to a questionnaire: its cells become the tree a YAML file gives, and the same linter judges it.

The linter names faults by line. Each cell gets a number of its own in the tree, and the number is turned
back into the cell (`题目!C5`) in what is told.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from openpyxl.utils import get_column_letter

from core.errors import BadInput, Fault
from core.questionnaires.lint import LintFault, LintReport, judge
from core.questionnaires.model import Questionnaire
from core.questionnaires.nodes import Entry, ListNode, MapNode, Node, Scalar, shown
from core.questionnaires.workbook.layout import (
    BEGINS,
    CHOICES,
    DIMENSION_ITEMS,
    DIMENSIONS,
    ENDS,
    FLAGS,
    OPTION_ITEMS,
    QUESTION_ITEMS,
    SETTING_ITEMS,
    SETTING_MAPS,
    SETTING_NAME,
    SETTING_VALUE,
    SETTINGS,
    SHEETS,
    SURVEY,
    XLSFORM_ENDS,
    XLSFORM_TYPES,
    Item,
    as_headed,
    meant_by,
)
from core.sheets.cells import Cell, CellError, as_text, is_blank
from core.sheets.columns import plain_header
from core.sheets.grid import RawRow, read_workbook

_LINE = re.compile(r"第(\d+)行")
_BETWEEN = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True, slots=True)
class WorkbookReport:
    """All that was found, each at its cell. `questionnaire` is None exactly when there are errors."""

    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    questionnaire: Questionnaire | None


def lint_workbook(content: bytes, filename: str) -> WorkbookReport:
    """Judge a workbook. BadInput when it is none; never raises for what stands in its cells."""
    reading = _Reading(filename)
    root = reading.tree(read_workbook(content, filename))
    # The linter wants the file to be named after the questionnaire, as a YAML file is.
    judged = judge(root, str(PurePath(filename).with_suffix(".yaml")), reading.faults)
    return reading.report(judged)


def load_workbook(content: bytes, filename: str) -> Questionnaire:
    """The questionnaire in a workbook; BadInput with every fault, each at its cell."""
    report = lint_workbook(content, filename)
    if report.questionnaire is None:
        raise BadInput(report.errors)
    return report.questionnaire


@dataclass(slots=True)
class _Row:
    """One row: its cells by the key of their column, and where it begins."""

    line: int
    cells: dict[str, "_Found"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """A cell that holds something."""

    item: Item
    value: Cell
    line: int


@dataclass(slots=True)
class _Open:
    """A container whose end has not come yet."""

    kind: str
    node: dict[str, Entry]
    line: int
    questions: list[Node] = field(default_factory=list)


class _Reading:
    """Turns sheets into a tree; `line` numbers stand for cells."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.faults: list[LintFault] = []
        self._cells = [f"{SETTINGS}!A1"]

    def tree(self, sheets: dict[str, tuple[RawRow, ...]]) -> MapNode:
        found = self._sheets(sheets)
        root = self._settings(found.get(SETTINGS, ()))
        root["format"] = self._entry("format", Scalar("whole", "1", 1, 1), 1)
        root["dimensions"] = self._entry("dimensions", self._dimensions(found.get(DIMENSIONS, ())), 1)
        lists = self._lists(found.get(CHOICES, ()))
        questions, used = self._questions(found.get(SURVEY, ()), lists)
        scales = {
            name: self._entry(name, self._map({"options": options}, options.line), options.line)
            for name, options in lists.items()
            if used.get(name) in (None, "scale")
        }
        root["scales"] = self._entry("scales", MapNode(scales, 1), 1)
        root["questions"] = self._entry("questions", questions, questions.line)
        return MapNode(root, 1)

    def report(self, judged: LintReport) -> WorkbookReport:
        return WorkbookReport(self._told(judged.errors), self._told(judged.warnings), judged.questionnaire)

    def _told(self, faults: Iterable[LintFault]) -> tuple[Fault, ...]:
        def cell(line: int) -> str:
            return self._cells[line - 1] if 0 < line <= len(self._cells) else ""

        return tuple(
            Fault(
                f"{self.filename} {cell(fault.line)}".strip(),
                _LINE.sub(lambda found: cell(int(found[1])), as_headed(cell(fault.line), fault.message)),
            )
            for fault in faults
        )

    # Sheets and cells --------------------------------------------------------------------------------------

    def _sheets(self, sheets: dict[str, tuple[RawRow, ...]]) -> dict[str, tuple[RawRow, ...]]:
        found: dict[str, tuple[RawRow, ...]] = {}
        for title, rows in sheets.items():
            name = next(
                (ours for ours, also in SHEETS.items() if title.strip().lower() in (ours, *also)), None
            )
            if name is not None:
                found[name] = rows
        for name in (SURVEY, SETTINGS):
            if name not in found:
                self._fault(1, f"缺少工作表“{name}”，或者里面是空的。请从导出的工作簿改起")
        return found

    def _rows(self, sheet: str, rows: Sequence[RawRow], items: tuple[Item, ...]) -> Iterator[_Row]:
        """The rows below the header; columns nobody knows are told once."""
        if not rows:
            return
        columns: dict[int, Item] = {}
        for column, header in enumerate(rows[0].cells):
            if is_blank(header):
                continue
            name = plain_header(str(header))
            item = next((item for item in items if name in item.names), None)
            line = self._line(sheet, rows[0].number, column)
            if item is None:
                self._fault(line, f"不认识这一列“{shown(str(header))}”，请删掉或改成规定的名字")
            elif item in columns.values():
                self._fault(line, f"“{item.title}”这一列有两个，请删掉一个")
            else:
                columns[column] = item
        for raw in rows[1:]:
            row = _Row(self._line(sheet, raw.number, 0))
            for column, item in columns.items():
                value = raw.cells[column] if column < len(raw.cells) else None
                if not is_blank(value):
                    row.cells[item.key] = _Found(item, value, self._line(sheet, raw.number, column))
            yield row

    def _line(self, sheet: str, row: int, column: int) -> int:
        self._cells.append(f"{sheet}!{get_column_letter(column + 1)}{row}")
        return len(self._cells)

    def _fault(self, line: int, message: str) -> None:
        self.faults.append(LintFault(self.filename, line, message, "workbook"))

    def _node(self, found: _Found) -> Node:
        """A cell's value as YAML would have given it; what does not fit stays words, to be refused."""
        try:
            words = as_text(found.value) or ""
        except CellError as error:
            self._fault(found.line, str(error))
            return Scalar("broken", "", None, found.line)
        item = found.item
        match item.kind:
            case "flag":
                flag = FLAGS.get(words.lower())
                if flag is not None:
                    return Scalar("flag", str(flag).lower(), flag, found.line)
            case "number":
                number = _number(found.value, words)
                if number is not None:
                    kind: Any = "whole" if isinstance(number, int) else "decimal"
                    return Scalar(kind, words, number, found.line)
            case "list":
                each = [meant_by(item, word) for word in _BETWEEN.split(words) if word]
                return ListNode(tuple(self._text(word, found.line) for word in each), found.line)
            case "text":
                return self._text(meant_by(item, words), found.line)
        return self._text(words, found.line)

    @staticmethod
    def _text(words: str, line: int) -> Scalar:
        return Scalar("text", words, words, line)

    def _entry(self, key: str, node: Node, line: int) -> Entry:
        return Entry(self._text(key, line), node, line)

    def _map(self, nodes: dict[str, Node], line: int) -> MapNode:
        return MapNode({key: self._entry(key, node, node.line) for key, node in nodes.items()}, line)

    def _nested(self, cells: Iterable[_Found]) -> dict[str, Entry]:
        """Cells as the entries of a map; those of a map within come together under its key."""
        entries: dict[str, Entry] = {}
        inner: dict[str, dict[str, Entry]] = {}
        for found in cells:
            outer, _, key = found.item.key.partition(".")
            if key:
                inner.setdefault(outer, {})[key] = self._entry(key, self._node(found), found.line)
            else:
                entries[outer] = self._entry(outer, self._node(found), found.line)
        for outer, held in inner.items():
            line = min(entry.line for entry in held.values())
            entries[outer] = self._entry(outer, MapNode(held, line), line)
        return entries

    # What the sheets mean ----------------------------------------------------------------------------------

    def _settings(self, rows: Sequence[RawRow]) -> dict[str, Entry]:
        found: dict[str, _Found] = {}
        for row in self._rows(SETTINGS, rows, (SETTING_NAME, SETTING_VALUE)):
            name = row.cells.get("name")
            if name is None:
                continue
            plain = plain_header(str(name.value))
            item = next((item for item in SETTING_ITEMS if plain in item.names), None)
            if item is None:
                self._fault(name.line, f"不认识这一项“{shown(str(name.value))}”，请改成规定的名字")
            elif item.key in found:
                self._fault(name.line, f"“{item.title}”有两行，请删掉一行")
            elif "value" in row.cells:
                found[item.key] = replace(row.cells["value"], item=item)
        entries = self._nested(found.values())
        for needed in SETTING_MAPS:
            entries.setdefault(needed, self._entry(needed, MapNode({}, 1), 1))
        return entries

    def _dimensions(self, rows: Sequence[RawRow]) -> MapNode:
        entries: dict[str, Entry] = {}
        for row in self._rows(DIMENSIONS, rows, DIMENSION_ITEMS):
            code, words = row.cells.get("code"), row.cells.get("name")
            if code is None:
                self._fault(row.line, "这一行没有写维度的代码")
                continue
            key = str(code.value).strip()
            if key in entries:
                self._fault(code.line, f"维度“{shown(key)}”写了两遍，请删掉一行")
            node = self._node(words) if words else Scalar("null", "", None, code.line)
            entries[key] = self._entry(key, node, code.line)
        return MapNode(entries, min((entry.line for entry in entries.values()), default=1))

    def _lists(self, rows: Sequence[RawRow]) -> dict[str, ListNode]:
        """The lists of options, by name, each in the sheet's order."""
        options: dict[str, list[Node]] = {}
        for row in self._rows(CHOICES, rows, OPTION_ITEMS):
            named = row.cells.pop("list", None)
            if named is None:
                self._fault(row.line, "这一行没有写是哪张选项表的")
                continue
            made = MapNode(self._nested(row.cells.values()), row.line)
            options.setdefault(str(named.value).strip(), []).append(made)
        return {key: ListNode(tuple(made), made[0].line) for key, made in options.items()}

    def _questions(
        self, rows: Sequence[RawRow], lists: dict[str, ListNode]
    ) -> tuple[ListNode, dict[str, str]]:
        """The questions in order, containers filled; and which list is used by what type of question."""
        top = _Open("", {}, 1)
        open_: list[_Open] = [top]
        used: dict[str, str] = {}
        for row in self._rows(SURVEY, rows, QUESTION_ITEMS):
            kind = self._type(row)
            if kind in ENDS.values() or kind in XLSFORM_ENDS:
                self._close(open_, row, kind)
                continue
            named = row.cells.pop("list", None)
            entries = self._nested(row.cells.values())
            if "type" in entries:
                entries["type"] = self._entry(
                    "type", self._text(kind, entries["type"].line), entries["type"].line
                )
            if named is not None:
                self._with_list(entries, named, kind, lists, used)
            if kind in BEGINS:
                open_.append(_Open(kind, entries, row.line))
            else:
                open_[-1].questions.append(MapNode(entries, row.line))
        while len(open_) > 1:
            self._fault(open_[-1].line, f"这里“{BEGINS[open_[-1].kind]}”，后面没有“{ENDS[open_[-1].kind]}”")
            self._shut(open_)
        return ListNode(tuple(top.questions), min((each.line for each in top.questions), default=1)), used

    def _type(self, row: _Row) -> str:
        found = row.cells.get("type")
        if found is None:
            return ""
        words = str(found.value).strip()
        return XLSFORM_TYPES.get(words, meant_by(found.item, words))

    def _with_list(
        self,
        entries: dict[str, Entry],
        named: _Found,
        kind: str,
        lists: dict[str, ListNode],
        used: dict[str, str],
    ) -> None:
        name = str(named.value).strip()
        if kind == "scale":
            entries["scale"] = self._entry("scale", self._text(name, named.line), named.line)
            used[name] = "scale"
        elif name in lists:
            entries["options"] = self._entry("options", lists[name], named.line)
            used.setdefault(name, kind)
        else:
            self._fault(named.line, f"工作表“{CHOICES}”里没有选项表“{shown(name)}”")
            entries["options"] = self._entry("options", Scalar("broken", "", None, named.line), named.line)

    def _close(self, open_: list[_Open], row: _Row, kind: str) -> None:
        ended = XLSFORM_ENDS.get(kind) or next(each for each, words in ENDS.items() if words == kind)
        if len(open_) == 1 or open_[-1].kind != ended:
            self._fault(row.line, f"这里“{ENDS[ended]}”，前面没有对应的“{BEGINS[ended]}”")
            return
        self._shut(open_)

    def _shut(self, open_: list[_Open]) -> None:
        closed = open_.pop()
        questions = ListNode(tuple(closed.questions), closed.line)
        entries = {**closed.node, "questions": self._entry("questions", questions, closed.line)}
        open_[-1].questions.append(MapNode(entries, closed.line))


def _number(value: Cell, words: str) -> int | float | None:
    """The number in a cell, typed as one or as text; None when it is none."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value) if isinstance(value, int | float) else float(words)
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return int(number) if number.is_integer() else number
