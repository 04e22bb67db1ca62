"""A score over days, and below it how many answered each day: a figure without its n says little."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

from markupsafe import Markup

from core.charts.lines import dates_along
from core.charts.steps import nice
from core.charts.svg import LINE, SOFT, Box, drawing, element, text, width_of

LINE_COLOUR, BAR_COLOUR = "#0a5f6b", "#9fb6ba"
# Counts take a quarter of the height.
COUNT_SHARE = 0.26
LEAST_SPAN = 5.0
WHOLE = (1.0, 2.0, 5.0, 10.0)
TICKS = 4


@dataclass(frozen=True, slots=True)
class DayScore:
    """`score` 0–100, None where there is none, or too few answered to draw it; `n` answered."""

    day: date
    score: float | None
    n: int


def score_trend(points: Sequence[DayScore], told: str, *, width: int = 1080, height: int = 340) -> Markup:
    """`points`: one for each day, without gaps. The scale of scores shows the part that is needed."""
    scores = [each.score for each in points if each.score is not None]
    low, high, step = _span(scores)
    most = max((each.n for each in points), default=0)
    left = max(width_of("100"), width_of(f"{most}")) + 14
    whole = Box(left, 22, width - left - 26, height - 22 - 30)
    upper = Box(whole.left, whole.top, whole.width, whole.height * (1 - COUNT_SHARE) - 26)
    lower = Box(whole.left, upper.bottom + 30, whole.width, whole.bottom - upper.bottom - 30)
    parts = [text("得分", 0, 12, fill=SOFT), text("答卷（份）", 0, upper.bottom + 22, fill=SOFT)]
    parts += _scale(upper, low, high, step)
    parts += _counts(lower, points, most)
    parts += dates_along(lower, [each.day for each in points])
    return drawing(width, height, told, *parts, *_line(upper, points, low, high))


def _span(scores: Sequence[float]) -> tuple[float, float, float]:
    """Where the scale begins and ends, and its step: round numbers, never a narrower part than is honest."""
    least, most = (min(scores), max(scores)) if scores else (0.0, 100.0)
    step = nice(max(most - least, LEAST_SPAN) / TICKS, WHOLE)
    low = max(0.0, floor(least / step) * step)
    return low, min(100.0, max(ceil(most / step) * step, low + step * TICKS)), step


def _scale(field: Box, low: float, high: float, step: float) -> list[Markup]:
    parts = []
    value = low
    while value <= high + 1e-9:
        y = field.bottom - (value - low) / (high - low) * field.height
        parts.append(element("line", x1=field.left, x2=field.right, y1=y, y2=y, stroke=LINE))
        parts.append(text(f"{value:g}", field.left - 6, y + 4, text_anchor="end", fill=SOFT))
        value += step
    return parts


def _x(field: Box, number: int, count: int) -> float:
    return field.left + (field.width * number / (count - 1) if count > 1 else field.width / 2)


def _line(field: Box, points: Sequence[DayScore], low: float, high: float) -> list[Markup]:
    places = [
        (_x(field, number, len(points)), field.bottom - (each.score - low) / (high - low) * field.height)
        for number, each in enumerate(points)
        if each.score is not None
    ]
    if not places:
        return []
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [
        element(
            "polyline",
            points=line,
            fill="none",
            stroke=LINE_COLOUR,
            stroke_width=2.5,
            stroke_linejoin="round",
        )
    ]
    if len(places) <= 45:
        parts += [element("circle", cx=x, cy=y, r=3, fill=LINE_COLOUR) for x, y in places]
    last = next(each for each in reversed(points) if each.score is not None)
    x, y = places[-1]
    figure = f"{last.score:.2f}"
    x = min(x, field.right + 24 - width_of(figure) / 2)
    return [*parts, text(figure, x, y - 9, text_anchor="middle", fill=LINE_COLOUR, font_weight="bold")]


def _counts(field: Box, points: Sequence[DayScore], most: int) -> list[Markup]:
    parts = [element("line", x1=field.left, x2=field.right, y1=field.bottom, y2=field.bottom, stroke=SOFT)]
    if not most:
        return parts
    bar = max(min(field.width / max(len(points), 1) * 0.7, 18.0), 0.8)
    for number, each in enumerate(points):
        tall = each.n / most * field.height
        if tall:
            x = _x(field, number, len(points)) - bar / 2
            parts.append(element("rect", x=x, y=field.bottom - tall, width=bar, height=tall, fill=BAR_COLOUR))
    parts.append(text(f"{most}", field.left - 6, field.top + 6, text_anchor="end", fill=SOFT))
    return parts
