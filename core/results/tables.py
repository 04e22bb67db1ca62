"""A table of figures as plain data, and how its cells are printed. Knows nothing of where they come from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from core.results.ranking import Rank
from core.results.rounding import DASH, half_up, points_words, score_words, share_words

Kind = Literal["rank", "count", "score", "share", "points", "text"]
Value = Fraction | int | str | Rank | None


@dataclass(frozen=True, slots=True)
class Column:
    """`title` as it stands over the column; `unit` after it in brackets, '' for none."""

    key: str
    title: str
    kind: Kind
    unit: str = ""

    @property
    def head(self) -> str:
        """Title and unit."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True, slots=True)
class Line:
    """`code` names the place, unit, question or day; '' where the line leads nowhere."""

    code: str
    name: str
    cells: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`head` stands over the names. `whole` is the line at the foot: all lines together; None for none."""

    title: str
    head: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    whole: Line | None = None
    notes: tuple[str, ...] = field(default=())

    def printed(self) -> Iterator[tuple[str, ...]]:
        """Every row as it is printed, the foot last: what a check code is made of."""
        yield (self.head, *(column.head for column in self.columns))
        for line in (*self.lines, *([self.whole] if self.whole else ())):
            yield (line.name, *(in_print(line.cells.get(each.key), each.kind) for each in self.columns))

    def sorted_by(self, key: str, *, descending: bool) -> tuple[Line, ...]:
        """The lines by a column (or `name`); what has no value there, and what leads nowhere, comes last."""
        if key == "name":
            return tuple(sorted(self.lines, key=lambda line: (not line.code, line.name), reverse=descending))
        having = [line for line in self.lines if line.code and line.cells.get(key) is not None]
        rest = [line for line in self.lines if not (line.code and line.cells.get(key) is not None)]
        having.sort(key=lambda line: _order(line.cells[key]), reverse=descending)
        return (*having, *rest)


def in_print(value: Value, kind: Kind) -> str:
    """A cell as it is printed."""
    if value is None or isinstance(value, str):
        return DASH if value is None else value
    if isinstance(value, Rank):
        return str(value)
    words = {"score": score_words, "share": share_words, "points": points_words}.get(kind)
    return words(value) if words else f"{value}"


def in_file(value: Value, kind: Kind) -> str | int | float | None:
    """A cell as it stands in a file: numbers as numbers, rounded as they are printed."""
    if isinstance(value, Fraction | int) and kind in ("score", "points"):
        return float(half_up(value, 2))
    if isinstance(value, Fraction | int) and kind == "share":
        return float(half_up(value * 100, 1))
    return str(value) if isinstance(value, Rank | Fraction) else value


def file_rows(table: Table) -> list[list[str | int | float | None]]:
    """The table as it stands in a file: the heads, then every line, the foot last."""
    heads = [f"{each.head}（%）" if each.kind == "share" else each.head for each in table.columns]
    lines = (*table.lines, *([table.whole] if table.whole else ()))
    return [
        [table.head, *heads],
        *([line.name, *(in_file(line.cells.get(c.key), c.kind) for c in table.columns)] for line in lines),
    ]


def _order(value: Any) -> Any:
    return value.place if isinstance(value, Rank) else value
