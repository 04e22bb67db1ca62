"""A sign with every part filled in, so that a test names only what it is about; and pictures to put on it."""

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image, ImageDraw

from qrcodes.code import Logo
from qrcodes.pictures import Picture, read_logo, read_picture
from qrcodes.sign import Owner, Sign
from qrcodes.texts import FOR_PLACES

NOW = datetime(2026, 11, 21, 7, 4, 9, 123456, tzinfo=UTC)
OWNER = Owner("河池市绩效考评领导小组办公室", "0778-2561234")
LONGEST_COUNTY = "罗城仫佬族自治县"
LONGEST_UNIT = "中共河池市委员会网络安全和信息化委员会办公室"


def url_of(scene: str) -> str:
    """An address as long as the platform's."""
    return f"http://weixin.qq.com/q/02AbCdEf{scene:x>22}"


def make_sign(scene: str = "p_451203", **given: Any) -> Sign:
    """A county's sign, unless told otherwise."""
    filled: dict[str, Any] = {
        "url": url_of(scene),
        "name": "宜州区",
        "texts": FOR_PLACES,
        "owner": OWNER,
        "group": "宜州区",
    }
    return Sign(scene, **(filled | given))


def as_file(image: Image.Image, kind: str = "PNG") -> bytes:
    """The picture's file."""
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def a_picture() -> Picture:
    """A landscape, red all over so that a test finds it."""
    return read_picture(as_file(Image.new("RGB", (1200, 800), "#FF0000"), "JPEG"))


def a_logo(share: float = 0.2) -> Logo:
    """A yellow star's worth of colour on a transparent ground."""
    image = Image.new("RGBA", (240, 240), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, 236, 236), fill="#B3261E")
    return Logo(read_logo(as_file(image)), share)
