"""
One delivery from a chat platform, as the turn takes it: who, which delivery, when, and what happened.

Faces build these; `turns` handles them. What a person does inside a questionnaire is one of `inputs`; the
kinds below are about the chat itself.
"""

from dataclasses import dataclass, field
from typing import Protocol

from core.codes.scenes import Scene, SceneKind
from core.conversation.inputs import Input
from core.errors import Refused

__all__ = [
    "Followed", "Happening", "Incoming", "Left", "Nothing", "Receipt", "Scanned", "Scene", "SceneKind",
    "StampReused", "Told", "Turns",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Followed:
    """They followed the account; `raw` is the scanned scene as it came ('' without a code)."""

    scene: Scene | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A follower scanned a code; `scene` is None when the code means nothing to us."""

    scene: Scene | None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """They unfollowed."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A delivery that asks for no words and changes no conversation (VIEW, LOCATION)."""


@dataclass(frozen=True, slots=True)
class Told:
    """
    What became of one message we sent: the platform's number for it, its status in the platform's own words.

    `template_id` where the number is not one we were told when it was sent (subscription notices), else ''.
    """

    number: str
    status: str
    template_id: str = ""


@dataclass(frozen=True, slots=True)
class Receipt(Nothing):
    """What became of messages to one person. It is about no conversation; whoever sent them is told."""

    told: tuple[Told, ...] = ()
    openid: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SideTapped:
    """
    A tap on a link of a side desk's. `desk` is the side desk's number (2 to 8), `code` what the link carries:
    a whole number below 10^15 that only that desk can read. `text` is what the person sees as their own
    bubble.
    """

    desk: int
    code: int
    text: str


Happening = Input | Followed | Scanned | Left | SideTapped | Nothing


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    One delivery.

    `delivery_key` is equal for re-deliveries of one message and for nothing else; `stamp` is the request's
    `timestamp:nonce`; `created_at` is the platform's CreateTime in whole seconds since 1970.
    """

    openid: str
    delivery_key: str
    stamp: str
    created_at: int
    what: Happening


class StampReused(Refused):
    """A (timestamp, nonce) pair that was seen before came with another delivery: a forged request."""

    say = "请求无效。"


class Turns(Protocol):
    """Takes deliveries, each exactly once."""

    def take(self, incoming: Incoming) -> str:
        """
        The words to reply with, '' for silence; returns once the turn is durable.

        Raises Busy when the message was shed, StampReused for a forged request.
        """
        ...
