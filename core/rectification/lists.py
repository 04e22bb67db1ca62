"""
Lists of items: filtered, sorted, in pages, and never beyond somebody's reach.

"Overdue" is open with today's deadline behind; "extended" is open with a deadline that was moved and is not
behind. Days are Shanghai's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from core.people.reach import Reach
from core.rectification.models import Item, ItemAssist
from core.rectification.store import within
from core.rectification.words import COUNTED, OPEN, State

# Somebody is reminded from here on; the first of the office's own 7/3/1 days.
SOON_DAYS = 7
_OPEN = tuple(sorted(state.value for state in OPEN))
_COUNTED = tuple(sorted(state.value for state in COUNTED))


class Due(StrEnum):
    """What a list asks of deadlines and of things that wait."""

    OVERDUE = "overdue"
    SOON = "soon"
    MONTH = "month"
    EXTENDED = "extended"
    ASKED = "asked"


DUE_TITLES: Mapping[Due, str] = MappingProxyType(
    {
        Due.OVERDUE: "已超期",
        Due.SOON: "7天内到期",
        Due.MONTH: "60天内到期",
        Due.EXTENDED: "延期中",
        Due.ASKED: "延期待答复",
    }
)
DUE_DAYS = {Due.SOON: SOON_DAYS, Due.MONTH: 60}


class Sort(StrEnum):
    """The order of a list."""

    NUMBER = "number"
    DEADLINE = "deadline"
    LEAD = "lead"
    STATE = "state"
    MOVED = "moved"


_COLUMNS: Mapping[Sort, Any] = MappingProxyType(
    {
        Sort.NUMBER: Item.number,
        Sort.DEADLINE: Item.deadline,
        Sort.LEAD: Item.lead_code,
        # As the work goes, not as the words of the table are spelt.
        Sort.STATE: case({state.value: place for place, state in enumerate(State)}, value=Item.state),
        Sort.MOVED: Item.moved_at,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    Which items; '' and None mean all. `lead` is the code of who leads, `subject` of who leads or assists.

    `is_open` True: only open ones. `state` may name merged and split ones; otherwise they are left out.
    `first_day` and `last_day`: open and due from, and up to. `search` is a number or words of the text.
    `numbers` () means none.
    """

    state: State | None = None
    is_open: bool = False
    lead: str = ""
    subject: str = ""
    category: str = ""
    source: str = ""
    due: Due | None = None
    first_day: date | None = None
    last_day: date | None = None
    search: str = ""
    numbers: tuple[int, ...] | None = None


def conditions(wanted: Wanted, reach: Reach, today: date) -> list[ColumnElement[bool]]:
    """The same in SQL."""
    found: list[ColumnElement[bool]] = [within(reach)]
    found.append(Item.state == wanted.state.value if wanted.state else Item.state.in_(_COUNTED))
    if wanted.is_open:
        found.append(Item.state.in_(_OPEN))
    if wanted.lead:
        found.append(Item.lead_code == wanted.lead)
    if wanted.subject:
        assisted = select(ItemAssist.item_number).where(ItemAssist.code == wanted.subject)
        found.append(or_(Item.lead_code == wanted.subject, Item.number.in_(assisted)))
    if wanted.category:
        found.append(Item.category == wanted.category)
    if wanted.source:
        found.append(Item.source == wanted.source)
    if wanted.due:
        found.append(is_due(wanted.due, today))
    if wanted.first_day:
        found += [Item.deadline >= wanted.first_day, Item.state.in_(_OPEN)]
    if wanted.last_day:
        found += [Item.deadline <= wanted.last_day, Item.state.in_(_OPEN)]
    if wanted.numbers is not None:
        found.append(Item.number.in_(wanted.numbers))
    if wanted.search:
        found.append(_has_words(wanted.search))
    return found


def is_due(due: Due, today: date) -> ColumnElement[bool]:
    """The items that are overdue, due soon, …"""
    is_open = Item.state.in_(_OPEN)
    if due is Due.OVERDUE:
        return is_open & (Item.deadline < today)
    if due is Due.EXTENDED:
        return is_open & (Item.deadline > Item.first_deadline) & (Item.deadline >= today)
    if due is Due.ASKED:
        return is_open & Item.asked_until.is_not(None)
    last = today + timedelta(days=DUE_DAYS[due])
    return is_open & (Item.deadline >= today) & (Item.deadline <= last)


def count_items(session: Session, wanted: Wanted, reach: Reach, today: date) -> int:
    """How many items a list has."""
    query = select(func.count()).select_from(Item).where(*conditions(wanted, reach, today))
    return session.scalar(query) or 0


def list_items(
    session: Session,
    wanted: Wanted,
    reach: Reach,
    today: date,
    *,
    sort: Sort = Sort.DEADLINE,
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[Item]:
    """The items, by `sort` and then by number; by deadline, those that are done come after the others."""
    column = _COLUMNS[sort]
    # A deadline that was kept years ago presses nobody.
    is_done = case((Item.state.in_(_OPEN), 0), else_=1)
    first = (is_done,) if sort is Sort.DEADLINE else ()
    query: Select[Item] = (
        select(Item)
        .where(*conditions(wanted, reach, today))
        .order_by(*first, column.desc() if descending else column, Item.number)
        .offset(offset)
        .limit(limit)
    )
    return session.scalars(query).all()


def due_items(session: Session, subject_code: str, *, limit: int | None = None) -> Sequence[Item]:
    """
    What a county or unit has to work on as lead, the most pressing first.

    With the unit only (待领取, 整改中, 已退回): what waits to be verified is out of its hands.
    """
    in_hand = (State.ASSIGNED, State.WORKING, State.RETURNED)
    query = (
        select(Item)
        .where(Item.lead_code == subject_code, Item.state.in_([state.value for state in in_hand]))
        .order_by(Item.deadline, Item.number)
        .limit(limit)
    )
    return session.scalars(query).all()


def assists_of(session: Session, numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Who assists with each of these items."""
    found: dict[int, tuple[str, ...]] = {}
    query = select(ItemAssist.item_number, ItemAssist.code).where(ItemAssist.item_number.in_(numbers))
    for number, code in session.execute(query.order_by(ItemAssist.item_number, ItemAssist.code)):
        found[number] = (*found.get(number, ()), code)
    return found


def _has_words(search: str) -> ColumnElement[bool]:
    plain = search.strip().removesuffix("号").removeprefix("#")
    if plain.isascii() and plain.isdigit() and len(plain) < 10:
        return or_(Item.number == int(plain), Item.text.contains(plain, autoescape=True))
    return Item.text.contains(search, autoescape=True)
