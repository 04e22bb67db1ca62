"""Somebody followed the account, by a code of ours or without one."""

from werobot.messages.events import SubscribeEvent

from bot.deliveries import incoming
from bot.wechat.scenes import parse_scene, scene_of_follow
from core.conversation.incoming import Followed, Turns


def on_subscribe(message: SubscribeEvent, turns: Turns) -> str:
    """A new follower, or one who came back."""
    raw = scene_of_follow(message.key)
    return turns.take(incoming(message, Followed(parse_scene(raw), raw)))
