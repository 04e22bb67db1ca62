"""
Pictures people give us: a county's own picture, and the logo in the middle of a code.

They are made small enough for what they are printed on and kept as JPEG or PNG, with nothing in the file but
the picture.
"""

import base64
import io
from dataclasses import dataclass

from PIL import Image

from core.media.photos import clean_photo
from core.media.reasons import Unfit
from qrcodes.errors import CannotDraw

# Below this a picture on A4 shows its pixels from a step away.
MIN_PICTURE_PX = 600
MIN_LOGO_PX = 100
MAX_LOGO_PX = 400


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was read and found whole. `content` is a JPEG or PNG file."""

    content: bytes
    kind: str
    width_px: int
    height_px: int

    @property
    def address(self) -> str:
        """The picture as a `data:` address, to stand inside an SVG."""
        return f"data:image/{self.kind};base64,{base64.b64encode(self.content).decode('ascii')}"


def read_picture(content: bytes) -> Picture:
    """A county's picture, from the bytes of a JPEG, PNG or GIF file; CannotDraw."""
    picture = _read("图片", content)
    if min(picture.width_px, picture.height_px) < MIN_PICTURE_PX:
        raise CannotDraw(
            f"图片只有{picture.width_px}×{picture.height_px}像素，印出来是花的；短边至少要{MIN_PICTURE_PX}像素。"
        )
    return picture


def read_logo(content: bytes) -> Picture:
    """A logo, from the bytes of a JPEG, PNG or GIF file; CannotDraw."""
    picture = _read("标志", content)
    if min(picture.width_px, picture.height_px) < MIN_LOGO_PX:
        raise CannotDraw(
            f"标志只有{picture.width_px}×{picture.height_px}像素，印出来是花的；短边至少要{MIN_LOGO_PX}像素。"
        )
    with Image.open(io.BytesIO(picture.content)) as opened:
        opened.thumbnail((MAX_LOGO_PX, MAX_LOGO_PX))
        out = io.BytesIO()
        opened.save(out, "PNG")
    return Picture(out.getvalue(), "png", *opened.size)


def _read(what: str, content: bytes) -> Picture:
    try:
        kind, clean = clean_photo(content)
    except Unfit as error:
        raise CannotDraw(f"{what}用不了：{error}。请换一个 JPG 或 PNG 文件。") from error
    with Image.open(io.BytesIO(clean)) as opened:
        width_px, height_px = opened.size
    return Picture(clean, "jpeg" if kind == "jpg" else "png", width_px, height_px)
