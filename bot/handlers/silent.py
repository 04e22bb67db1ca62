"""
Events that must be answered with silence: VIEW, LOCATION, and what became of a message we sent.

The platform flags a text reply to LOCATION as illegal, and nobody reads one to a receipt.
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


def on_receipt(message: Any, turns: Turns) -> str:
    """TEMPLATESENDJOBFINISH and the subscribe_msg_* family."""
    return _taken(message, turns)


def _taken(message: Any, turns: Turns) -> str:
    turns.take(incoming(message, Nothing()))
    return ""
