"""Somebody unfollowed. The platform may say so more than once."""

from werobot.messages.events import UnSubscribeEvent

from bot.deliveries import incoming
from core.conversation.incoming import Left, Turns


def on_unsubscribe(message: UnSubscribeEvent, turns: Turns) -> str:
    """They left; nobody reads a reply."""
    turns.take(incoming(message, Left()))
    return ""
