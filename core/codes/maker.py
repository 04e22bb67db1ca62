"""Who makes codes: the platform, as far as `core` knows it. `bot.wechat.codes` is the real one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.errors import SurveyError


class Then(StrEnum):
    """What follows when a code could not be made."""

    TRY_AGAIN = "try_again"  # nobody knows whether it took effect; asking again gives the same code
    SKIP = "skip"  # this scene is refused, others may be taken
    PAUSE_MINUTE = "pause_minute"
    PAUSE_HOUR = "pause_hour"
    PAUSE_UNTIL_MIDNIGHT = "pause_until_midnight"  # the day's calls are used up
    STOP = "stop"  # somebody has to mend something first; `say` tells what


class NotMade(SurveyError):
    """The code could not be made. `code` is the platform's errcode, -1 where it gave none."""

    def __init__(self, code: int, then: Then, say: str) -> None:
        self.code = code
        self.then = then
        super().__init__(say)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the platform gives for a scene: its own name for the code, and the address to print."""

    ticket: str
    url: str


class CodeMaker(Protocol):
    """Makes permanent codes."""

    def make(self, scene: str) -> Ticket:
        """The permanent code of this scene; NotMade when it cannot be had. Asked twice, it gives the same."""
        ...
