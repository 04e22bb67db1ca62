"""
From a file's bytes to raw rows, whatever kind of file it is.

Answers for what kind it is and for refusing what we do not read; leaves the cells' meaning to others. All
refusals are one BadInput with one sentence.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.errors import BadInput, Fault
from core.sheets.cells import EPOCH_1900, Cell, is_blank
from core.sheets.csv_rows import csv_rows
from core.sheets.xlsx_rows import xlsx_rows, xlsx_sheets

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_UNPACKED_BYTES = 400 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row that holds something; `number` counts from 1, blank rows included."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """What a file holds. `epoch` is the day its serial numbers are counted from."""

    rows: tuple[RawRow, ...]
    epoch: datetime = EPOCH_1900


def read_grid(content: bytes, filename: str) -> Grid:
    """Every row that is not blank. BadInput when the file is none we read, or too large."""
    content = _unwrapped(content, filename)
    epoch = EPOCH_1900
    if content.startswith(b"PK"):
        rows, epoch = xlsx_rows(content, filename, max_bytes=MAX_UNPACKED_BYTES)
    elif (
        content.lstrip()[:15]
        .lower()
        .startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"%pdf", b"{\\rtf"))
    ):
        raise _refusal(filename, "这不是真正的表格文件，请用 Excel 或 WPS 打开，另存为 .xlsx 再导入")
    else:
        rows = csv_rows(content, filename)
    return Grid(tuple(_with_content(rows)), epoch)


def read_workbook(content: bytes, filename: str) -> dict[str, tuple[RawRow, ...]]:
    """Every filled sheet's rows that are not blank, by the sheet's title. BadInput when it is no xlsx."""
    content = _unwrapped(content, filename)
    if not content.startswith(b"PK"):
        raise _refusal(filename, "这不是 xlsx 工作簿，请用 Excel 或 WPS 另存为 .xlsx 再导入")
    sheets, _epoch = xlsx_sheets(content, filename, max_bytes=MAX_UNPACKED_BYTES)
    return {title: tuple(_with_content(rows)) for title, rows in sheets.items()}


def is_workbook(content: bytes) -> bool:
    """Whether these are the bytes of an xlsx workbook rather than of text."""
    return content.startswith(b"PK")


def _unwrapped(content: bytes, filename: str) -> bytes:
    """The bytes, unpacked; BadInput for what is empty, too large, encrypted or of an old kind."""
    if not content.strip(b" \t\r\n\xef\xbb\xbf"):
        raise _refusal(filename, "文件是空的")
    if len(content) > MAX_FILE_BYTES:
        raise _refusal(filename, f"文件太大，超过{MAX_FILE_BYTES // 1024 // 1024}MB")
    if content.startswith(b"\x1f\x8b"):
        content = _unpacked(content, filename)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise _refusal(filename, "文件设了密码，打不开；请去掉密码，另存为 .xlsx 再导入")
        raise _refusal(filename, "这是旧格式（.xls 等），请用 Excel 或 WPS 另存为 .xlsx 再导入")
    return content


def _with_content(rows: Iterator[tuple[int, tuple[Cell, ...]]]) -> Iterator[RawRow]:
    for number, cells in rows:
        if not all(map(is_blank, cells)):
            yield RawRow(number, cells)


def _unpacked(content: bytes, filename: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            unpacked = packed.read(MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _refusal(filename, "压缩文件坏了，请重新压缩或重新下载") from error
    if len(unpacked) > MAX_UNPACKED_BYTES:
        raise _refusal(filename, "解压以后太大，不像是正常的表格")
    if not unpacked.strip():
        raise _refusal(filename, "文件是空的")
    return unpacked


def _refusal(filename: str, words: str) -> BadInput:
    return BadInput([Fault(filename, words)])
