"""A table as a picture: rows by columns, the darker the more; every cell carries its figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from core.charts.steps import COLOURS, NOTHING, STEPS, Steps, ink_on
from core.charts.svg import LINE, SOFT, TEXT_PX, drawing, element, text, width_of

CELL_HEIGHT, TOP_GAP, LEGEND_HEIGHT = 28, 8, 44
MOST_HEAD_LINES = 4


@dataclass(frozen=True, slots=True)
class GridRow:
    """`note` stands after the name (n=…); `cells`: value and how it is written, value None for no colour."""

    name: str
    note: str
    cells: Sequence[tuple[float | None, str]]


def grid(
    heads: Sequence[str],
    rows: Sequence[GridRow],
    told: str,
    in_words: Callable[[float], str],
    *,
    width: int = 1080,
) -> Markup:
    """`heads` over the columns. `told` says what is shown; `in_words` writes a value of the legend."""
    steps = Steps.of([value for row in rows for value, _words in row.cells if value is not None])
    name_room = max((width_of(row.name) for row in rows), default=0) + 12
    note_room = max((width_of(row.note, 12) for row in rows), default=0) + 10
    left = name_room + note_room
    cell = max((width - left - 1) / max(len(heads), 1), 46)
    broken = [_broken(head, cell - 6) for head in heads]
    top = TOP_GAP + max((len(lines) for lines in broken), default=0) * (TEXT_PX + 3)
    parts = []
    for number, lines in enumerate(broken):
        middle = left + cell * (number + 0.5)
        for line, words in enumerate(lines):
            y = top - 7 - (len(lines) - 1 - line) * (TEXT_PX + 3)
            parts.append(text(words, middle, y, text_anchor="middle", fill=SOFT))
    for number, row in enumerate(rows):
        parts += _row(row, top + CELL_HEIGHT * number, name_room, left, cell)(steps)
    below = top + CELL_HEIGHT * len(rows) + 10
    whole = left + cell * len(heads) + 1
    parts += _legend(steps, left, below, min(420.0, whole - left), in_words)
    return drawing(whole, below + LEGEND_HEIGHT, told, *parts)


def _row(
    row: GridRow, y: float, name_room: float, left: float, cell: float
) -> Callable[[Steps], list[Markup]]:
    def drawn(steps: Steps) -> list[Markup]:
        base = y + CELL_HEIGHT / 2 + 4.5
        parts = [
            text(row.name, 0, base),
            text(row.note, left - 8, base, text_anchor="end", fill=SOFT, font_size=12),
        ]
        for number, (value, words) in enumerate(row.cells):
            colour = NOTHING if value is None else COLOURS[steps.step(value)]
            x = left + cell * number
            parts.append(element("rect", x=x, y=y, width=cell, height=CELL_HEIGHT, fill=colour, stroke=LINE))
            parts.append(
                text(words, x + cell / 2, base, text_anchor="middle", fill=ink_on(colour), font_size=12.5)
            )
        return parts

    return drawn


def _legend(
    steps: Steps, left: float, top: float, width: float, in_words: Callable[[float], str]
) -> list[Markup]:
    step_width = width / STEPS
    parts = []
    for number, colour in enumerate(COLOURS):
        x = left + step_width * number
        parts.append(element("rect", x=x, y=top, width=step_width, height=12, fill=colour, stroke=LINE))
    for number, bound in enumerate(steps.bounds, 1):
        x = left + step_width * number
        parts.append(text(in_words(bound), x, top + 28, text_anchor="middle", fill=SOFT, font_size=12))
    return parts


def _broken(words: str, room: float) -> list[str]:
    """A heading in lines that have room; the last one is cut where it would take too many."""
    lines = [""]
    for letter in words:
        if width_of(lines[-1] + letter) > room and lines[-1]:
            lines.append("")
        lines[-1] += letter
    if len(lines) > MOST_HEAD_LINES:
        lines = [*lines[: MOST_HEAD_LINES - 1], lines[MOST_HEAD_LINES - 1][:-1] + "…"]
    return lines
