"""
How the platform hands scenes over. What a scene means, and which characters it may have, is `core.codes`'.

A new follower's scene comes with a prefix, a follower's without it.
"""

from core.codes.scenes import MAX_SCENE_CHARS, build_scene, parse_scene

__all__ = ["MAX_SCENE_CHARS", "SUBSCRIBE_PREFIX", "build_scene", "parse_scene", "scene_of_follow"]

SUBSCRIBE_PREFIX = "qrscene_"


def scene_of_follow(event_key: str | None) -> str:
    """
    The scene a new follower came by, '' for a plain follow.

    Other prefixes than `qrscene_` (`last_trade_no_`, `scanbarcode|`, …) are not ours.
    """
    key = event_key or ""
    return key.removeprefix(SUBSCRIBE_PREFIX) if key.startswith(SUBSCRIBE_PREFIX) else ""
