"""
From a WeRoBot message to `Incoming`: who, which delivery, when.

The platform says to tell deliveries apart by MsgId, and events by sender and second. Both have collided in
practice (equal MsgId of different people, two events in one second), so a key is made of more.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from core.conversation.incoming import Happening, Incoming

KEY_HEX = 32


def incoming(message: Any, what: Happening) -> Incoming:
    """The delivery this message is, and what happened in it."""
    return Incoming(
        openid=message.source,
        delivery_key=delivery_key(message),
        stamp=message.stamp,
        created_at=message.time,
        what=what,
    )


def delivery_key(message: Any) -> str:
    """
    Equal for re-deliveries of one message and for nothing else.

    Messages: sender, MsgId, CreateTime. Events: sender, CreateTime, Event, EventKey, and the MsgID of a send
    whose outcome is reported. Re-deliveries repeat all of these; their timestamp and nonce are new.
    """
    parts = [message.source, str(message.time), message.type]
    own_id = message.__dict__.get("MsgId")
    if own_id and own_id != "0":
        parts.append(own_id)
    elif message.type.endswith("_event"):
        parts.append(str(message.__dict__.get("EventKey") or ""))
        parts.extend(_send_ids(message.__dict__))
    else:
        # Every message is documented to have a MsgId; without one its words must tell it apart.
        parts.append(str(message.__dict__.get("Content") or message.__dict__.get("MediaId") or ""))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:KEY_HEX]


def _send_ids(elements: Any) -> Iterator[str]:
    """Each MsgID in the event, nested ones included, in the order they stand."""
    if isinstance(elements, list):
        for element in elements:
            yield from _send_ids(element)
    elif isinstance(elements, dict):
        for name, value in elements.items():
            if name == "MsgID" and isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                yield from _send_ids(value)
