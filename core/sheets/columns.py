"""
What an import expects of a table: its columns, described; and the rows that come out.

A header matches a column when it says the same as its title, its name or one of its aliases, however it is
spaced, marked or bracketed: `整改时限（必填）`, `* 整改 时限` and `整改时限：` are one header.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["text", "code", "whole", "number", "day"]
Value = str | int | float | date | None

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_IDLE = re.compile(r"[\s_\-*:.、/\\|'\"“”#]+")


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column an import can read.

    `name` is its key in our code, `title` what people call it. `required`: the column must be there and no
    cell may be empty; otherwise the whole column may be missing. `unique`: no value may come twice.
    `choices`: the only words allowed, where there are any.
    """

    name: str
    title: str
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    max_chars: int = 2_000
    choices: tuple[str, ...] = ()

    def is_called(self, header: str) -> bool:
        """Whether a header, already made plain by `plain_header`, is this column's."""
        return header in {plain_header(word) for word in (self.name, self.title, *self.aliases)}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` as the person counts it in the file, values by column name."""

    number: int
    values: dict[str, Value] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The words of a text or code column, '' when empty."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def whole(self, name: str) -> int | None:
        """The value of a whole-number column."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def decimal(self, name: str) -> float | None:
        """The value of a number column."""
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) else None

    def day(self, name: str) -> date | None:
        """The value of a day column."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None


def plain_header(words: str) -> str:
    """A header without brackets and what they hold, spaces, marks and letter case."""
    half_width = unicodedata.normalize("NFKC", words).lower()
    return _IDLE.sub("", _BRACKETED.sub("", half_width)) or _IDLE.sub("", half_width)


def matched(headers: Sequence[str], columns: Sequence[Column]) -> dict[str, list[int]]:
    """For each column, the positions of the headers that are its own."""
    plain = [plain_header(header) for header in headers]
    found = {
        column.name: [place for place, header in enumerate(plain) if header and column.is_called(header)]
        for column in columns
    }
    return {name: places for name, places in found.items() if places}
