"""
Every failure we foresaw, as one small tree.

    SurveyError                    something we foresaw; `str(error)` may be shown to the person
    ├── ConfigError                settings are missing or wrong; names all of them at once
    ├── BadInput                   a file or form somebody gave us is wrong; holds every fault found
    ├── NotFound                   no such round, questionnaire, place, unit, …
    ├── Refused                    asked for something the rules do not allow now
    └── Busy                       try again later: too many turns wait, or a database is locked

Feature folders derive their own errors from these and keep them beside the code that raises them.
Anything that is not a SurveyError is a bug: it goes up and is logged with its traceback.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class SurveyError(Exception):
    """A failure we foresaw. Its text is Chinese and fit for the person's eyes."""

    say = "系统忙，请稍后再试。"

    def __init__(self, say: str | None = None) -> None:
        super().__init__(say or self.say)


class ConfigError(SurveyError):
    """Settings are missing or wrong."""

    say = "系统设置不对。"


class NotFound(SurveyError):
    """What was named does not exist."""

    say = "找不到。"


class Refused(SurveyError):
    """The rules do not allow this now."""

    say = "现在不能这样做。"


class Busy(SurveyError):
    """Too much at once, or a lock could not be had in time."""

    say = "现在人多，请过一会儿再试。"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file somebody gave us: where, and what, in Chinese."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class BadInput(SurveyError):
    """A file or form is wrong; nothing of it was written. `faults` lists every fault found."""

    say = "文件有问题，什么都没有写入。"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)) or self.say)
