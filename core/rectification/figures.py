"""
How the work stands, counted: in all, by county and unit.

On time: closed, the work done not later than the **first** deadline. Completed: closed, the work done not
later than **today's** deadline, extensions counted in. Both are shares of all that was assigned; what was
merged or split counts under its other numbers. A rate of nothing is None.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from core.people.reach import Reach
from core.rectification.lists import SOON_DAYS, Due, is_due
from core.rectification.models import Item
from core.rectification.store import within
from core.rectification.words import COUNTED, IN_CHECK, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Numbers of items; `in_check`: an application waits to be verified."""

    assigned: int = 0
    claimed: int = 0
    in_check: int = 0
    closed: int = 0
    on_time: int = 0
    completed: int = 0
    extended: int = 0
    overdue: int = 0
    soon: int = 0

    @property
    def open(self) -> int:
        """Not closed yet."""
        return self.assigned - self.closed

    @property
    def in_hand(self) -> int:
        """With the unit, which has work to do on them."""
        return self.open - self.in_check

    @property
    def unclaimed(self) -> int:
        """Nobody took them yet."""
        return self.assigned - self.claimed

    @property
    def on_time_rate(self) -> float | None:
        """By the first deadline."""
        return self.on_time / self.assigned if self.assigned else None

    @property
    def completion_rate(self) -> float | None:
        """By today's deadline."""
        return self.completed / self.assigned if self.assigned else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            **{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        )


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The figures of one county (code of digits) or unit."""

    code: str
    figures: Figures


def figures_by_unit(session: Session, reach: Reach, today: date, *, source: str = "") -> list[UnitFigures]:
    """Of every county and unit that leads an item, counties first; one's own where the reach is limited."""
    counted: dict[str, ColumnElement[bool]] = {
        "assigned": Item.number.is_not(None),
        "claimed": Item.state != State.ASSIGNED.value,
        "in_check": Item.state.in_([state.value for state in IN_CHECK]),
        "closed": Item.state == State.CLOSED.value,
        "on_time": (Item.state == State.CLOSED.value) & (Item.done_on <= Item.first_deadline),
        "completed": (Item.state == State.CLOSED.value) & (Item.done_on <= Item.deadline),
        "extended": is_due(Due.EXTENDED, today),
        "overdue": is_due(Due.OVERDUE, today),
        "soon": is_due(Due.SOON, today),
    }
    conditions = [within(reach), Item.state.in_([state.value for state in COUNTED])]
    if not reach.is_all:
        conditions.append(Item.lead_code == reach.code)
    if source:
        conditions.append(Item.source == source)
    columns = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in counted.items()]
    rows = session.execute(
        select(Item.lead_code, *columns).where(*conditions).group_by(Item.lead_code).order_by(Item.lead_code)
    )
    return [
        UnitFigures(row.lead_code, Figures(**{name: int(getattr(row, name)) for name in counted}))
        for row in rows
    ]


def total(lines: Sequence[UnitFigures]) -> Figures:
    """All of them together."""
    return sum((line.figures for line in lines), Figures())


def by_state(session: Session, reach: Reach) -> dict[State, int]:
    """How many items stand in each state, merged and split ones too."""
    rows = session.execute(select(Item.state, func.count()).where(within(reach)).group_by(Item.state))
    return {State(state): count for state, count in rows}


def by_deadline(session: Session, reach: Reach, first: date, last: date) -> dict[date, int]:
    """How many open items are due on each day from `first` to `last`."""
    rows = session.execute(
        select(Item.deadline, func.count())
        .where(within(reach), is_due_between(first, last))
        .group_by(Item.deadline)
    )
    return {day: count for day, count in rows}  # noqa: C416  (a row is no pair to mypy)


def is_due_between(first: date, last: date) -> ColumnElement[bool]:
    """Open, and due on one of these days."""
    closed = (State.CLOSED, *(state for state in State if state not in COUNTED))
    return Item.state.not_in([state.value for state in closed]) & Item.deadline.between(first, last)


def next_deadline(session: Session, reach: Reach, today: date) -> date | None:
    """The next day on which an open item is due, from today on."""
    found: date | None = session.scalar(
        select(func.min(Item.deadline)).where(
            within(reach), is_due_between(today, today + timedelta(days=3660))
        )
    )
    return found


def sources(session: Session) -> list[str]:
    """The source rounds items came from."""
    return list(session.scalars(select(Item.source).distinct().order_by(Item.source)))


def categories(session: Session) -> list[str]:
    """The categories items have, the most frequent first."""
    query = select(Item.category).group_by(Item.category).order_by(func.count().desc(), Item.category)
    return list(session.scalars(query))


SOON_TITLE = f"{SOON_DAYS}天内到期"
