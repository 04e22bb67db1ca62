"""
What the counters count: every part of the survey, along every axis, as one SELECT each.

A part says where: the whole city, a county or unit (owner), a township, a code, a material, a material of one
owner. An axis says when: the whole round, a day, an hour of the week; or, for break-offs, at which question.
Visits (人次) of a cell are its events. People (人数) are the different persons among them, so they cannot be
added up: who scans on two days is one person of the round and one of each day. That is why each part and axis
has counters of its own.

The same SELECT counts everything (`after=0`) or what a stretch of events adds to what was counted before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    distinct,
    exists,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.orm import aliased

from core.funnel.events import Kind
from core.funnel.models import FunnelEventRow

Part = Literal["all", "owner", "township", "code", "material", "own_material"]
Axis = Literal["round", "day", "hour", "question"]

# What tells one cell from the other, in the order of the counters' key.
KEYS = ("round_id", "owner", "township", "key", "step", "question", "kind")
HOURS_A_DAY, HOURS_A_WEEK = 24, 168
# 1970 began on a Thursday; weeks begin on Monday.
HOURS_INTO_FIRST_WEEK = 3 * HOURS_A_DAY

_NOTHING: ColumnElement[Any] = literal_column("''", String)
_ZERO: ColumnElement[Any] = literal_column("0", Integer)


@dataclass(frozen=True, slots=True)
class PartColumns:
    """Which columns of an event make the part's `owner`, `township` and `key`; '' for none."""

    owner: str = ""
    township: str = ""
    key: str = ""


PARTS: dict[Part, PartColumns] = {
    "all": PartColumns(),
    "owner": PartColumns("owner"),
    "township": PartColumns("owner", "township"),
    "code": PartColumns("owner", "township", "scene"),
    "material": PartColumns(key="material"),
    "own_material": PartColumns("owner", key="material"),
}
AXES: tuple[Axis, ...] = ("round", "day", "hour", "question")


def cells(
    part: Part, axis: Axis, *, upto: int | None, after: int = 0, only: Sequence[tuple[str, Any]] = ()
) -> Select[Any]:
    """
    Rows of (axis, part, *KEYS, visits, people): the events with ids beyond `after` up to `upto` (None: all).

    `people` are those who were not counted in the same cell by an event up to `after`. `only`: columns of the
    event and the value each must have.
    """
    found = aliased(FunnelEventRow)
    keys = _keys(found, part, axis)
    people: Any = found.person
    if after:
        earlier = aliased(FunnelEventRow)
        theirs = _keys(earlier, part, axis)
        same = [one == other for one, other in zip(keys, theirs, strict=True) if one is not other]
        was_there = exists().where(earlier.person == found.person, earlier.id <= after, *same)
        people = case((~was_there, found.person))
    conditions = [found.id > after, *_conditions(found, part, axis)]
    if upto is not None:
        conditions.append(found.id <= upto)
    conditions += [getattr(found, name) == value for name, value in only]
    named = [column.label(name) for column, name in zip(keys, KEYS, strict=True)]
    return (
        select(
            literal(axis, String).label("axis"),
            literal(part, String).label("part"),
            *named,
            func.count().label("visits"),
            func.count(distinct(people)).label("people"),
        )
        .where(and_(*conditions))
        .group_by(*(column for column in keys if column is not _NOTHING and column is not _ZERO))
    )


def _keys(event: Any, part: Part, axis: Axis) -> list[ColumnElement[Any]]:
    columns = PARTS[part]
    where = [
        getattr(event, name) if name else _NOTHING for name in (columns.owner, columns.township, columns.key)
    ]
    step: ColumnElement[Any] = _ZERO
    if axis == "day":
        step = event.hour // HOURS_A_DAY
    elif axis == "hour":
        step = (event.hour + HOURS_INTO_FIRST_WEEK) % HOURS_A_WEEK
    question = event.question if axis == "question" else _NOTHING
    return [event.round_id, *where, step, question, event.kind]


def _conditions(event: Any, part: Part, axis: Axis) -> list[ColumnElement[bool]]:
    conditions = []
    if part == "township":
        conditions.append(event.township != "")
    if axis == "question":
        conditions.append(event.kind == Kind.BREAK_OFF.value)
    return conditions
