"""
The one writer for every table people take away: csv, xlsx and SPSS's sav, row by row, whole or not at all.

- csv: UTF-8 with a byte order mark, so that spreadsheet programs read the Chinese; cells that such a program
  would run as a formula are defused.
- xlsx: in constant memory; goes on in another sheet where one is full; strings stay strings.
- sav: see `sav.py`.

The file appears under its name only when it is whole. What the columns mean is said by whoever exports.
"""

import csv
import errno
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

import xlsxwriter

from core.clock import local
from core.errors import SurveyError
from core.sheets.out_columns import Cell, OutColumn

TableFormat = Literal["csv", "xlsx", "sav"]
FORMATS: tuple[str, ...] = get_args(TableFormat)
# The last row number of an xlsx sheet, header included.
XLSX_SHEET_ROWS = 1_048_576
XLSX_COLUMN_WIDTH = 16
# A cell that begins with one of these may be run as a formula by a spreadsheet program, the full-width signs
# by some in East Asia; an apostrophe in front makes it text.
# https://owasp.org/www-community/attacks/CSV_Injection (read 2026-11)
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_STARTS = frozenset(FORMULA_STARTS)
# `2026-11-21 15:04:05`
MOMENT_CHARS = 19


class ExportFailed(SurveyError):
    """The file could not be written; nothing of it is left behind."""


_FULL = "磁盘满了，或者文件超过了系统允许的大小"
_REASONS = {
    errno.ENOSPC: _FULL,
    errno.EFBIG: _FULL,
    errno.EDQUOT: _FULL,
    errno.ENOENT: "没有这个文件夹",
    errno.EACCES: "没有权限",
}

RowWriter = Callable[[Sequence[Cell]], None]


@contextmanager
def table_file(
    path: Path, file_format: str, columns: Sequence[OutColumn], title: str, notes: Sequence[str] = ()
) -> Iterator[RowWriter]:
    """
    A table being written to `path`: call what it gives with one row after the other, cells as `columns`.

    `title` names the sheet (at most 28 characters, xlsx) or the file (sav); `notes` go into a sav. An error
    inside leaves no file. ExportFailed when the disk is full or the folder is not there.
    """
    try:
        # Everything is written beside its final place, where there is room for it or nowhere.
        with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
            whole = Path(folder) / path.name
            with _opened(whole, file_format, columns, title, notes) as write:
                yield write
            whole.replace(path)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise ExportFailed(
            f"写不了文件 {path.name}：{_reason(error)}。没有留下半个文件，请换个地方再导出。"
        ) from error


def defuse(cell: Cell) -> Cell:
    """The cell, with an apostrophe in front when a spreadsheet program might run it as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _STARTS else cell


def _opened(
    path: Path, file_format: str, columns: Sequence[OutColumn], title: str, notes: Sequence[str]
) -> AbstractContextManager[RowWriter]:
    if file_format == "csv":
        return _csv_file(path, columns)
    if file_format == "xlsx":
        return _xlsx_file(path, columns, title)
    if file_format == "sav":
        # It needs numpy and pandas, which no server process should load for nothing.
        from core.sheets.sav import sav_file

        return sav_file(path, columns, title, notes)
    raise ValueError(f"no such format: {file_format}")


@contextmanager
def _csv_file(path: Path, columns: Sequence[OutColumn]) -> Iterator[RowWriter]:
    # Codes are ours and begin with a letter or a digit; only words can be a formula.
    times = [place for place, column in enumerate(columns) if column.kind == "time"]
    in_words = [place for place, column in enumerate(columns) if column.kind in ("text", "label", "codes")]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in columns])

        def write(row: Sequence[Cell]) -> None:
            cells = list(row)
            for place in times:
                cells[place] = _plain(cells[place])
            for place in in_words:
                cell = cells[place]
                # Nearly every cell is harmless, and there are a hundred million of them.
                if cell and (not isinstance(cell, str) or cell[0] in _STARTS):
                    cells[place] = defuse(_plain(cell))
            writer.writerow(cells)

        yield write


@contextmanager
def _xlsx_file(path: Path, columns: Sequence[OutColumn], title: str) -> Iterator[RowWriter]:
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    header = [column.name for column in columns]
    with _closed_book(xlsxwriter.Workbook(str(path), options)) as book:
        bold = book.add_format({"bold": True})
        state: dict[str, Any] = {"sheet": None, "row": XLSX_SHEET_ROWS}

        def begin_sheet() -> None:
            number = len(book.worksheets()) + 1
            sheet = book.add_worksheet(title if number == 1 else f"{title}{number}")
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, len(header) - 1, XLSX_COLUMN_WIDTH)
            sheet.write_row(0, 0, header, bold)
            state.update(sheet=sheet, row=1)

        def write(row: Sequence[Cell]) -> None:
            if state["row"] >= XLSX_SHEET_ROWS:
                begin_sheet()
            state["sheet"].write_row(state["row"], 0, [_plain(cell) for cell in row])
            state["row"] += 1

        yield write
        if state["sheet"] is None:
            begin_sheet()


@contextmanager
def _closed_book(book: Any) -> Iterator[Any]:
    """A workbook that is closed at the end; after a failure, too, no file of it stays open."""
    try:
        yield book
        book.close()
    finally:
        for sheet in book.worksheets():
            # In constant memory each sheet has a file of its own; on a full disk it cannot be emptied.
            if sheet.row_data_fh is not None and not sheet.row_data_fh.closed:
                with suppress(OSError):
                    sheet.row_data_fh.close()


def _plain(cell: Cell) -> str | int | float | None:
    return local(cell).isoformat(" ", "seconds")[:MOMENT_CHARS] if isinstance(cell, datetime) else cell


def _reason(error: BaseException) -> str:
    """What the operating system said, also behind the writer's own error."""
    for cause in (error, *error.args):
        if isinstance(cause, OSError) and cause.strerror:
            return _REASONS.get(cause.errno or 0, cause.strerror)
    return str(error)
