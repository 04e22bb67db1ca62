"""
What can be refused about a ballot, in plain words.

    Refused
    ├── SlipRefused      wrong, used, or over: one sentence for all, so that guessing learns nothing
    │   └── AlreadyUsed  said only to somebody who holds the slip and filled in a ballot with it
    ├── TooManyTries     wait before the next slip is looked at
    ├── BadSlips         slips cannot be made like this
    ├── BadBox           a ballot box cannot be made like this
    ├── NotOpenable      the round is not over, or the shares do not fit
    └── BadPaper         a paper ballot or its slip cannot be taken
"""

from core.errors import Refused


class SlipRefused(Refused):
    """No slip of an open round that was not used yet."""

    say = "这张票不能用：编号不对，或者已经用过、已经过期。请对照纸票再试，或向办公室换一张。"


class AlreadyUsed(SlipRefused):
    """The same slip was handed in elsewhere first."""

    say = "这张票已经用过了，这一份没有交上。"


class TooManyTries(Refused):
    """Too many wrong slips from one phone or address."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        waiting = f"{seconds}秒" if seconds < 60 else f"{-(-seconds // 60)}分钟"
        super().__init__(f"试的次数太多了，请过{waiting}再试。")


class BadSlips(Refused):
    """Slips cannot be made like this; the sentence says why."""


class BadBox(Refused):
    """A ballot box cannot be made like this; the sentence says why."""


class NotOpenable(Refused):
    """The box cannot be opened now, or not with these shares; the sentence says why."""


class BadPaper(Refused):
    """A paper ballot or its slip cannot be taken; the sentence says why."""
