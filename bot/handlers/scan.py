"""Somebody who follows already scanned a code of ours."""

from werobot.messages.events import ScanEvent

from bot.deliveries import incoming
from bot.wechat.scenes import parse_scene
from core.conversation.incoming import Scanned, Turns


def on_scan(message: ScanEvent, turns: Turns) -> str:
    """A follower's scan; unlike a new follower's, its scene has no prefix."""
    raw = message.key or ""
    return turns.take(incoming(message, Scanned(parse_scene(raw), raw)))
