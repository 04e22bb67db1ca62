"""A point on the map that somebody sent as a message (not the LOCATION event, see `silent`)."""

import math

from werobot.messages.messages import LocationMessage

from bot.deliveries import incoming
from core.conversation.incoming import Turns
from core.conversation.inputs import Located, Other


def on_location(message: LocationMessage, turns: Turns) -> str:
    """A place on the map arrived."""
    return turns.take(incoming(message, _what(message)))


def _what(message: LocationMessage) -> Located | Other:
    try:
        latitude, longitude = message.location
    except ValueError:  # not numbers
        return Other("location")
    if latitude is None or longitude is None or not math.isfinite(latitude + longitude):
        return Other("location")
    return Located(latitude, longitude, message.label or "")
