"""Bars beside their names, each with its figure in words: a distribution, or scores."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from core.charts.svg import LINE, SHADE, SOFT, drawing, element, text, width_of

# A scale's steps from best to worst, as in the pages' stylesheet; and what stands apart (不了解).
SCALE = ("#0a5f6b", "#4f9ea3", "#c9c08b", "#e0994a", "#b4530f")
APART = "#a3adb2"
ONE = SCALE[0]
MARK = "#b4530f"
ROW, BAR, TOP, LEGEND = 30, 18, 6, 26
MOST_NAME_PX = 190.0


@dataclass(frozen=True, slots=True)
class Bar:
    """
    `share`: how long, 0–1; None: no bar. `figure` stands behind it. `is_apart`: below a dashed line.

    `beside`: what it is compared with, 0–1, as a mark across it; None: nothing.
    """

    name: str
    share: float | None
    figure: str
    colour: str = ONE
    is_apart: bool = False
    beside: float | None = None


def bar_chart(bars: Sequence[Bar], told: str, *, width: int = 720, beside_words: str = "") -> Markup:
    """
    One bar below the other. `told` says in a sentence what they show; `beside_words` what their marks mean,
    written below where there are any.
    """
    left = min(max((width_of(each.name) for each in bars), default=0), MOST_NAME_PX, width * 0.4) + 12
    room = max((width_of(each.figure) for each in bars), default=0) + 14
    length = max(width - left - room, 40)
    parts = []
    for number, each in enumerate(bars):
        y = TOP + ROW * number
        if each.is_apart and number:
            parts.append(
                element(
                    "line", x1=0, x2=width, y1=y, y2=y, stroke=SOFT, stroke_dasharray="3 4", stroke_width=1
                )
            )
        parts += _bar(each, y + (ROW - BAR) / 2, left, length)
    height: float = TOP * 2 + ROW * max(len(bars), 1)
    if any(each.beside is not None for each in bars):
        parts.append(_mark(left + 4, height + 1, LEGEND - 8))
        parts.append(text(beside_words, left + 12, height + LEGEND - 9, fill=SOFT))
        height += LEGEND
    return drawing(width, height, told, *parts)


def scale_colours(steps: int) -> tuple[str, ...]:
    """The colours of a scale with so many steps, best first."""
    if steps < 2:
        return SCALE[:1]
    return tuple(SCALE[round(number * (len(SCALE) - 1) / (steps - 1))] for number in range(steps))


def _bar(bar: Bar, y: float, left: float, length: float) -> list[Markup]:
    base = y + BAR - 4.5
    size = min(1.0, (left - 12) / max(width_of(bar.name), 1))
    parts = [
        text(bar.name, left - 8, base, text_anchor="end", font_size=round(13 * max(size, 0.7), 1)),
        element("rect", x=left, y=y, width=length, height=BAR, fill=SHADE, stroke=LINE, stroke_width=0.5),
    ]
    filled = length * min(max(bar.share or 0.0, 0.0), 1.0)
    if filled:
        parts.append(element("rect", x=left, y=y, width=filled, height=BAR, fill=bar.colour))
    if bar.beside is not None:
        parts.append(_mark(left + length * min(max(bar.beside, 0.0), 1.0), y - 3, BAR + 6))
    return [*parts, text(bar.figure, left + length + 8, base)]


def _mark(x: float, y: float, height: float) -> Markup:
    """Light around dark, so that it is seen on the bar and beside it, and in grey print."""
    return Markup("").join(
        element("line", x1=x, x2=x, y1=y, y2=y + height, stroke=colour, stroke_width=width)
        for colour, width in (("#ffffff", 5), (MARK, 2.5))
    )
