"""
The one reader of the tables people give us.

    rows = read_sheet(path, (Column("code", "单位代码", "code", required=True), …))

Every fault of every row is collected and raised together, with row and column, before anything is returned:
whoever writes rows to the database knows that all of them are good.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.errors import BadInput, Fault
from core.sheets.cells import Cell, CellError, as_code, as_day, as_number, as_text, as_whole
from core.sheets.columns import Column, Kind, Row, Value, matched
from core.sheets.grid import Grid, RawRow, read_grid

# Titles and notes people put above the header.
HEADER_WITHIN_ROWS = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was opened: what it is called, and what it holds."""

    filename: str
    grid: Grid

    def has(self, columns: Sequence[Column]) -> bool:
        """Whether it has a header with every required column."""
        return not self._header(columns).missing

    def rows(self, columns: Sequence[Column]) -> list[Row]:
        """Its rows, checked; BadInput with every fault."""
        header = self._header(columns)
        faults = list(self._header_faults(header))
        if faults:
            raise BadInput(faults)
        reading = _Reading(self.filename, header.positions, self.grid.epoch)
        rows = [reading.row(raw, columns) for raw in self.grid.rows if raw.number > header.number]
        if not rows:
            reading.faults.append(Fault(self.filename, "只有标题，没有内容"))
        if reading.faults:
            raise BadInput(reading.faults)
        return rows

    def _header(self, columns: Sequence[Column]) -> "_Header":
        """The row near the top that names the most columns; the first of those that name as many."""
        candidates = [_Header.of(raw, columns) for raw in self.grid.rows[:HEADER_WITHIN_ROWS]]
        return max(
            candidates, key=lambda header: len(header.positions), default=_Header(0, {}, tuple(columns))
        )

    def _header_faults(self, header: "_Header") -> Iterator[Fault]:
        if header.missing:
            titles = "、".join(f"“{column.title}”" for column in header.missing)
            yield Fault(self.filename, f"缺少这些列：{titles}")
        for places in header.positions.values():
            if len(places) > 1:
                columns = "、".join(f"第{place + 1}列" for place in places)
                yield Fault(
                    f"{self.filename} 第{header.number}行", f"{columns}的标题是同一个意思，请只留一列"
                )


def open_sheet(source: Path | bytes, filename: str = "") -> Sheet:
    """Open a file, or its bytes; BadInput when it is none we read."""
    if isinstance(source, bytes):
        return Sheet(filename or "文件", read_grid(source, filename or "文件"))
    try:
        content = source.read_bytes()
    except OSError as error:
        raise BadInput([Fault(str(source), _unreadable(source))]) from error
    return Sheet(filename or source.name, read_grid(content, filename or source.name))


def read_sheet(source: Path | bytes, columns: Sequence[Column], filename: str = "") -> list[Row]:
    """The rows of a file, checked against `columns`; BadInput with every fault."""
    return open_sheet(source, filename).rows(columns)


@dataclass(frozen=True, slots=True)
class _Header:
    number: int
    positions: dict[str, list[int]]
    missing: tuple[Column, ...]

    @classmethod
    def of(cls, raw: RawRow, columns: Sequence[Column]) -> "_Header":
        positions = matched([cell if isinstance(cell, str) else "" for cell in raw.cells], columns)
        missing = tuple(column for column in columns if column.required and column.name not in positions)
        return cls(raw.number, positions, missing)


class _Reading:
    """Turns raw rows into values, and gathers what is wrong with them."""

    def __init__(self, filename: str, positions: dict[str, list[int]], epoch: datetime) -> None:
        self.faults: list[Fault] = []
        self._filename = filename
        self._positions = positions
        self._seen: dict[tuple[str, Value], int] = {}
        self._readers: dict[Kind, Callable[[Cell], Value]] = {
            "text": as_text,
            "code": as_code,
            "whole": as_whole,
            "number": as_number,
            "day": lambda cell: as_day(cell, epoch),
        }

    def row(self, raw: RawRow, columns: Sequence[Column]) -> Row:
        values: dict[str, Value] = {}
        for column in columns:
            if column.name not in self._positions:
                continue
            place = self._positions[column.name][0]
            cell = raw.cells[place] if place < len(raw.cells) else None
            try:
                values[column.name] = self._value(cell, column, raw.number)
            except CellError as fault:
                where = f"{self._filename} 第{raw.number}行“{column.title}”列"
                self.faults.append(Fault(where, str(fault)))
        return Row(raw.number, values)

    def _value(self, cell: Cell, column: Column, number: int) -> Value:
        value = self._readers[column.kind](cell)
        if value is None:
            if column.required:
                raise CellError("没有填")
            return None
        if isinstance(value, str) and len(value) > column.max_chars:
            raise CellError(f"太长，有{len(value)}个字，最多{column.max_chars}个")
        if column.choices and value not in column.choices:
            raise CellError(f"只能填{'、'.join(column.choices)}，现在是“{value}”")
        if column.unique:
            before = self._seen.setdefault((column.name, value), number)
            if before != number:
                raise CellError(f"“{value}”和第{before}行重复")
        return value


def _unreadable(path: Path) -> str:
    if path.is_dir():
        return "这是文件夹，不是文件"
    return "文件读不了，请检查权限" if path.exists() else "没有这个文件"
