"""Reading and writing items and their log. The only file that writes these tables; decides nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, insert, or_, select, text, true
from sqlalchemy.orm import Session

from core.people.reach import Reach
from core.rectification.authors import Author, who_is
from core.rectification.details import Details, dump, load
from core.rectification.models import Item, ItemAct, ItemAssist
from core.rectification.standing import Done, Standing
from core.rectification.words import Act, State

# Any number that no other advisory lock of the program uses.
_LOCK_NUMBER = 7_021_988
NAMES = tuple(each.name for each in fields(Standing) if each.name != "assist")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def within(reach: Reach) -> ColumnElement[bool]:
    """The items of a reach: led by its county or unit, or assisted by it."""
    if reach.is_all:
        return true()
    if not reach.code:
        return false()
    assisted = select(ItemAssist.item_number).where(ItemAssist.code == reach.code)
    return or_(Item.lead_code == reach.code, Item.number.in_(assisted))


def find(session: Session, number: int, reach: Reach, *, lock: bool = False) -> Item | None:
    """The item; with `lock`, nobody else acts on it until the transaction ends."""
    query = select(Item).where(Item.number == number, within(reach))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def standing_of(session: Session, item: Item) -> Standing:
    """The item as a `Standing`."""
    codes = session.scalars(
        select(ItemAssist.code).where(ItemAssist.item_number == item.number).order_by(ItemAssist.code)
    )
    return as_standing(item, tuple(codes))


def as_standing(item: Item, assist: tuple[str, ...]) -> Standing:
    """The row, and who assists, as a `Standing`."""
    stored = {name: getattr(item, name) for name in NAMES}
    return Standing(**stored | {"state": State(item.state), "assist": assist})


def keep(session: Session, item: Item, standing: Standing) -> None:
    """Write a standing to the item's row and its assisting units."""
    _fill(item, standing)
    item.version += 1
    session.flush()
    before = set(session.scalars(select(ItemAssist.code).where(ItemAssist.item_number == item.number)))
    gone = before - set(standing.assist)
    if gone:
        session.execute(
            delete(ItemAssist).where(ItemAssist.item_number == item.number, ItemAssist.code.in_(gone))
        )
    session.add_all(ItemAssist(item_number=item.number, code=code) for code in set(standing.assist) - before)
    session.flush()


def add(session: Session, number: int, standing: Standing) -> Item:
    """A new item that stands like this."""
    item = Item(number=number, version=0)
    _fill(item, standing)
    session.add(item)
    keep(session, item, standing)
    return item


@dataclass(frozen=True, slots=True)
class New:
    """An item that begins: the act, how it stands after it, and what the act says."""

    act: Act
    standing: Standing
    details: Details


def add_many(session: Session, first: int, news: Sequence[New], author: Author, now: datetime) -> None:
    """New items from number `first` on, each with the act it began with: `add` and `write` in bulk."""
    numbered = list(enumerate(news, start=first))
    assists = [
        {"item_number": number, "code": code} for number, new in numbered for code in new.standing.assist
    ]
    session.execute(
        insert(Item), [{"number": number, "version": 1, **_row(new.standing)} for number, new in numbered]
    )
    if assists:
        session.execute(insert(ItemAssist), assists)
    acts = [
        {"item_number": number, **_act_row(new.act, author, new.standing, new.details, now, now)}
        for number, new in numbered
    ]
    session.execute(insert(ItemAct), acts)


def _fill(item: Item, standing: Standing) -> None:
    for name, value in _row(standing).items():
        setattr(item, name, value)


def _row(standing: Standing) -> dict[str, Any]:
    """A standing as the columns of an item."""
    values = {name: getattr(standing, name) for name in NAMES}
    return values | {"state": standing.state.value}


def write(
    session: Session,
    number: int,
    act: Act,
    author: Author,
    standing: Standing,
    details: Details,
    at: datetime,
    effective_at: datetime,
    withdraws: int | None = None,
) -> ItemAct:
    """Append one act to the log."""
    row = ItemAct(
        item_number=number,
        withdraws=withdraws,
        **_act_row(act, author, standing, details, at, effective_at),
    )
    session.add(row)
    session.flush()
    return row


def _act_row(
    act: Act, author: Author, standing: Standing, details: Details, at: datetime, effective_at: datetime
) -> dict[str, Any]:
    """An act as the columns of the log, but for the item's number."""
    who = who_is(author, standing)
    return {
        "act": act.value,
        "state": standing.state.value,
        "at": at,
        "effective_at": effective_at,
        "author_kind": who.value if who else "",
        "staff_id": author.staff_id,
        "liaison_id": author.liaison_id,
        "author_code": author.subject_code,
        "origin": author.origin.value,
        "details": dump(details),
    }


def log_of(session: Session, number: int) -> list[ItemAct]:
    """The item's log, oldest first."""
    return list(session.scalars(select(ItemAct).where(ItemAct.item_number == number).order_by(ItemAct.id)))


def as_done(rows: Iterable[ItemAct]) -> list[Done]:
    """The log as replaying takes it."""
    return [Done(row.id, Act(row.act), load(row.details), row.at, row.withdraws) for row in rows]


def next_number(session: Session) -> int:
    """
    The number of a new item: the one after the highest there is.

    Held until the transaction ends, so that two who add at once get two numbers. Items are never deleted, so
    no number comes twice.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
    return (session.scalar(select(func.max(Item.number))) or 0) + 1


def storable(words: str) -> str:
    """Words as they are kept: without what surrounds them, and without signs no table takes."""
    return _UNSTORABLE.sub("", words).strip()
