"""A chart as a file of its own: a title above, and below it where its figures come from."""

import re
from collections.abc import Iterable

from markupsafe import Markup

from core.charts.svg import GROUND, SOFT, TEXT_PX, drawing, element, text, width_of

MARGIN, TITLE_PX, LINE_PX = 20, 18, 19
LEAST_WIDTH = 640.0
_SIZE = re.compile(r'\bwidth="([\d.]+)" height="([\d.]+)"')


def with_caption(chart: Markup, title: str, lines: Iterable[tuple[str, str]]) -> Markup:
    """The chart with its title and (what, words) in lines that have room; on white ground."""
    size = _SIZE.search(chart[: chart.index(">")])
    assert size, "every drawing of ours names its size"
    chart_width, chart_height = float(size[1]), float(size[2])
    width = max(chart_width, LEAST_WIDTH)
    said = [row for what, words in lines for row in _rows(f"{what}：{words}", width)]
    top = MARGIN + TITLE_PX + 14
    below = top + chart_height + 12
    parts = [
        element("rect", width=width + 2 * MARGIN, height=_height(below, said), fill=GROUND),
        text(title, MARGIN, MARGIN + TITLE_PX - 3, font_size=TITLE_PX, font_weight="bold"),
        element("g", chart, transform=f"translate({MARGIN} {top:g})"),
    ]
    for number, row in enumerate(said):
        parts.append(text(row, MARGIN, below + LINE_PX * (number + 1), fill=SOFT, font_size=TEXT_PX))
    return drawing(width + 2 * MARGIN, _height(below, said), title, *parts)


def _height(below: float, said: list[str]) -> float:
    return below + LINE_PX * len(said) + MARGIN


def _rows(words: str, room: float) -> list[str]:
    rows = [""]
    for letter in words:
        if width_of(rows[-1] + letter) > room:
            rows.append("")
        rows[-1] += letter
    return rows
