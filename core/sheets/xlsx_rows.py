"""
Rows of an xlsx workbook's sheets that are shown and hold something; imports read the first of them.

A workbook is a zip file somebody sends us: what it says about its own size is checked before anything is
unpacked, and document types (the way XML bombs are built) are refused. A value in merged cells counts for
each row it spans; across columns it stays in the first.
"""

import io
import re
import tempfile
import warnings
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from typing import IO, Any

import openpyxl
from openpyxl.utils import range_boundaries

from core.errors import BadInput, Fault
from core.sheets.cells import Cell, is_blank

MAX_PARTS = 2_000
MAX_COLUMNS = 300
# Kept in memory while reading, unlike the sheets themselves.
MAX_SHARED_TEXT_BYTES = 100 * 1024 * 1024
_CHUNK_BYTES = 1 << 20
# A document type stands before the first element, if anywhere.
_PROLOGUE_BYTES = 1 << 16
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
# A row, with its number, in which every cell is without content.
_BLANK_ROW = re.compile(rb'<row\b[^>]*?\br="\d+"[^>]*?(?:/>|>(?:<c\b[^>]*/>)*</row>)')
_DOCTYPE = re.compile(rb"<!(doctype|entity)", re.IGNORECASE)

# What openpyxl and zipfile raise on a damaged workbook: they check little before they use it.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # XML that does not parse, whichever parser is installed
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,
)

Rows = Iterator[tuple[int, tuple[Cell, ...]]]


def xlsx_rows(content: bytes, filename: str, *, max_bytes: int) -> tuple[Rows, datetime]:
    """Each row of the first filled sheet with its number, from 1, and the day serials are counted from."""
    sheets, epoch = xlsx_sheets(content, filename, max_bytes=max_bytes, only_first=True)
    return next(iter(sheets.values())), epoch


def xlsx_sheets(
    content: bytes, filename: str, *, max_bytes: int, only_first: bool = False
) -> tuple[dict[str, Rows], datetime]:
    """The rows of every sheet that is shown and holds something, by its title; and the day of serials."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _guard(archive, filename, max_bytes)
            with tempfile.TemporaryFile() as lean:
                _copy_without_blank_rows(archive, lean)
                # openpyxl warns of what it leaves out (drop-down lists, styles): nothing we read.
                with warnings.catch_warnings():
                    warnings.filterwarnings("ignore", module="openpyxl")
                    found, epoch = _filled_sheets(lean, only_first=only_first)
    except BROKEN as error:
        raise BadInput(
            [Fault(filename, "文件坏了，打不开；请用 Excel 或 WPS 打开后另存为 .xlsx 再导入")]
        ) from error
    if not found:
        raise BadInput([Fault(filename, "工作簿里没有内容")])
    return found, epoch


def _guard(archive: zipfile.ZipFile, filename: str, max_bytes: int) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}

    def refusal(words: str) -> BadInput:
        return BadInput([Fault(filename, words)])

    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise refusal("这不是 xlsx 表格，请用 Excel 或 WPS 另存为 .xlsx 再导入")
    # zipfile never unpacks more of a part than the size it declares here.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > max_bytes:
        raise refusal("解压以后太大，不像是正常的表格；请只留下要导入的那一张表")
    if any(part.flag_bits & 0x1 for part in parts):
        raise refusal("文件设了密码，打不开；请去掉密码，另存为 .xlsx 再导入")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refusal("文件里有宏（.xlsm），为了安全不导入；请另存为不带宏的 .xlsx")
    for part in parts:
        if part.filename == "xl/sharedStrings.xml" and part.file_size > MAX_SHARED_TEXT_BYTES:
            raise refusal("表格里的文字太多，请分成几个文件导入")
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as opened:
                if _DOCTYPE.search(opened.read(_PROLOGUE_BYTES)):
                    raise refusal("文件里有不该有的 XML 定义，为了安全不导入")


def _filled_sheets(file: IO[bytes], *, only_first: bool) -> tuple[dict[str, Rows], datetime]:
    workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    found: dict[str, Rows] = {}
    with closing(workbook), zipfile.ZipFile(file) as archive:
        for sheet in workbook.worksheets:
            if sheet.sheet_state != "visible":
                continue
            rows = _filled(_rows(sheet), _merged(archive, sheet))
            if rows:
                found[sheet.title] = iter(rows)
                if only_first:
                    break
    return found, workbook.epoch


def _copy_without_blank_rows(archive: zipfile.ZipFile, out: IO[bytes]) -> None:
    """
    The same workbook, less the rows that hold only formats.

    Sheets with a format dragged down to the last of a million rows are common; openpyxl would take a minute
    over them.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as lean:
        for part in archive.infolist():
            is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
            with archive.open(part) as opened, lean.open(part.filename, "w", force_zip64=True) as written:
                for piece in _pieces(opened):
                    written.write(_BLANK_ROW.sub(b"", piece) if is_sheet else piece)


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """A part in pieces that begin with a row where possible, so that no blank row is cut in two."""
    piece = b""
    while chunk := part.read(_CHUNK_BYTES):
        piece += chunk
        last_row = piece.rfind(b"<row")
        if last_row > 0:
            yield piece[:last_row]
            piece = piece[last_row:]
        elif len(piece) > 2 * _CHUNK_BYTES:
            yield piece
            piece = b""
    yield piece


def _rows(sheet: Any) -> dict[int, tuple[Cell, ...]]:
    # A sheet often claims a million rows; what is really there decides.
    sheet.reset_dimensions()
    rows: dict[int, tuple[Cell, ...]] = {}
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=None), 1):
        if not all(map(is_blank, cells)):
            rows[number] = tuple(cells[:MAX_COLUMNS])
    return rows


def _filled(
    rows: dict[int, tuple[Cell, ...]], merged: Iterable[tuple[int, int, int]]
) -> list[tuple[int, tuple[Cell, ...]]]:
    """The rows, each vertically merged value written into every row below it that holds something."""
    numbers = sorted(rows)
    for column, first_row, last_row in merged:
        value = rows[first_row][column - 1] if len(rows.get(first_row, ())) >= column else None
        if is_blank(value):
            continue
        # Not the range itself: somebody may have merged a column down to the sheet's last row.
        for number in numbers[bisect_right(numbers, first_row) : bisect_right(numbers, last_row)]:
            cells = list(rows[number]) + [None] * (column - len(rows[number]))
            cells[column - 1] = value
            rows[number] = tuple(cells)
    return sorted(rows.items())


def _merged(archive: zipfile.ZipFile, sheet: Any) -> Iterable[tuple[int, int, int]]:
    """Ranges merged over several rows: column, first row, last row. A read-only sheet does not tell them."""
    found: dict[tuple[int, int, int], None] = {}
    with archive.open(sheet._worksheet_path) as part:
        before = b""
        while chunk := part.read(_CHUNK_BYTES):
            text = before + chunk
            for match in _MERGED.finditer(text):
                column, first_row, _, last_row = range_boundaries(match[1].decode("ascii"))
                if last_row > first_row:
                    found[column, first_row, last_row] = None
            # A mark may lie across two chunks.
            before = text[-200:]
    return found
