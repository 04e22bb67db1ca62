"""Every template, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from qrcodes.errors import CannotDraw
from qrcodes.templates.a3 import A3
from qrcodes.templates.a4 import A4
from qrcodes.templates.base import Template
from qrcodes.templates.bus import BUS
from qrcodes.templates.led import LED
from qrcodes.templates.roll_up import ROLL_UP
from qrcodes.templates.sheet_2 import SHEET_2
from qrcodes.templates.sheet_8 import SHEET_8
from qrcodes.templates.sheet_24 import SHEET_24
from qrcodes.templates.sticker_round import STICKER_ROUND
from qrcodes.templates.sticker_square import STICKER_SQUARE
from qrcodes.templates.tent import TENT

TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        template.name: template
        for template in (
            A4,
            A3,
            ROLL_UP,
            LED,
            BUS,
            TENT,
            SHEET_2,
            SHEET_8,
            SHEET_24,
            STICKER_ROUND,
            STICKER_SQUARE,
        )
    }
)


def template_named(name: str) -> Template:
    """The template of this name; CannotDraw when there is none, with the names there are."""
    if name not in TEMPLATES:
        known = "、".join(f"{each.name}（{each.title}）" for each in TEMPLATES.values())
        raise CannotDraw(f"没有叫“{name}”的样式。有这些：{known}。")
    return TEMPLATES[name]
