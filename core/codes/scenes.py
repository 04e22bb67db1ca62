"""
What stands in a parametrised QR code.

    p_<place code>[_<material>]   a county, township or village, and what the code hangs on (bus, led, …)
    u_<unit code>[_<material>]    a municipal unit
    b_<token>                     binds a liaison to a WeChat account
    s_<token>                     a leader's slip

Characters `[A-Za-z0-9_]`, at most 64 of them: the platform's limit for `scene_str`.
"""

import re
from dataclasses import dataclass
from typing import Literal

SceneKind = Literal["place", "unit", "bind", "slip"]

MAX_SCENE_CHARS = 64

_OWNED: dict[str, SceneKind] = {"p": "place", "u": "unit"}
_TOKENS: dict[str, SceneKind] = {"b": "bind", "s": "slip"}
_LETTERS: dict[SceneKind, str] = {kind: letter for letter, kind in (_OWNED | _TOKENS).items()}

_OWNED_FORM = re.compile(r"([pu])_([A-Za-z0-9]+)(?:_([A-Za-z0-9_]+))?")
_TOKEN_FORM = re.compile(r"([bs])_([A-Za-z0-9_]+)")


@dataclass(frozen=True, slots=True)
class Scene:
    """
    What a QR code means: a place or unit and the material it hangs on, a liaison's token, a leader's slip.

    `raw` is the scene as scanned, at most 64 characters; `material` is '' for the plain code.
    """

    kind: SceneKind
    code: str
    material: str
    raw: str


def parse_scene(raw: str) -> Scene | None:
    """What the scene means; None when it is none of ours. Whether the place exists is not asked here."""
    if len(raw) > MAX_SCENE_CHARS:
        return None
    if match := _OWNED_FORM.fullmatch(raw):
        letter, code, material = match.groups()
        return Scene(_OWNED[letter], code, material or "", raw)
    if match := _TOKEN_FORM.fullmatch(raw):
        letter, token = match.groups()
        return Scene(_TOKENS[letter], token, "", raw)
    return None


def build_scene(kind: SceneKind, code: str, material: str = "") -> str:
    """The scene's characters; ValueError when it would not read back as the same."""
    raw = f"{_LETTERS[kind]}_{code}" + (f"_{material}" if material else "")
    scene = parse_scene(raw)
    if scene is None or (scene.kind, scene.code, scene.material) != (kind, code, material):
        raise ValueError(f"not a scene: {raw!r}")
    return raw
