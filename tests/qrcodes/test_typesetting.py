"""A drawing as a picture: its size, and words thick enough to be read."""

import io

from PIL import Image

from core.charts.svg import drawing, text
from qrcodes.typesetting import svg_as_png


def ink(words: str, **attributes: str) -> int:
    """How many dark pixels the words make."""
    picture = Image.open(io.BytesIO(svg_as_png(drawing(300, 60, "", text(words, 10, 30, **attributes)), 2.0)))
    assert picture.size == (600, 120)
    return sum(picture.convert("L").histogram()[:160])


def test_words_are_thicker_than_hairlines_and_bold_ones_thicker_still() -> None:
    words = "环江毛南族自治县 84.93"

    assert ink(words) > 1.3 * ink(words, font_weight="100")
    assert ink(words, font_weight="bold") > 1.3 * ink(words)
