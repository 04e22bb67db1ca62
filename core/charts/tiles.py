"""
A map of tiles: one square for each county, about where it lies, so that large and small ones are seen alike.

Every tile carries name and figure; the colour only helps to find the high and the low ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from core.charts.steps import COLOURS, NOTHING, STEPS, Steps, ink_on
from core.charts.svg import LINE, SOFT, drawing, element, text, width_of

TILE, GAP = 82, 5
LEGEND_HEIGHT = 46
NAME_PX, FIGURE_PX, NOTE_PX = 15, 17, 11.5


@dataclass(frozen=True, slots=True)
class Tile:
    """`column` and `row` from 0. `value` decides the colour (None: none); `figure` and `note` are written."""

    column: int
    row: int
    name: str
    value: float | None
    figure: str
    note: str = ""


def tile_map(tiles: Sequence[Tile], told: str, in_words: Callable[[float], str]) -> Markup:
    """The map with its legend. `told` says what it shows; `in_words` writes a value of the legend."""
    steps = Steps.of([tile.value for tile in tiles if tile.value is not None])
    columns = max((tile.column for tile in tiles), default=0) + 1
    rows = max((tile.row for tile in tiles), default=0) + 1
    width, height = columns * (TILE + GAP) + 1, rows * (TILE + GAP)
    parts = [part for tile in tiles for part in _tile(tile, steps)]
    parts += _legend(steps, height + 8, width, in_words)
    return drawing(width, height + LEGEND_HEIGHT, told, *parts)


def _tile(tile: Tile, steps: Steps) -> list[Markup]:
    x, y = tile.column * (TILE + GAP) + 0.5, tile.row * (TILE + GAP) + 0.5
    colour = NOTHING if tile.value is None else COLOURS[steps.step(tile.value)]
    ink = ink_on(colour)
    middle = x + TILE / 2
    name_px = min(NAME_PX, NAME_PX * (TILE - 8) / max(width_of(tile.name, NAME_PX), 1))
    parts = [
        element("rect", x=x, y=y, width=TILE, height=TILE, rx=6, fill=colour, stroke=LINE),
        text(tile.name, middle, y + 26, text_anchor="middle", fill=ink, font_size=name_px),
        text(
            tile.figure,
            middle,
            y + 49,
            text_anchor="middle",
            fill=ink,
            font_size=FIGURE_PX,
            font_weight="bold",
        ),
    ]
    if tile.note:
        parts.append(text(tile.note, middle, y + 69, text_anchor="middle", fill=ink, font_size=NOTE_PX))
    return parts


def _legend(steps: Steps, top: float, width: float, in_words: Callable[[float], str]) -> list[Markup]:
    """Five swatches, and between them where one step ends and the next begins."""
    step_width = (width - 1) / STEPS
    parts = []
    for number, colour in enumerate(COLOURS):
        x = 0.5 + step_width * number
        parts.append(element("rect", x=x, y=top, width=step_width, height=14, fill=colour, stroke=LINE))
    for number, bound in enumerate(steps.bounds, 1):
        x = 0.5 + step_width * number
        parts.append(text(in_words(bound), x, top + 30, text_anchor="middle", fill=SOFT, font_size=12))
    return parts
