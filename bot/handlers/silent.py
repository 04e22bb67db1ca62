"""
Events that must be answered with silence: VIEW, LOCATION, and what people said to being notified.

The platform flags a text reply to LOCATION as illegal, and nobody reads one to the others.
"""

from typing import Any

from bot.deliveries import incoming
from core.conversation.incoming import Nothing, Turns


def on_view(message: Any, turns: Turns) -> str:
    """A menu button that opens a page."""
    return _taken(message, turns)


def on_location_event(message: Any, turns: Turns) -> str:
    """Where the phone is, each time the chat is opened or every few seconds. We do not ask for it."""
    return _taken(message, turns)


def on_consent(message: Any, turns: Turns) -> str:
    """`subscribe_msg_popup_event` and `_change_event`. Whether we may send, the platform says when we do."""
    return _taken(message, turns)


def _taken(message: Any, turns: Turns) -> str:
    turns.take(incoming(message, Nothing()))
    return ""
