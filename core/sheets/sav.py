"""
Tables as SPSS reads them: codes as numbers with value labels, times as times.

Two numbers are user-missing, so that means leave them out and a table can still tell them apart, as survey
programs have it: 98 不了解, 99 没有回答 (not asked, passed over, or broken off before). 97, a refusal of one
question, does not occur: who would rather not say passes over. A column of several codes becomes one variable
of 0 and 1 for each option. The library wants the table whole, so the rows are gathered first: small numbers
in arrays, words once each with a number for every row.
"""

import errno
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy
import pandas
import pyreadstat
from pyreadstat import ReadstatError

from core.clock import local
from core.sheets.out_columns import Cell, OutColumn, RowWriter

# SPSS's own limits, in bytes of UTF-8.
MAX_NAME_BYTES = 64
MAX_LABEL_BYTES = 255
MAX_VALUE_LABEL_BYTES = 120
MAX_TEXT_BYTES = 32_767
MAX_NOTE_BYTES = 80
UNKNOWN, NO_ANSWER, NO_ANSWER_LABEL = 98, 99, "没有回答"
# SPSS counts seconds from the first midnight of the Gregorian calendar.
FIRST_MOMENT, TIME_FORMAT = datetime(1582, 10, 14), "DATETIME20"
# With so many options the numbers of what is missing would be taken.
MANY_OPTIONS, MANY_UNKNOWN, MANY_NO_ANSWER = 97, 9998, 9999


