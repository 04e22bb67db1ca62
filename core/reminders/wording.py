"""
What a reminder says: a summary of at most 20 characters, and the full text.

Of an item it names number, category and day, no more: what residents wrote stays on the page behind the
link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.outbox.kinds import MAX_SUMMARY_CHARS, Kind

SORTS = {
    Kind.DIGEST: "整改提醒",
    Kind.URGENT: "整改通知",
    Kind.URGE: "督办提醒",
    Kind.ESCALATE: "升级提醒",
}
OPENINGS = {
    Kind.DIGEST: "您单位的整改事项，今天请看这些：",
    Kind.URGENT: "您单位的整改事项有新情况：",
    Kind.URGE: "办公室请您抓紧办这些整改事项：",
    Kind.ESCALATE: "您单位有整改事项一直没有办好，请您过问：",
}
LIST_PATH = "/admin/items/"
# More than fit into one bubble are on the page.
MOST_LINES = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a reminder; `urgency` orders them."""

    number: int
    category: str
    deadline: date
    words: str
    urgency: tuple[int, int]


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The most urgent first, each item once."""
    found: dict[int, Line] = {}
    for line in sorted(lines, key=lambda line: (line.urgency, line.number)):
        found.setdefault(line.number, line)
    return list(found.values())


def summary(lines: Sequence[Line]) -> str:
    """`共3件，12号已逾期5天`: how many, and the worst of them."""
    worst = f"{lines[0].number}号{lines[0].words}"
    words = f"共{len(lines)}件，{worst}" if len(lines) > 1 else worst
    if len(words) <= MAX_SUMMARY_CHARS:
        return words
    return worst if len(worst) <= MAX_SUMMARY_CHARS else f"{len(lines)}件整改事项要办"


def fields(kind: Kind, lines: Sequence[Line]) -> dict[str, str]:
    """For the template."""
    return {
        "summary": summary(lines),
        "sort": SORTS[kind],
        "count": str(len(lines)),
        "number": str(lines[0].number),
        "due": lines[0].deadline.isoformat(),
    }


def body(kind: Kind, lines: Sequence[Line]) -> str:
    """The full text, a line an item."""
    told = [
        f"{line.number}号（{line.category}）{line.deadline.month}月{line.deadline.day}日到期，{line.words}"
        for line in lines[:MOST_LINES]
    ]
    if len(lines) > MOST_LINES:
        told.append(f"还有{len(lines) - MOST_LINES}件，请打开清单看。")
    return "\n".join((OPENINGS[kind], *told))
