"""
A county's colours, and whether they can be read.

Contrast is that of WCAG 2 (relative luminance, 1:1 to 21:1). A code asks for more than text does: it is
read by cheap cameras, through glass, in the sun, after a year outdoors.
"""

import re
from dataclasses import dataclass

from qrcodes.errors import PaleColours

MIN_CODE_CONTRAST = 7.0
MIN_TEXT_CONTRAST = 4.5

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
WHITE = "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Palette:
    """
    Colours as `#RRGGBB`. `field` is the large area that carries white words, `accent` a small line on it,
    `code` the dark modules and `ground` what they stand on. PaleColours when something could not be read.
    """

    field: str = "#0F4C50"
    accent: str = "#D9A441"
    code: str = "#082F33"
    ground: str = WHITE

    def __post_init__(self) -> None:
        for colour in (self.field, self.accent, self.code, self.ground):
            if not _HEX.fullmatch(colour):
                raise PaleColours(f"颜色“{colour}”不对，要写成 #0F4C50 这样。")
        if luminance(self.code) >= luminance(self.ground):
            raise PaleColours("二维码要深色印在浅色底上，现在反了，很多手机扫不出来。请把两种颜色对调。")
        _check("二维码", self.code, self.ground, MIN_CODE_CONTRAST)
        _check("白字", WHITE, self.field, MIN_TEXT_CONTRAST)


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """How light a colour looks, 0 to 1; WCAG 2's relative luminance."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _check(what: str, colour: str, ground: str, least: float) -> None:
    found = contrast(colour, ground)
    if found < least:
        raise PaleColours(
            f"{what}的颜色 {colour} 和底色 {ground} 的对比只有{found:.1f}，至少要{least:g}，看不清。"
            "请换差别大一些的颜色。"
        )
