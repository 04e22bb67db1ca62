"""
From an opinion to a rectification item and back: making one, adding to one that is there, what came of it.

An item remembers where it came from (`opinion:17`), an opinion the item's number. Items are split and merged
on their own; an opinion is settled once everything that became of its item is closed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.orm import Session

from core.errors import Refused
from core.opinions.inbox import NoSuchOpinion
from core.opinions.models import Opinion, OpinionAct
from core.opinions.states import Act, State
from core.rectification.authors import Author
from core.rectification.details import Facts
from core.rectification.models import Item
from core.rectification.service import add_item, get_item
from core.rectification.words import State as ItemState

# A chain of merges longer than this is a mistake in the data, not in the work.
MAX_STEPS = 50


class IsItem(Refused):
    """An item was made of it already."""


class IsMerged(Refused):
    """It is part of another opinion."""

    say = "这条已经合并到别的意见里，请到那一条上转为整改事项。"


class IsGone(Refused):
    """It was superseded."""

    say = "这条已经被本人后来的回答替换，不能再转为整改事项。"


@dataclass(frozen=True, slots=True)
class Became:
    """An item that an opinion became part of: its number, state, and who leads it."""

    number: int
    state: ItemState
    lead_code: str


def origin_of(opinion_id: int) -> str:
    """How an item names the opinion it was made of."""
    return f"opinion:{opinion_id}"


def make_item(session: Session, opinion_id: int, facts: Facts, author: Author, now: datetime) -> int:
    """
    Hand the opinion to a unit as a new item; the item's number.

    Errors of `rectification.service.add_item` (`Missing`) say what is left to be filled in.
    """
    row = _free(session, opinion_id)
    made = add_item(session, replace(facts, origin=origin_of(opinion_id)), author, now)
    _tie(session, row, made.number, author, now)
    return made.number


def add_to_item(session: Session, opinion_id: int, number: int, author: Author, now: datetime) -> None:
    """Say that an item that is there deals with the opinion, too. NoSuchItem when there is none."""
    row = _free(session, opinion_id)
    get_item(session, number, author)
    _tie(session, row, number, author, now)


def part_from_item(session: Session, opinion_id: int, author: Author, now: datetime) -> None:
    """The opinion and its item were a mistake: part them. The item stays as it is and is dealt with there."""
    row = _locked(session, opinion_id)
    if row.item_number is None:
        return
    _note(session, row, Act.PART_ITEM, author, now, f"{row.item_number}")
    row.item_number, row.state = None, State.TODO.value


def became(connection: Connection, numbers: Collection[int]) -> dict[int, tuple[Became, ...]]:
    """What each of these items is today: itself, what it was merged into, or what it was split into."""
    known: dict[int, Any] = {}
    parts: dict[int, list[int]] = defaultdict(list)
    columns = (Item.number, Item.state, Item.lead_code, Item.merged_into, Item.split_from)
    wanted = set(numbers)
    for _ in range(MAX_STEPS):
        if not wanted:
            break
        rows = connection.execute(
            select(*columns).where(Item.number.in_(wanted) | Item.split_from.in_(wanted))
        ).all()
        fresh = [row for row in rows if row.number not in known]
        known.update({row.number: row for row in fresh})
        for row in fresh:
            if row.split_from is not None:
                parts[row.split_from].append(row.number)
        # Where a merged one went has to be read next, and the parts of what was split.
        merged = {row.merged_into for row in fresh if row.merged_into is not None} - known.keys()
        wanted = merged | {row.number for row in fresh if row.state == ItemState.SPLIT}
    return {number: tuple(_leaves(number, known, parts)) for number in numbers}


@dataclass(frozen=True, slots=True)
class Behind:
    """An opinion that an item goes back to; `is_erased`: who said it had their data deleted."""

    id: int
    is_erased: bool


def opinions_behind(connection: Connection, number: int) -> list[Behind]:
    """
    The opinions an item goes back to, also by way of items it was split from or that were merged into it.
    """
    seen: set[int] = set()
    wanted = {number}
    for _ in range(MAX_STEPS):
        if not wanted:
            break
        seen |= wanted
        before = select(Item.split_from).where(Item.number.in_(wanted), Item.split_from.is_not(None))
        merged = select(Item.number).where(Item.merged_into.in_(wanted))
        wanted = {*connection.scalars(before), *connection.scalars(merged)} - seen
    found = select(Opinion.id, Opinion.gone).where(Opinion.item_number.in_(seen)).order_by(Opinion.id)
    return [Behind(row.id, row.gone == "erased") for row in connection.execute(found)]


def follow_items(engine: Engine) -> int:
    """
    Settle the opinions whose items are closed, open those again whose item was reopened; how many changed.

    The worker does it every minute; doing it twice changes nothing.
    """
    with engine.begin() as connection:
        tied = select(Opinion.id, Opinion.item_number, Opinion.state).where(Opinion.item_number.is_not(None))
        rows = connection.execute(tied).all()
        today = became(connection, {row.item_number for row in rows})
        changed: dict[State, list[int]] = defaultdict(list)
        for row in rows:
            state = State.DONE if is_closed(today[row.item_number]) else State.ITEM
            if row.state != state:
                changed[state].append(row.id)
        for state, ids in changed.items():
            connection.execute(update(Opinion).where(Opinion.id.in_(ids)).values(state=state.value))
    return sum(map(len, changed.values()))


def is_closed(items: Iterable[Became]) -> bool:
    """Whether everything that became of an item is closed."""
    states = [each.state for each in items]
    return bool(states) and all(state == ItemState.CLOSED for state in states)


def _leaves(number: int, known: Mapping[int, Any], parts: Mapping[int, list[int]]) -> Iterable[Became]:
    waiting, seen = [number], set[int]()
    while waiting:
        at = waiting.pop(0)
        row = known.get(at)
        if row is None or at in seen:
            continue
        seen.add(at)
        if row.state == ItemState.MERGED and row.merged_into is not None:
            waiting.append(row.merged_into)
        elif row.state == ItemState.SPLIT:
            waiting += sorted(parts.get(at, ()))
        else:
            yield Became(row.number, ItemState(row.state), row.lead_code)


def _free(session: Session, opinion_id: int) -> Opinion:
    row = _locked(session, opinion_id)
    if row.item_number is not None:
        raise IsItem(f"这条已经转为整改事项{row.item_number}号，不用再转。")
    if row.merged_into is not None:
        raise IsMerged
    if row.gone:
        raise IsGone
    return row


def _locked(session: Session, opinion_id: int) -> Opinion:
    row = session.scalar(select(Opinion).where(Opinion.id == opinion_id).with_for_update())
    if row is None or row.gone == "erased":
        raise NoSuchOpinion
    return row


def _tie(session: Session, row: Opinion, number: int, author: Author, now: datetime) -> None:
    row.item_number, row.state = number, State.ITEM.value
    _note(session, row, Act.MAKE_ITEM, author, now, f"{number}")


def _note(session: Session, row: Opinion, act: Act, author: Author, now: datetime, detail: str) -> None:
    session.add(OpinionAct(opinion_id=row.id, at=now, staff_id=author.staff_id, act=act.value, detail=detail))
