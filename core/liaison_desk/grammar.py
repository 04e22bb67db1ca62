"""
What a liaison types: `12 进展 路基做完了`, `12号申请销号`, `12 延期`, a date, a percentage.

Every link's own words can be typed as well: the platform at times loses a link's number.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from core.rectification.words import Act

# Longer than any number the office will give an item.
MAX_NUMBER_DIGITS = 6
# `None` stands for looking at the item.
VERBS: dict[str, Act | None] = {
    "报进展": Act.PROGRESS,
    "办进展": Act.PROGRESS,
    "进展": Act.PROGRESS,
    "进度": Act.PROGRESS,
    "申请销号": Act.APPLY,
    "销号": Act.APPLY,
    "申请延期": Act.ASK_EXTENSION,
    "延期": Act.ASK_EXTENSION,
    "报措施": Act.MEASURES,
    "措施": Act.MEASURES,
    "领取": Act.CLAIM,
    "收回申请": Act.RECALL,
    "收回": Act.RECALL,
    "看全文": None,
    "看": None,
}
_WORD = re.compile(
    rf"\s*(?:第\s*)?(\d{{1,{MAX_NUMBER_DIGITS}}})\s*(?:号|条)?\s*[,，:：、.。]?\s*"
    rf"({'|'.join(sorted(VERBS, key=len, reverse=True))})\s*[,，:：、.。]?\s*(.*)",
    re.DOTALL,
)
_NUMBER_ALONE = re.compile(rf"\s*(?:第\s*)?(\d{{1,{MAX_NUMBER_DIGITS}}})\s*(?:号|条)?\s*")
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3})\s*[%％]|百分之\s*(\d{1,3})")
_DAY = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_PUBLICITY = re.compile(r"\s*(?:报)?宣传(?:材料)?(?:[\s,，:：]+(.*))?", re.DOTALL)
_UNDO = frozenset({"撤回", "撤销", "收回刚才的"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A command about an item: `act` is None for looking at it; `words` is what follows."""

    number: int
    act: Act | None
    words: str


def command_in(text: str) -> Typed | None:
    """The command that stands there; None when it is something else."""
    found = _WORD.fullmatch(text)
    if found is None:
        return None
    number, verb, words = found.groups()
    return Typed(int(number), VERBS[verb], words.strip())


def number_alone(text: str) -> int | None:
    """`12`, `12号`: the item's number and nothing else."""
    found = _NUMBER_ALONE.fullmatch(text)
    return int(found[1]) if found else None


def is_undo(text: str) -> bool:
    """Whether they want to take back what they have just done."""
    return text.strip().strip("。！!") in _UNDO


def publicity_words(text: str) -> str | None:
    """What follows 宣传 ('' when nothing does); None when it is something else."""
    found = _PUBLICITY.fullmatch(text)
    return (found[1] or "").strip() if found else None


def percent_in(text: str) -> int | None:
    """The one percentage that stands in a report, 0 to 100; None when there is none, or several."""
    found = {int(first or second) for first, second in _PERCENT.findall(unicodedata.normalize("NFKC", text))}
    return found.pop() if len(found) == 1 and max(found) <= 100 else None


def day_in(text: str, today: date) -> date | None:
    """
    The day somebody typed: 2027-03-31, 2027年3月31日, 3月31日, 3.31; without a year, the next such day.

    None when it is no day.
    """
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        if year is not None:
            return date(year, month or 0, day or 0)
        this_year = date(today.year, month or 0, day or 0)
        return this_year if this_year > today else date(today.year + 1, month or 0, day or 0)
    except ValueError:
        return None


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last day of the month where there is no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")
