"""What a check of `doctor` has to say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from core.clock import Clock
from core.config import Settings


class Health(Enum):
    """GOOD; NOTE: worth knowing; BAD: has to be put right."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do if it is not well."""

    subject: str
    health: Health
    words: str


Check = Callable[[Settings, Clock], Iterator[Finding]]
