"""Rows of a csv file: UTF-8 with or without BOM, GB18030 or UTF-16, separated by comma, semicolon or tab."""

import codecs
import csv
import io
from collections.abc import Iterator

from core.errors import BadInput, Fault
from core.sheets.cells import Cell

SEPARATORS = (",", "\t", ";")


def csv_rows(content: bytes, filename: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Each record with its number, from 1. BadInput when it is no text, or its quotes do not close."""
    words = _decoded(content, filename)
    if "\0" in words:
        raise BadInput([Fault(filename, "这不是 csv 或 xlsx 文件")])
    first_line = next((line for line in words.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first_line.count)
    records = csv.reader(io.StringIO(words, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, record in enumerate(records, 1):
            yield number, tuple(record)
    except csv.Error as error:
        raise BadInput([Fault(f"{filename} 第{number + 1}行", "引号没有成对，或者一格里的字太多")]) from error


def _decoded(content: bytes, filename: str) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput([Fault(filename, "文字编码认不出来，请另存为 UTF-8 的 csv，或 .xlsx")])
