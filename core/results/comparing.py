"""
A printed table, as a file that was kept, beside the same table counted anew: where they differ.

The file is what the results page gave (xlsx), or that saved as csv: heads, lines, and below them the imprint.
Spreadsheet programs write numbers in their own way, so cells are compared as numbers where both are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.clock import SHANGHAI
from core.errors import BadInput, Fault
from core.reports.imprint import CHECK_LINE, LINK_LINE, TIME_LINE
from core.sheets.grid import read_grid

Cells = tuple[str, ...]
DECIMALS = 2
_IMPRINT = ("调查", "问卷", "计分", "范围", "答卷", TIME_LINE, CHECK_LINE, LINK_LINE, "说明")


@dataclass(frozen=True, slots=True)
class Printed:
    """What a kept file holds; `at` and `check_code` are None and '' where its imprint was cut off."""

    rows: tuple[Cells, ...]
    at: datetime | None
    check_code: str


def read_printed(content: bytes, filename: str) -> Printed:
    """A table that was taken away. BadInput for what is no such file."""
    found = [row.cells for row in read_grid(content, filename).rows]
    rows = [tuple(_compared(cell) for cell in cells) for cells in found]
    begins = next((n for n, cells in enumerate(rows) if n and cells[0] == _IMPRINT[0]), len(rows))
    imprint = {cells[0]: cells[1] for cells in rows[begins:] if len(cells) > 1 and cells[0] in _IMPRINT}
    if begins < 2:
        raise BadInput([Fault(filename, "这不是从结果页下载的表：没有表头和数")])
    return Printed(tuple(rows[:begins]), _moment(imprint.get(TIME_LINE, "")), imprint.get(CHECK_LINE, ""))


def as_cells(rows: Sequence[Sequence[object]]) -> tuple[Cells, ...]:
    """A table counted anew, as `read_printed` gives one."""
    return tuple(tuple(_compared(cell) for cell in row) for row in rows)


def differences(printed: Sequence[Cells], anew: Sequence[Cells]) -> list[str]:
    """
    Where they differ, a sentence each; [] when they are the same.

    Lines are told apart by their first cell, columns by their heads; their order does not matter.
    """
    old, new = _by_name(printed), _by_name(anew)
    found = [f"印的表里的“{name}”，重算没有这一行" for name in old if name not in new]
    found += [f"重算多出“{name}”这一行" for name in new if name not in old]
    heads = dict.fromkeys((*printed[0][1:], *anew[0][1:]))
    for name in (each for each in old if each in new):
        for head in heads:
            before, after = old[name].get(head, ""), new[name].get(head, "")
            if before != after:
                found.append(f"{name}，{head}：印的是 {before or '空'}，重算是 {after or '空'}")
    return found


def _by_name(rows: Sequence[Cells]) -> dict[str, dict[str, str]]:
    heads = rows[0]
    return {row[0]: dict(zip(heads[1:], row[1:], strict=False)) for row in rows[1:]}


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
