"""
Reading codes back, with a decoder that shares nothing with what draws them (zxing-cpp).

What looks like a code to us need not be one to a phone; so nothing is taken on trust.
"""

from dataclasses import dataclass

import zxingcpp
from PIL import Image


@dataclass(frozen=True, slots=True)
class Found:
    """One code on a picture: what it says, and where its middle is."""

    text: str
    x_px: int
    y_px: int


def read_codes(image: Image.Image) -> list[Found]:
    """Every code on the picture. Light modules on dark are not accepted, as some phones do not read them."""
    only_qr = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(image.convert("L"), formats=only_qr, try_invert=False)
    return [Found(each.text, *_middle(each.position)) for each in found]


def _middle(position: zxingcpp.Position) -> tuple[int, int]:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return sum(corner.x for corner in corners) // 4, sum(corner.y for corner in corners) // 4
