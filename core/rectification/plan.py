"""
What loading a list would change, shown before it is done; and doing it.

A row is about the item with its 编号, else the one of the same 来源 and 序号; otherwise it is new. Loading
the same file again changes nothing, also when the items have moved on since: of a row without 版本, only what
differs from what was loaded before is a change. A row with a 版本 that is over is left out; that is said.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, Fault, Refused
from core.rectification.authors import Author
from core.rectification.details import Details, Facts, load
from core.rectification.lists import assists_of
from core.rectification.loading import TITLES, Line
from core.rectification.models import Item, ItemAct
from core.rectification.service import begin_many, do
from core.rectification.standing import Standing
from core.rectification.store import as_standing
from core.rectification.words import IN_HAND, STATE_TITLES, Act, State

# States that a list may move an item to; the others are reached by acts alone.
SETTABLE = frozenset({State.ASSIGNED, State.WORKING, State.CLOSED})
_COMPARED = (
    "text",
    "category",
    "source",
    "source_number",
    "lead_code",
    "assist",
    "first_deadline",
    "deadline",
    "state",
    "done_on",
    "why_words",
)
_TITLES = dict(TITLES) | {"lead_code": TITLES["lead"]}

_BY_LIST = "导入的表里改了牵头单位。"

Kind = Literal["new", "changed", "same", "stale"]


class ShownDiffers(Refused):
    """The items moved between the preview and its confirmation."""

    say = "您看过以后，有的事项又变了，所以什么都没有写入。请再看一遍现在的差异，再确认。"


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one row: what stands in the system and what the file says, as people read it."""

    title: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.title} {self.before or '空'}→{self.after or '空'}"


