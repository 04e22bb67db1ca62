"""Curves over days: one or a few quantities, each labelled where it ends, with a scale of round numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from markupsafe import Markup

from core.charts.steps import nice
from core.charts.svg import LINE, SOFT, TEXT_PX, Box, drawing, element, text, width_of

# Told apart by colour, by how they are dashed, and by the words at their end.
CURVES = (("#0a5f6b", ""), ("#b4530f", "7 4"), ("#55646b", "2 3"))
TICKS = 4
# Steps of a scale of counts: whole numbers, whatever their size.
WHOLE = (1.0, 2.0, 5.0, 10.0)
LABEL_GAP_PX = 8
DOT_PX = 3.5


@dataclass(frozen=True, slots=True)
class Series:
    """One quantity, a value for each day."""

    name: str
    values: Sequence[int]


def daily_curves(
    days: Sequence[date], series: Sequence[Series], told: str, *, width: int = 860, height: int = 300
) -> Markup:
    """
    The curves of at most three quantities over the days; `days` and each series are equally long.

    `told` says in a sentence what it shows.
    """
    if not 1 <= len(series) <= len(CURVES):
        raise ValueError(f"one to {len(CURVES)} curves can be told apart, not {len(series)}")
    most = max((value for each in series for value in each.values), default=0)
    step = max(nice(most / TICKS, WHOLE), 1.0)
    top = step * max(1, -(-most // step))
    left = width_of(_grouped(int(top))) + 12
    room = max(width_of(f"{each.name} {_grouped(each.values[-1])}") for each in series) + 14
    field = Box(left, 14, width - left - room, height - 14 - 30)
    parts = [*_scale(field, int(step), int(top)), *dates_along(field, days)]
    ends = _label_places([field.bottom - each.values[-1] / top * field.height for each in series], field)
    for (colour, dashes), each, end in zip(CURVES, series, ends, strict=False):
        parts += _curve(field, each, top, colour, dashes, end)
    return drawing(width, height, told, *parts)


def _scale(field: Box, step: int, top: int) -> list[Markup]:
    parts = []
    for value in range(0, top + 1, step):
        y = field.bottom - value / top * field.height
        parts.append(
            element("line", x1=field.left, x2=field.right, y1=y, y2=y, stroke=SOFT if value == 0 else LINE)
        )
        parts.append(text(_grouped(value), field.left - 6, y + 4, text_anchor="end", fill=SOFT))
    return parts


def dates_along(field: Box, days: Sequence[date]) -> list[Markup]:
    """As many dates as have room below a field, from the last one backwards."""
    room = width_of("12月30日") + 16
    every = max(1, -(-len(days) * int(room) // max(int(field.width), 1)))
    parts = []
    for number in range(len(days) - 1, -1, -every):
        day, x = days[number], _x(field, number, len(days))
        parts.append(element("line", x1=x, x2=x, y1=field.bottom, y2=field.bottom + 4, stroke=SOFT))
        words = f"{day.month}月{day.day}日"
        x = min(max(x, width_of(words) / 2), field.right + 20)
        parts.append(text(words, x, field.bottom + 20, text_anchor="middle", fill=SOFT))
    return parts


def _curve(field: Box, series: Series, top: float, colour: str, dashes: str, label_y: float) -> list[Markup]:
    count = len(series.values)
    points = [
        (_x(field, number, count), field.bottom - value / top * field.height)
        for number, value in enumerate(series.values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return [
        element(
            "polyline",
            points=line,
            fill="none",
            stroke=colour,
            stroke_width=2.5,
            stroke_linejoin="round",
            stroke_dasharray=dashes or "none",
        ),
        element("circle", cx=x, cy=y, r=DOT_PX, fill=colour),
        text(f"{series.name} {_grouped(series.values[-1])}", x + LABEL_GAP_PX, label_y + 4.5, fill=colour),
    ]


def _label_places(wanted: Sequence[float], field: Box) -> list[float]:
    """The labels' heights, moved apart where they would lie on one another."""
    gap = TEXT_PX + 4
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    placed = [wanted[number] for number in order]
    for before, number in pairwise(range(len(placed))):
        placed[number] = max(placed[number], placed[before] + gap)
    too_low = max(0.0, placed[-1] - field.bottom) if placed else 0.0
    found = [0.0] * len(wanted)
    for number, y in zip(order, placed, strict=True):
        found[number] = y - too_low
    return found


def _x(field: Box, number: int, count: int) -> float:
    return field.left + (field.width * number / (count - 1) if count > 1 else field.width / 2)


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", "\u2009")
