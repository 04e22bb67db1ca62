"""How a message leaves: the port that `bot.wechat.sender` fills, and what it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.errors import SurveyError
from core.outbox.states import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """
    A message as it leaves. The same `client_id` reaches a person once, within ten minutes of the first.

    `start_before`: later than that it must not be begun any more.
    """

    kind: str
    channel: Channel
    client_id: str
    openid: str = field(repr=False)
    fields: Mapping[str, str]
    body: str
    link: str
    start_before: datetime


class Then(StrEnum):
    """What follows when a message was not sent."""

    NOT_BEGUN = "not_begun"  # it had not left when all were to wait, or when its time was over
    TRY_AGAIN = "try_again"  # after a pause that grows
    PAUSE_MINUTE = "pause_minute"  # all messages
    REFUSED_TOKEN = "refused_token"  # noqa: S105  # all messages wait some minutes; alarm
    PAUSE_UNTIL_MIDNIGHT = "pause_until_midnight"  # all messages: the day's calls are used up
    NEXT_CHANNEL = "next_channel"  # not this way
    UNFOLLOWED = "unfollowed"  # not this way, and remember that they do not follow
    GIVE_UP = "give_up"  # this person cannot be reached by WeChat
    FIX_CONTENT = "fix_content"  # never as it is again
    IN_REVIEW = "in_review"  # the platform sends it by itself, or not at all; never send again
    STOP_KIND = "stop_kind"  # after one more try: all messages of this kind wait for a person
    STOP_ALL = "stop_all"  # all messages wait for a person


class NotSent(SurveyError):
    """
    The message was not sent, or nobody knows (`is_unsure`).

    `code` is the platform's errcode, -1 where it gave none. The text is for the office's screens.
    """

    def __init__(self, code: int, then: Then, *, is_unsure: bool = False, say: str | None = None) -> None:
        self.code = code
        self.then = then
        self.is_unsure = is_unsure
        super().__init__(say)


class Sender(Protocol):
    """Sends. Called from several threads at once, with no transaction open."""

    def can_send(self, kind: str, channel: Channel) -> bool:
        """Whether what this channel needs for this kind of message is set."""
        ...

    def mark(self, kind: str, channel: Channel, openid: str) -> str:
        """What its receipt will be known by where `send` gives no number; '' where it does, or none comes."""
        ...

    def send(self, letter: Letter) -> str:
        """The platform's number for the message, '' where it gives none. Raises NotSent."""
        ...
