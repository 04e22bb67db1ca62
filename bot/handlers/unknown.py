"""Kinds nobody has heard of yet: the platform adds some every year."""

from typing import Any

from bot.deliveries import incoming
from core.conversation.incoming import Nothing, Turns
from core.conversation.inputs import Other

MAX_KIND_CHARS = 32


def on_unknown_message(message: Any, turns: Turns) -> str:
    """A message of an unknown kind: a person sent it and waits, so they are told how to answer."""
    return turns.take(incoming(message, Other(message.type[:MAX_KIND_CHARS])))


def on_unknown_event(message: Any, turns: Turns) -> str:
    """An unknown event: the platform sent it, so nothing is said."""
    turns.take(incoming(message, Nothing()))
    return ""
