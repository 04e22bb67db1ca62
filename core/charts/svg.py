"""
SVG elements as text that is safe to put into a page.

Only presentation attributes are used, never `style`: the pages' content policy refuses inline styles, and
what is drawn must look the same outside a page (in a PDF, as a PNG) where there is no stylesheet.
"""

import unicodedata
from dataclasses import dataclass

from markupsafe import Markup, escape

FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
INK, SOFT, LINE, GROUND, SHADE = "#1c2529", "#55646b", "#d5dde0", "#ffffff", "#f3f6f7"
TEXT_PX = 13
# Of its size, how wide a character is: full-width ones are square, others about half.
_WIDE, _NARROW = 1.0, 0.56

Value = str | int | float


def element(name: str, *children: Markup | str, **attributes: Value) -> Markup:
    """
    `<name …>children</name>`. Words are escaped, Markup is taken as it is.

    `font_size` becomes `font-size`, `class_` `class`; numbers are written with at most two decimals.
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_number(value))}"'
        for key, value in attributes.items()
    )
    inside = "".join(escape(child) for child in children)
    return Markup(f"<{name}{told}>{inside}</{name}>" if inside else f"<{name}{told}/>")  # noqa: S704 - escaped


def text(words: str, x: float, y: float, **attributes: Value) -> Markup:
    """Words with their baseline at `y`."""
    given: dict[str, Value] = {"x": x, "y": y, "font_size": TEXT_PX, "fill": INK}
    return element("text", words, **(given | attributes))


def drawing(width: float, height: float, told: str, *children: Markup) -> Markup:
    """
    The whole picture. `told` says in a sentence what it shows, for those who cannot see it.

    As wide as there is room, never larger than drawn.
    """
    return element(
        "svg",
        element("title", told),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=width,
        height=height,
        role="img",
        class_="chart",
        font_family=FONT,
        font_variant_numeric="tabular-nums",
    )


def width_of(words: str, size_px: float = TEXT_PX) -> float:
    """About how wide words are set, in px."""
    wide = sum(unicodedata.east_asian_width(each) in "WFA" for each in words)
    return (wide * _WIDE + (len(words) - wide) * _NARROW) * size_px


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left and top edge, width and height in px."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


def _number(value: Value) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
