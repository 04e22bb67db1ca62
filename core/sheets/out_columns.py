"""
What the columns of a table hold that people take away. Plain data, so that questions can name their columns
without loading what writes files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# What the cells of a column hold: `code` is one of its options, `codes` several of them joined by `;`,
# `label` what another column's code reads as, which formats with value labels need no column for.
ColumnKind = Literal["text", "number", "time", "code", "codes", "label"]
# What can stand in one cell; a moment is written as the day and hour in Shanghai.
Cell = str | int | float | datetime | None
# Takes one row, a cell for each column.
RowWriter = Callable[[Sequence[Cell]], None]


@dataclass(frozen=True, slots=True)
class OutOption:
    """A code that may stand in a column, and how it reads. `is_missing`: left out of means (不了解)."""

    code: str
    label: str
    is_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutColumn:
    """
    A column of a table that is written. `title` is its long name, where the format has room for one.
    """

    name: str
    title: str = ""
    kind: ColumnKind = "text"
    options: tuple[OutOption, ...] = ()
