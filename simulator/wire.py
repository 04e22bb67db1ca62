"""
What a push says, as fields; and those fields as the XML that travels.

Builds text only; `pushes` sends it. Text becomes CDATA, numbers do not (WeChat docs, receiving messages).
"""

import itertools
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from simulator import crypto
from simulator.config import SimulatorConfig

Value = str | int | float | Mapping[str, "Value"] | Sequence[Mapping[str, "Value"]]
Fields = Mapping[str, Value]

# Events that tell of something other than an act in the chat. Only silence answers them (WeChat docs, event
# push), and the person is not told of a failure.
QUIET_EVENTS = frozenset(
    {
        "unsubscribe",
        "LOCATION",
        "VIEW",
        "view_miniprogram",
        "TEMPLATESENDJOBFINISH",
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
        "subscribe_msg_sent_event",
    }
)

# XML 1.0 has no place for these, and a real phone cannot send them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

_message_ids = itertools.count(24_000_000_000_000_000 + time.time_ns() // 1_000_000)


@dataclass(frozen=True)
class Push:
    """One message or event of one follower, the same in every delivery."""

    openid: str
    create_time: int
    fields: Fields

    @property
    def event(self) -> str | None:
        """The kind of event, or None for a message."""
        return str(self.fields["Event"]) if self.fields["MsgType"] == "event" else None

    @property
    def wants_silence(self) -> bool:
        """Whether anything but an empty answer or `success` is illegal."""
        return self.event in QUIET_EVENTS

    def xml(self, original_id: str) -> str:
        """The plain XML."""
        return to_xml(self._common(original_id) | dict(self.fields))

    def _common(self, original_id: str) -> dict[str, Value]:
        return {"ToUserName": original_id, "FromUserName": self.openid, "CreateTime": self.create_time}


@dataclass(frozen=True)
class Envelope:
    """A push as it travels once: each delivery has its own timestamp, nonce and signatures."""

    query: Mapping[str, str]
    body: str

    def __str__(self) -> str:
        return f"POST ?{urlencode(self.query)}\n\n{self.body}"


def wrap(push: Push, config: SimulatorConfig, at: datetime) -> Envelope:
    """The push in the account's mode, signed for one delivery at `at`."""
    timestamp, nonce = str(int(at.timestamp())), str(secrets.randbelow(10**10))
    query = {
        "signature": crypto.signature(config.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": push.openid,
    }
    plain = push.xml(config.original_id)
    if config.mode == "plain":
        return Envelope(query, plain)
    sealed = crypto.encrypt(plain, config.aes_key, config.app_id)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = crypto.signature(config.token, timestamp, nonce, sealed)
    if config.mode == "safe":
        return Envelope(query, to_xml({"ToUserName": config.original_id, "Encrypt": sealed}))
    return Envelope(query, plain.removesuffix("</xml>") + _element("Encrypt", sealed) + "</xml>")


def new_message_id() -> int:
    """A MsgId: 64 bits, never twice in a process."""
    return next(_message_ids)


def to_xml(fields: Fields) -> str:
    """The fields inside `<xml>`, in their order."""
    return f"<xml>{_elements(fields)}</xml>"


def cdata(text: str) -> str:
    """The text as CDATA, with `]]>` split and unwritable characters left out."""
    return f"<![CDATA[{_UNWRITABLE.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _elements(fields: Fields) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Value) -> str:
    if isinstance(value, str):
        return f"<{name}>{cdata(value)}</{name}>"
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{_elements(value)}</{name}>"
    return "".join(_element(name, item) for item in value)
