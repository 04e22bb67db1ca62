"""
A printed table, as a file that was kept, beside the same table counted anew: where they differ.

The file is what the results page gave (xlsx, or that saved as csv: heads, lines, and below them the imprint),
or an exported workbook, whose summary sheets have the imprint above. Spreadsheet programs write numbers in
their own way, so cells are compared as numbers where both are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.clock import SHANGHAI
from core.errors import BadInput, Fault
from core.reports.imprint import CHECK_LINE, LINK_LINE, TIME_LINE
from core.sheets.grid import RawRow, is_workbook, read_grid, read_workbook

Cells = tuple[str, ...]
DECIMALS = 2
_FIRST_LINE = "调查"
# An imprint's lines have two cells; a table's have more.
_LEAST_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Printed:
    """What a kept file holds; `at`, `check_code` and `link` are None and '' where its imprint was cut off."""

    rows: tuple[Cells, ...]
    at: datetime | None
    check_code: str
    link: str


def read_printed(content: bytes, filename: str) -> list[Printed]:
    """The tables that were taken away: one, or one for each summary sheet. BadInput where there is none."""
    if is_workbook(content):
        found = [_table(rows) for rows in read_workbook(content, filename).values()]
    else:
        found = [_table(read_grid(content, filename).rows)]
    tables = [each for each in found if each is not None]
    if len(tables) > 1:
        # Codebook and rows of an export are no tables of figures.
        tables = [each for each in tables if each.check_code] or tables[:1]
    if not tables:
        raise BadInput([Fault(filename, "这不是从结果页下载的表：没有表头和数")])
    return tables


def as_cells(rows: Sequence[Sequence[object]]) -> tuple[Cells, ...]:
    """A table counted anew, as `read_printed` gives one."""
    return tuple(tuple(_compared(cell) for cell in row) for row in rows)


def differences(printed: Sequence[Cells], anew: Sequence[Cells]) -> list[str]:
    """
    Where they differ, a sentence each; [] when they are the same.

    Lines are told apart by their first cell, where that comes several times by their first two; columns by
    their heads. The order of neither matters.
    """
    names = 1 if all(_are_different(row[:1] for row in table) for table in (printed, anew)) else 2
    old, new = _by_name(printed, names), _by_name(anew, names)
    found = [f"印的表里的“{name}”，重算没有这一行" for name in old if name not in new]
    found += [f"重算多出“{name}”这一行" for name in new if name not in old]
    heads = dict.fromkeys((*printed[0][names:], *anew[0][names:]))
    for name in (each for each in old if each in new):
        for head in heads:
            before, after = old[name].get(head, ""), new[name].get(head, "")
            if before != after:
                found.append(f"{name}，{head}：印的是 {before or '空'}，重算是 {after or '空'}")
    return found


def _table(raw: Iterable[RawRow]) -> Printed | None:
    """The table of one sheet, with its imprint above or below; None where there is no table."""
    rows = [tuple(_compared(cell) for cell in row.cells) for row in raw]
    if not rows:
        return None
    if rows[0][0] == _FIRST_LINE:
        begins = next((n for n, cells in enumerate(rows) if _filled(cells) >= _LEAST_COLUMNS), len(rows))
        imprint, table = rows[:begins], rows[begins:]
    else:
        ends = next((n for n, cells in enumerate(rows) if cells[0] == _FIRST_LINE), len(rows))
        table, imprint = rows[:ends], rows[ends:]
    if len(table) < 2:
        return None
    told: dict[str, str] = {}
    for cells in imprint:
        if len(cells) > 1:
            told.setdefault(cells[0], cells[1])
    return Printed(
        tuple(table), _moment(told.get(TIME_LINE, "")), told.get(CHECK_LINE, ""), told.get(LINK_LINE, "")
    )


def _filled(cells: Cells) -> int:
    return sum(bool(cell) for cell in cells)


def _are_different(names: Iterable[Cells]) -> bool:
    listed = list(names)
    return len(set(listed)) == len(listed)


def _by_name(rows: Sequence[Cells], names: int) -> dict[str, dict[str, str]]:
    heads = rows[0]
    return {" ".join(row[:names]): dict(zip(heads[names:], row[names:], strict=False)) for row in rows[1:]}


def _compared(cell: object) -> str:
    if cell is None or isinstance(cell, datetime):
        return "" if cell is None else f"{cell:%Y-%m-%d}"
    try:
        return f"{float(str(cell)):.{DECIMALS}f}"
    except ValueError:
        return str(cell).strip()


def _moment(words: str) -> datetime | None:
    try:
        return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
