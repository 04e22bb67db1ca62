"""Where files come from: the platform, as far as `core` knows it. `bot.wechat.media` is the real one."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from core.errors import SurveyError


class Then(StrEnum):
    """What follows when a file could not be had."""

    TRY_AGAIN = "try_again"  # this one, after a pause that grows
    PAUSE_MINUTE = "pause_minute"  # every one
    PAUSE_HOUR = "pause_hour"  # every one: settings or account are wrong, somebody has to mend them
    PAUSE_UNTIL_MIDNIGHT = "pause_until_midnight"  # every one: the day's calls are used up
    GIVE_UP = "give_up"  # it exists no longer
    REFUSE = "refuse"  # it exists, and is no file


class NotFetched(SurveyError):
    """The file could not be had. `code` is the platform's errcode, -1 where it gave none."""

    def __init__(self, code: int, then: Then, say: str | None = None) -> None:
        self.code = code
        self.then = then
        super().__init__(say)


class MediaSource(Protocol):
    """Gives the bytes behind a media id."""

    def fetch(self, media_id: str, take: Callable[[bytes], object]) -> None:
        """
        Hand the file to `take`, piece by piece; NotFetched when it cannot be had, or not to its end.

        Whatever `take` raises ends the call and goes up.
        """
        ...
