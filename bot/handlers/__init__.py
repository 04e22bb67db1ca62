"""
Which function takes which kind of push. How to add one: README.md in this folder.

`HANDLERS` has the kinds WeRoBot routes by itself, `EVENTS_BEYOND` those it has never heard of (its own
`unknown_event` is never called for them), by the name it gives them.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from bot.handlers.click import on_click
from bot.handlers.image import on_image
from bot.handlers.link import on_link
from bot.handlers.location import on_location
from bot.handlers.receipt import on_receipt
from bot.handlers.scan import on_scan
from bot.handlers.silent import on_consent, on_location_event, on_view
from bot.handlers.subscribe import on_subscribe
from bot.handlers.text import on_text
from bot.handlers.unknown import on_unknown_event, on_unknown_message
from bot.handlers.unsubscribe import on_unsubscribe
from bot.handlers.video import on_video
from bot.handlers.voice import on_voice
from core.conversation.incoming import Turns

Handler = Callable[[Any, Turns], str]

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "text": on_text,
        "image": on_image,
        "voice": on_voice,
        "video": on_video,
        "shortvideo": on_video,
        "location": on_location,
        "link": on_link,
        "subscribe_event": on_subscribe,
        "scan_event": on_scan,
        "unsubscribe_event": on_unsubscribe,
        "click_event": on_click,
        "view_event": on_view,
        "location_event": on_location_event,
        "templatesendjobfinish_event": on_receipt,
    }
)

EVENTS_BEYOND: Mapping[str, Handler] = MappingProxyType(
    {
        "subscribe_msg_popup_event_event": on_consent,
        "subscribe_msg_change_event_event": on_consent,
        "subscribe_msg_sent_event_event": on_receipt,
    }
)

# Pushes that may not be answered with words, an apology included.
SILENT = frozenset({on_unsubscribe, on_view, on_location_event, on_receipt, on_consent, on_unknown_event})


def handler_for(kind: str) -> Handler:
    """The function for this kind of push; every kind has one."""
    found = HANDLERS.get(kind) or EVENTS_BEYOND.get(kind)
    return found or (on_unknown_event if kind.endswith("_event") else on_unknown_message)