class _Words:
    """A column of words, each different one kept once: places and units come a hundred thousand times."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._rows = array("i")

    def append(self, words: str) -> None:
        """One more row."""
        self._rows.append(self._numbers.setdefault(words, len(self._numbers)))

    def column(self) -> Any:
        """All rows, as pandas holds them."""
        words = pandas.Index(list(self._numbers), dtype="str")
        return _WordsColumn.from_codes(_same_memory(self._rows), categories=words)


class _WordsColumn(pandas.Categorical):  # type: ignore[misc]
    """
    Words that are handed out one by one.

    The library walks through all columns at once; pandas' own would each become a list of all rows first.
    """

    def __iter__(self) -> Iterator[str]:
        return map(self.categories.tolist().__getitem__, self.codes)


@dataclass(slots=True)
class _Variable:
    """One variable of the file while its values are gathered."""

    name: str
    title: str
    take: Callable[[Cell], Any]
    values: Any
    labels: dict[int | float, str] = field(default_factory=dict)
    missing: list[Any] = field(default_factory=list)
    measure: str = "nominal"
    form: str = ""

    def column(self) -> Any:
        """What was gathered, as pandas holds it; the gathered values are let go."""
        values, self.values = self.values, None
        return values.column() if isinstance(values, _Words) else _same_memory(values)


def _same_memory(values: "array[Any]") -> Any:
    return numpy.frombuffer(values, dtype=values.typecode) if values else numpy.array(values)


@contextmanager
def sav_file(
    path: Path, columns: Sequence[OutColumn], title: str, notes: Sequence[str]
) -> Iterator[RowWriter]:
    """A .sav that is written when the block ends. OSError when it cannot be."""
    gathered = [(place, variable) for place, column in enumerate(columns) for variable in _variables(column)]
    _make_names_good([variable for _, variable in gathered])

    def write(row: Sequence[Cell]) -> None:
        for place, variable in gathered:
            variable.values.append(variable.take(row[place]))

    yield write
    variables = [variable for _, variable in gathered]
    # Not copied together into one block: that would hold everything twice.
    frame = pandas.DataFrame({variable.name: variable.column() for variable in variables}, copy=False)
    try:
        pyreadstat.write_sav(
            frame,
            path,
            file_label=_cut(title, MAX_NAME_BYTES),
            column_labels=[_cut(variable.title, MAX_LABEL_BYTES) or None for variable in variables],
            row_compress=True,
            note=[line for words in notes for line in _in_lines(words, MAX_NOTE_BYTES)] or None,
            variable_value_labels={each.name: each.labels for each in variables if each.labels},
            missing_ranges={each.name: each.missing for each in variables if each.missing},
            variable_measure={each.name: each.measure for each in variables if not each.form},
            variable_format={each.name: each.form for each in variables if each.form},
        )
    except ReadstatError as error:
        # The library keeps to itself what the system said.
        raise OSError(errno.EIO, f"多半是磁盘满了（{error}）") from error


def _variables(column: OutColumn) -> Iterator[_Variable]:
    """What a column becomes: one variable, none (labels), or one for each option (several codes)."""
    title = column.title or column.name
    match column.kind:
        case "label":
            return
        case "number":
            yield _Variable(column.name, title, _number, array("d"), measure="scale")
        case "time":
            yield _Variable(column.name, title, _time, array("d"), form=TIME_FORMAT)
        case "code":
            unknown, no_answer = _missing_numbers(len(column.options))
            numbers: dict[Cell, int] = {
                option.code: unknown if option.is_missing else number
                for number, option in enumerate(column.options, 1)
            }
            labels: dict[int | float, str] = {
                numbers[option.code]: _cut(option.label, MAX_VALUE_LABEL_BYTES) for option in column.options
            }
            missing = [number for number in (unknown,) if number in labels]
            yield _Variable(
                column.name,
                title,
                lambda cell: numbers.get(cell, no_answer),
                array("h"),
                labels=labels | {no_answer: NO_ANSWER_LABEL},
                missing=[*missing, no_answer],
                measure="ordinal",
            )
        case "codes":
            for option in column.options:
                yield _Variable(
                    f"{column.name}_{option.code}",
                    f"{title}：{option.label}",
                    _holds(option.code),
                    array("h"),
                    labels={0: "未选", 1: "选了", NO_ANSWER: NO_ANSWER_LABEL},
                    missing=[NO_ANSWER],
                )
        case "text":
            yield _Variable(column.name, title, _text, _Words())


def _holds(code: str) -> Callable[[Cell], int]:
    return lambda cell: NO_ANSWER if cell is None else int(code in str(cell).split(";"))


def _missing_numbers(options: int) -> tuple[int, int]:
    """What stands for 不了解 and for no answer."""
    return (UNKNOWN, NO_ANSWER) if options < MANY_OPTIONS else (MANY_UNKNOWN, MANY_NO_ANSWER)


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else float("nan")


def _time(cell: Cell) -> float:
    """SPSS knows no zones: what a clock in Shanghai showed, to the second."""
    if not isinstance(cell, datetime):
        return float("nan")
    return (local(cell).replace(tzinfo=None, microsecond=0) - FIRST_MOMENT).total_seconds()


def _text(cell: Cell) -> str:
    return _cut(str(cell), MAX_TEXT_BYTES) if cell else ""


def _make_names_good(variables: Sequence[_Variable]) -> None:
    """Names as SPSS takes them, each once: a letter first, then letters, digits, `_`, `.`, `@`; 64 bytes."""
    taken: set[str] = set()
    for variable in variables:
        kept = "".join(c if c.isalnum() or c in "_.@" else "_" for c in variable.name)
        name = _cut(kept if kept[:1].isalpha() else f"v{kept}", MAX_NAME_BYTES).rstrip("._")
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{_cut(kept, MAX_NAME_BYTES - 5)}_{number}"
        taken.add(name.casefold())
        variable.name = name


def _cut(words: str, most_bytes: int) -> str:
    """As much of the words as fits, whole characters only."""
    # No character has more than four bytes.
    if len(words) * 4 <= most_bytes:
        return words
    return words.encode()[:most_bytes].decode(errors="ignore")


def _in_lines(words: str, most_bytes: int) -> Iterator[str]:
    while words:
        line = _cut(words, most_bytes)
        yield line
        words = words[len(line) :]
