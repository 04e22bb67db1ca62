"""
What this desk remembers of a person between two messages: a note in their row.

Times are whole seconds since 1970. Whatever waits for more words or photos lapses: who comes back the next
day begins anew.
"""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

# Words for something begun: long enough to walk back to the site, short enough not to catch tomorrow's.
WAITS = timedelta(minutes=30)
# Photos "sent next".
ATTACHES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pending:
    """
    An act that was begun: what it still needs (`step` is why, until or text), and what it has.

    `amid`: begun while a questionnaire's open question waited, so words are for the act without asking.
    """

    act: str
    number: int
    step: str
    at: int
    why: str = ""
    until: str = ""
    files: tuple[str, ...] = ()
    amid: bool = False


@dataclass(frozen=True, slots=True)
class Last:
    """The act that photos sent next belong to, and that can be taken back."""

    act_id: int
    number: int
    act: str
    at: int


@dataclass(frozen=True, slots=True)
class Held:
    """
    Something that came and waits to be told what it is: words (`text`), photo or voice (`media_id`).

    `number` is the item it may be for; 0 when that is the question.
    """

    kind: str
    at: int
    text: str = ""
    media_id: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """
    `ids` are the liaisons this phone was known to act for. `wrong` counts wrong codes in a row; none is
    looked at before `wait_until`.
    """

    ids: tuple[int, ...] = ()
    pending: Pending | None = None
    last: Last | None = None
    held: Held | None = None
    ad: dict[str, Any] | None = None
    wrong: int = 0
    wait_until: int = 0
    page: int = -1

    def dump(self) -> dict[str, Any] | None:
        """As JSON, without what says nothing; None when nothing is left."""
        stored = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                stored[each.name] = asdict(value) if isinstance(value, Pending | Last | Held) else value
        return stored or None

    @classmethod
    def load(cls, stored: Any) -> "Note":
        """From what `dump` gave; an empty note for None."""
        if not stored:
            return cls()
        pending = stored.get("pending")
        return cls(
            ids=tuple(stored.get("ids", ())),
            pending=Pending(**pending | {"files": tuple(pending["files"])}) if pending else None,
            last=Last(**stored["last"]) if "last" in stored else None,
            held=Held(**stored["held"]) if "held" in stored else None,
            ad=stored.get("ad"),
            wrong=stored.get("wrong", 0),
            wait_until=stored.get("wait_until", 0),
            page=stored.get("page", -1),
        )


def is_fresh(at: int, now: datetime, span: timedelta) -> bool:
    """Whether something noted at `at` still counts."""
    return now.timestamp() - at < span.total_seconds()
