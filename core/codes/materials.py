"""
What codes hang on: the short words in scenes, and what people call them.

An office may use words of its own; one that is not in the table is called as it is written.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from core.codes.scenes import MAX_SCENE_CHARS
from core.errors import Refused

PLAIN = ""
# A scene holds `p_`, at most 12 characters of a place or unit, and `_` before the material.
MAX_MATERIAL_CHARS = min(20, MAX_SCENE_CHARS - 15)

MATERIALS: Mapping[str, str] = MappingProxyType(
    {
        PLAIN: "通用",
        "board": "公告栏",
        "door": "门口",
        "hall": "办事大厅",
        "village": "村屯",
        "bus": "公交车",
        "led": "LED屏",
        "flyer": "宣传单",
    }
)
_FORM = re.compile(r"[a-z0-9]+")


class BadMaterial(Refused):
    """A word that could not stand in a scene."""


def material_name(material: str) -> str:
    """`公交车` for `bus`; a word of the office's own stays as it is."""
    return MATERIALS.get(material, material)


def checked_materials(given: Iterable[str]) -> tuple[str, ...]:
    """The materials, each once, in the order given; BadMaterial when one cannot stand in a scene."""
    found = tuple(dict.fromkeys(given))
    for material in found:
        if material and (not _FORM.fullmatch(material) or len(material) > MAX_MATERIAL_CHARS):
            raise BadMaterial(
                f"载体“{material[:30]}”不能用：只能是小写字母和数字，最多{MAX_MATERIAL_CHARS}个，比如 bus。"
            )
    if not found:
        raise BadMaterial("请至少选一种载体；不分载体就选“通用”。")
    return found
