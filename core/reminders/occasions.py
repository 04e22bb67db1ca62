"""
Which rules hold for an item on a day: pure, without a database.

Days are calendar days of Asia/Shanghai; working days come from the calendar that is handed in. An item that
waits to be verified is out of the unit's hands, so nothing is due from it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from core.clock import local_day
from core.rectification.words import Act, State
from core.reminders.rules import On, Rule, Rules
from core.workdays.calendar import Workdays


class Level(StrEnum):
    """Who hears of it: those who work on it, the head of the unit, the office."""

    UNIT = "unit"
    HEAD = "head"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What rules look at. `claimed`, `has_measures`: since it was last handed out."""

    number: int
    state: State
    lead_code: str
    category: str
    deadline: date
    handed_at: datetime
    claimed: bool
    has_measures: bool
    progress_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """
    A reason to remind: `key` with the rule, item, level and code names it for ever.

    `words` follow the item's number (`已逾期5天`). `urgency` orders them, the most urgent first.
    """

    rule: str
    number: int
    key: str
    level: Level
    code: str
    category: str
    deadline: date
    words: str
    is_urgent: bool
    urgency: tuple[int, int]


# What is said of an item after each act.
ACT_WORDS: Mapping[Act, str] = MappingProxyType(
    {
        Act.ASSIGN: "是新交办的",
        Act.TRANSFER: "转到您这里",
        Act.REOPEN: "重开了",
        Act.ASSIST: "请您协办",
        Act.SPLIT: "拆分了",
        Act.RETURN: "被退回",
        Act.GRANT_EXTENSION: "延期已同意",
        Act.REFUSE_EXTENSION: "延期没有同意",
        Act.SUPERVISE: "被督办",
        Act.APPLY: "等您核验",
        Act.CLOSE: "已销号",
    }
)


def occasions(item: ItemFacts, rules: Rules, today: date, workdays: Workdays) -> Iterator[Occasion]:
    """Everything that may be said of this item today, whether it was said before or not."""
    for rule in rules.rules:
        look = _LOOKS.get(rule.on)
        if look is not None:
            yield from look(item, rule, today, workdays)


def standing_words(item: ItemFacts, today: date) -> tuple[str, tuple[int, int]]:
    """How urgent an item is by its deadline, whatever the rules say: for lists of what is to be done."""
    left = (item.deadline - today).days
    if left < 0:
        return f"已逾期{-left}天", (0, left)
    if item.state is State.RETURNED:
        return "被退回", (2, left)
    if item.state is State.ASSIGNED:
        return "还没领取", (3, left)
    return ("今天到期" if left == 0 else f"还有{left}天到期"), (1 if left <= 7 else 4, left)


def _unclaimed(item: ItemFacts, rule: Rule, today: date, workdays: Workdays) -> Iterator[Occasion]:
    if item.state is State.ASSIGNED:
        waited = workdays.between(local_day(item.handed_at), today)
        yield from _since_handed(item, rule, waited, f"{waited}个工作日没领取", (3, -waited))


def _no_measures(item: ItemFacts, rule: Rule, today: date, workdays: Workdays) -> Iterator[Occasion]:
    if item.state in (State.WORKING, State.RETURNED) and not item.has_measures:
        waited = workdays.between(local_day(item.handed_at), today)
        yield from _since_handed(item, rule, waited, f"{waited}个工作日没报措施", (4, -waited))


def _since_handed(
    item: ItemFacts, rule: Rule, waited: int, words: str, urgency: tuple[int, int]
) -> Iterator[Occasion]:
    key = local_day(item.handed_at).isoformat()
    for level, after in (
        (Level.UNIT, rule.workdays),
        (Level.HEAD, rule.head_after),
        (Level.OFFICE, rule.office_after),
    ):
        if after is not None and waited >= after:
            yield _occasion(item, rule, key, level, words, urgency)


def _no_progress(item: ItemFacts, rule: Rule, today: date, _workdays: Workdays) -> Iterator[Occasion]:
    if item.state not in (State.WORKING, State.RETURNED) or today.day < rule.from_day:
        return
    month = today.strftime("%Y-%m")
    reported = item.progress_at is not None and local_day(item.progress_at).strftime("%Y-%m") == month
    # What was handed out this month begins with its measures.
    is_new = local_day(item.handed_at).strftime("%Y-%m") == month
    if not reported and not is_new:
        yield _occasion(item, rule, month, Level.UNIT, "本月没报进展", (5, 0))


def _due(item: ItemFacts, rule: Rule, today: date, _workdays: Workdays) -> Iterator[Occasion]:
    left = (item.deadline - today).days
    if item.state not in _IN_HAND or left < 0:
        return
    # The nearest step that is reached; one that fell on a day off is made good on the next working day.
    step = next((step for step in rule.days if left <= step), None)
    if step is not None:
        words = "今天到期" if left == 0 else f"还有{left}天到期"
        yield _occasion(item, rule, f"{item.deadline.isoformat()}:{step}", Level.UNIT, words, (1, left))


def _overdue(item: ItemFacts, rule: Rule, today: date, _workdays: Workdays) -> Iterator[Occasion]:
    late = (today - item.deadline).days
    if item.state not in _IN_HAND or late < 1:
        return
    words, urgency, key = f"已逾期{late}天", (0, -late), item.deadline.isoformat()
    turn = (late - 1) // rule.every_days
    yield _occasion(item, rule, f"{key}:{turn}", Level.UNIT, words, urgency)
    for level, after in ((Level.HEAD, rule.head_after), (Level.OFFICE, rule.office_after)):
        if after is not None and late >= after:
            yield _occasion(item, rule, key, level, words, urgency)


def _occasion(
    item: ItemFacts, rule: Rule, key: str, level: Level, words: str, urgency: tuple[int, int]
) -> Occasion:
    return Occasion(
        rule=rule.id, number=item.number, key=key, level=level, code=item.lead_code, category=item.category,
        deadline=item.deadline, words=words, is_urgent=False, urgency=urgency,
    )  # fmt: skip


_IN_HAND = frozenset({State.ASSIGNED, State.WORKING, State.RETURNED})
Look = Callable[[ItemFacts, Rule, date, Workdays], Iterator[Occasion]]
_LOOKS: Mapping[On, Look] = MappingProxyType(
    {
        On.UNCLAIMED: _unclaimed,
        On.NO_MEASURES: _no_measures,
        On.NO_PROGRESS: _no_progress,
        On.DUE: _due,
        On.OVERDUE: _overdue,
    }
)
