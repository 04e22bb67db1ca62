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
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal, get_args

import xlsxwriter

from core.clock import local
from core.errors import SurveyError
from core.sheets.out_columns import Cell, OutColumn, RowWriter

TableFormat = Literal["csv", "xlsx", "sav"]
FORMATS: tuple[str, ...] = get_args(TableFormat)
# The last row number of an xlsx sheet, header included.
XLSX_SHEET_ROWS = 1_048_576
XLSX_COLUMN_WIDTH = 16
XLSX_WIDTHS: dict[str, int] = {"time": 20, "code": 8, "number": 10}
# A cell that begins with one of these may be run as a formula by a spreadsheet program, the full-width signs
# by some in East Asia; an apostrophe in front makes it text.
# https://owasp.org/www-community/attacks/CSV_Injection (read 2026-11)
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_STARTS = frozenset(FORMULA_STARTS)
# Different labels that are remembered; more only makes it slower.
MOST_HARMLESS = 50_000
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


@dataclass(frozen=True, slots=True)
class FrontSheet:
    """
    A small table that stands before the rows in a workbook: what it says above (`lines`: what, and what of
    it), its header, its rows, and how wide each column is, in characters.
    """

    title: str
    lines: Sequence[tuple[str, str]]
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]


@contextmanager
def table_file(
    path: Path,
    file_format: str,
    columns: Sequence[OutColumn],
    title: str,
    notes: Sequence[str] = (),
    front: Sequence[FrontSheet] = (),
) -> Iterator[RowWriter]:
    """
    A table being written to `path`: call what it gives with one row after the other, cells as `columns`.

    `title` names the sheet (at most 28 characters, xlsx) or the file (sav); `notes` go into a sav,
    `front` before the rows of an xlsx. An error inside leaves no file. ExportFailed when the disk is full or
    the folder is not there.
    """
    # Everything is written beside its final place, where there is room for it or nowhere. The name says whose
    # it is: what a killed process leaves behind can be told from what is at work.
    beside = f".{path.stem}-"
    with failed_sentence(path), tempfile.TemporaryDirectory(prefix=beside, dir=path.parent) as folder:
        whole = Path(folder) / path.name
        with _opened(whole, file_format, columns, title, notes, front) as write:
            yield write
        whole.replace(path)


@contextmanager
def failed_sentence(path: Path) -> Iterator[None]:
    """What the system says when a file cannot be written becomes one sentence: ExportFailed."""
    try:
        yield
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise ExportFailed(
            f"写不了文件 {path.name}：{_reason(error)}。没有留下半个文件，请换个地方再导出。"
        ) from error


def defuse(cell: Cell) -> Cell:
    """The cell, with an apostrophe in front when a spreadsheet program might run it as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _STARTS else cell


def _opened(
    path: Path,
    file_format: str,
    columns: Sequence[OutColumn],
    title: str,
    notes: Sequence[str],
    front: Sequence[FrontSheet],
) -> AbstractContextManager[RowWriter]:
    if file_format == "csv":
        return _csv_file(path, columns)
    if file_format == "xlsx":
        return _xlsx_file(path, columns, title, front)
    if file_format == "sav":
        # It needs numpy and pandas, which no server process should load for nothing.
        from core.sheets.sav import sav_file

        return sav_file(path, columns, title, notes)
    raise ValueError(f"no such format: {file_format}")


@contextmanager
def _csv_file(path: Path, columns: Sequence[OutColumn]) -> Iterator[RowWriter]:
    # Codes are ours and begin with a letter or a digit; only words can be a formula.
    times = [place for place, column in enumerate(columns) if column.kind == "time"]
    labels = [place for place, column in enumerate(columns) if column.kind == "label"]
    texts = [place for place, column in enumerate(columns) if column.kind == "text"]
    # Nearly every cell is harmless, and there are a hundred million of them; few labels are different ones.
    harmless: set[Cell] = {None}
    labels_of = itemgetter(*labels) if len(labels) > 1 else lambda cells: tuple(cells[at] for at in labels)

    def defuse_at(cells: list[Cell], places: Sequence[int]) -> None:
        for place in places:
            cell = cells[place]
            if cell and (not isinstance(cell, str) or cell[0] in _STARTS):
                cells[place] = defuse(_plain(cell))

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in columns])

        def write(row: Sequence[Cell]) -> None:
            cells = list(row)
            for place in times:
                cells[place] = _plain(cells[place])
            defuse_at(cells, texts)
            if not harmless.issuperset(labels_of(cells)):
                before = labels_of(cells)
                defuse_at(cells, labels)
                if len(harmless) < MOST_HARMLESS:
                    harmless.update(
                        was for was, is_now in zip(before, labels_of(cells), strict=True) if was is is_now
                    )
            writer.writerow(cells)

        yield write


@contextmanager
def _xlsx_file(
    path: Path, columns: Sequence[OutColumn], title: str, front: Sequence[FrontSheet]
) -> Iterator[RowWriter]:
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        # A full sheet of a year is more than 4 GB before it is packed; a smaller one is written as ever.
        "use_zip64": True,
    }
    header = [column.name for column in columns]
    with _closed_book(xlsxwriter.Workbook(str(path), options)) as book:
        bold = book.add_format({"bold": True})
        for each in front:
            _write_front(book, bold, each)
        state: dict[str, Any] = {"sheet": None, "row": XLSX_SHEET_ROWS, "number": 0}

        def end_sheet() -> None:
            if state["sheet"] is not None:
                state["sheet"].autofilter(0, 0, max(state["row"] - 1, 1), len(header) - 1)

        def begin_sheet() -> None:
            end_sheet()
            number = state["number"] + 1
            sheet = book.add_worksheet(title if number == 1 else f"{title}{number}")
            sheet.freeze_panes(1, 1)
            for place, column in enumerate(columns):
                sheet.set_column(place, place, XLSX_WIDTHS.get(column.kind, XLSX_COLUMN_WIDTH))
            sheet.write_row(0, 0, header, bold)
            state.update(sheet=sheet, row=1, number=number)

        def write(row: Sequence[Cell]) -> None:
            if state["row"] >= XLSX_SHEET_ROWS:
                begin_sheet()
            sheet, number = state["sheet"], state["row"]
            for place, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, int | float):
                    sheet.write_number(number, place, cell)
                else:
                    sheet.write_string(number, place, _plain(cell))
            state["row"] += 1

        yield write
        if state["sheet"] is None:
            begin_sheet()
        end_sheet()
        if front:
            book.worksheets()[0].activate()


def _write_front(book: Any, bold: Any, front: FrontSheet) -> None:
    sheet = book.add_worksheet(front.title)
    for place, width in enumerate(front.widths):
        sheet.set_column(place, place, width)
    head = len(front.lines) + 1 if front.lines else 0
    for number, line in enumerate(front.lines):
        sheet.write_row(number, 0, line)
    sheet.write_row(head, 0, front.header, bold)
    sheet.freeze_panes(head + 1, 1)
    for number, row in enumerate(front.rows, head + 1):
        sheet.write_row(number, 0, [_plain(cell) for cell in row])
    sheet.autofilter(head, 0, max(head + len(front.rows), head + 1), len(front.header) - 1)


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