@dataclass(frozen=True, slots=True)
class Change:
    """
    What becomes of one row. `stale`: the item moved on after the list was exported, the row is left out.

    `number` is None for a new item. `facts` are those to be written.
    """

    kind: Kind
    line: Line
    number: int | None
    version: int
    facts: Facts
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows of a list, in its order."""

    changes: tuple[Change, ...]

    def of(self, kind: Kind) -> list[Change]:
        """The rows of one kind."""
        return [change for change in self.changes if change.kind == kind]

    @property
    def is_idle(self) -> bool:
        """Nothing would be written."""
        return not self.of("new") and not self.of("changed")

    @property
    def mark(self) -> str:
        """Changes with anything that would be written differently; confirms that what was shown is done."""
        told = repr(
            [(each.kind, each.line.row, each.number, each.version, each.facts) for each in self.changes]
        )
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        words = f"共{len(self.changes)}条：新增{len(self.of('new'))}，更新{len(self.of('changed'))}"
        words += f"，没有变化{len(self.of('same'))}"
        stale = len(self.of("stale"))
        return words + (f"，导出后又办过所以没有采用{stale}" if stale else "")


def plan_load(session: Session, lines: Sequence[Line], filename: str = "") -> Plan:
    """Compare a list with what is there; BadInput for numbers nobody knows and states no list can set."""
    items = {item.number: item for item in session.scalars(select(Item))}
    assists = assists_of(session, list(items))
    standings = {number: as_standing(item, assists.get(number, ())) for number, item in items.items()}
    loaded = _loaded_before(session)
    by_source = {
        (item.source, item.source_number): item.number for item in items.values() if item.source_number
    }
    faults: list[Fault] = []
    changes = []
    for line in lines:
        number = line.number or by_source.get((line.facts.source or "", line.facts.source_number or ""))
        if line.number is not None and line.number not in items:
            faults.append(_fault(filename, line, "number", f"没有{line.number}号；新的事项请把编号空着"))
        elif number is None:
            changes.append(Change("new", line, None, 0, _new(line.facts)))
        else:
            change = _compared(line, number, items[number].version, standings[number], loaded.get(number, {}))
            changes.append(change)
            faults += _refused(filename, change, standings[number])
    faults += _twice(filename, changes)
    if faults:
        raise BadInput(faults)
    return Plan(tuple(changes))


def apply_plan(
    session: Session,
    plan: Plan,
    author: Author,
    now: datetime,
    progress: Callable[[int], None] = lambda _count: None,
) -> None:
    """
    Write what the plan says: all of it or, when anything is refused, nothing (the caller rolls back).

    Another lead unit is a transfer where the item is still to be worked on: the new one has to claim it, and
    hears of it.
    """
    news = plan.of("new")
    begin_many(session, [(each.facts, _act_of(each.facts)) for each in news], author, now)
    progress(len(news))
    for change in plan.changes:
        if change.kind == "new":
            continue
        if change.kind == "changed":
            assert change.number is not None, "it is there"
            try:
                _change(session, change, author, now)
            except Refused as error:
                raise ShownDiffers from error
        progress(1)


def _act_of(facts: Facts) -> Act:
    return Act.ASSIGN if facts.state in (None, State.ASSIGNED) else Act.LOAD


def _change(session: Session, change: Change, author: Author, now: datetime) -> None:
    number, facts, version = change.number, change.facts, change.version
    assert number is not None, "it is there"
    item = session.get_one(Item, number)
    if facts.lead_code and State(item.state) in IN_HAND:
        to_other = Details(code=facts.lead_code, text=_BY_LIST)
        do(session, number, Act.TRANSFER, author, now, to_other, seen_version=version)
        facts, version = replace(facts, lead_code=None), version + 1
    if facts != Facts():
        do(session, number, Act.CORRECT, author, now, Details(facts=facts), seen_version=version)


def _new(facts: Facts) -> Facts:
    return replace(facts, state=facts.state or State.ASSIGNED)


def _loaded_before(session: Session) -> dict[int, dict[str, Any]]:
    """What files and forms said last of each item."""
    found: dict[int, dict[str, Any]] = {}
    acts = [act.value for act in (Act.ASSIGN, Act.LOAD, Act.CORRECT)]
    query = select(ItemAct.item_number, ItemAct.details).where(ItemAct.act.in_(acts)).order_by(ItemAct.id)
    for number, details in session.execute(query):
        facts = load(details).facts
        found.setdefault(number, {}).update(facts.said if facts else {})
    return found


def _compared(line: Line, number: int, version: int, standing: Standing, loaded: Mapping[str, Any]) -> Change:
    said = line.facts.said
    changed = {
        name: said[name]
        for name in _COMPARED
        if name in said
        and said[name] != getattr(standing, name)
        and (line.version is not None or said[name] != loaded.get(name))
    }
    if not changed:
        return Change("same", line, number, version, Facts())
    differences = tuple(
        Difference(_TITLES[name], _words(getattr(standing, name)), _words(value))
        for name, value in changed.items()
    )
    is_stale = line.version is not None and line.version != version
    if "why_words" in changed:
        changed["why"] = line.facts.why
    return Change("stale" if is_stale else "changed", line, number, version, Facts(**changed), differences)


def _refused(filename: str, change: Change, standing: Standing) -> Iterable[Fault]:
    state = change.facts.state
    if change.kind != "changed":
        return
    if standing.state in (State.MERGED, State.SPLIT):
        words = f"{change.number}号{STATE_TITLES[standing.state]}，不能在表里改"
        yield _fault(filename, change.line, "number", words)
    elif state is not None and state not in SETTABLE:
        words = (
            f"{change.number}号现在是“{STATE_TITLES[standing.state]}”，不能在表里改成“{STATE_TITLES[state]}”"
        )
        yield _fault(filename, change.line, "state", words)


def _twice(filename: str, changes: Sequence[Change]) -> Iterable[Fault]:
    """Two rows about one item: by its 编号 and by its 序号."""
    seen: dict[int, int] = {}
    for change in changes:
        if change.number is not None:
            before = seen.setdefault(change.number, change.line.row)
            if before != change.line.row:
                yield _fault(
                    filename, change.line, "number", f"和第{before}行说的是同一条（{change.number}号）"
                )


def _fault(filename: str, line: Line, column: str, words: str) -> Fault:
    return Fault(f"{filename} 第{line.row}行“{TITLES[column]}”列".strip(), words)


def _words(value: Any) -> str:
    if isinstance(value, State):
        return STATE_TITLES[value]
    if isinstance(value, tuple):
        return "；".join(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def codes_in_words(words: str, names: Mapping[str, str]) -> str:
    """Codes in a difference, with the names of counties and units beside them."""
    parts = [f"{names[part]}（{part}）" if part in names else part for part in words.split("；")]
    return "；".join(parts)
