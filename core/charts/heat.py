"""A week by hours: seven columns, twenty-four rows, the darker the more; every cell carries its figure."""

from collections.abc import Sequence

from markupsafe import Markup

from core.charts.steps import COLOURS, NOTHING, Steps, ink_on
from core.charts.svg import LINE, SOFT, drawing, element, text

DAYS = "一二三四五六日"
HOURS = 24
CELL_WIDTH, CELL_HEIGHT = 47, 22
LEFT, TOP = 34, 24
SHORT = 10_000


def week_heat(counts: Sequence[Sequence[int]], told: str) -> Markup:
    """`counts`: for each of the seven days from Monday, 24 numbers. `told` says what is counted."""
    steps = Steps.of([float(count) for day in counts for count in day if count])
    parts = []
    for number, name in enumerate(DAYS):
        middle = LEFT + CELL_WIDTH * (number + 0.5)
        parts.append(text(f"周{name}", middle, TOP - 8, text_anchor="middle", fill=SOFT))
    for hour in range(HOURS):
        y = TOP + CELL_HEIGHT * hour
        parts.append(text(f"{hour}时", LEFT - 6, y + 15.5, text_anchor="end", fill=SOFT, font_size=12))
        for number, day in enumerate(counts):
            parts += _cell(LEFT + CELL_WIDTH * number, y, day[hour], steps)
    return drawing(LEFT + CELL_WIDTH * len(DAYS) + 1, TOP + CELL_HEIGHT * HOURS + 1, told, *parts)


def _cell(x: float, y: float, count: int, steps: Steps) -> list[Markup]:
    colour = COLOURS[steps.step(count)] if count else NOTHING
    square = element("rect", x=x, y=y, width=CELL_WIDTH, height=CELL_HEIGHT, fill=colour, stroke=LINE)
    if not count:
        return [square]
    middle = x + CELL_WIDTH / 2
    figure = text(short(count), middle, y + 15.5, text_anchor="middle", fill=ink_on(colour), font_size=12)
    return [square, figure]


def short(count: int) -> str:
    """`9 999`, `1.2万`: what has room in a cell."""
    if count < SHORT:
        return f"{count:,}".replace(",", "\u2009")
    return f"{count / SHORT:.1f}万" if count < SHORT * 100 else f"{count // SHORT}万"
