"""
Counting every event anew, to prove that the counters are right, and to set them right where they are not.

Counters are kept by adding; this counts the raw events from nothing. Whatever differs is told, cell by cell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, func, select, union_all, update

from core.db.marks import ONLY_ROW, read_mark
from core.db.reading import reading
from core.errors import Refused
from core.funnel.cells import AXES, KEYS, PARTS, Axis, Part, cells
from core.funnel.counting import add_rows
from core.funnel.models import FunnelCount, FunnelMark

STEPS = len(PARTS) * len(AXES)


class CountersMoved(Refused):
    """Another recount set the counters right meanwhile."""

    say = "另一处正在重数，这次没有改。请过几分钟再试。"


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is wrong: what the events say less what the counter says, in visits and in people."""

    axis: Axis
    part: Part
    cell: tuple[Any, ...]
    visits: int
    people: int

    @property
    def where(self) -> dict[str, Any]:
        """The cell's keys by name."""
        return dict(zip(KEYS, self.cell, strict=True))


def differences(
    connection: Connection, progress: Callable[[int], None] = lambda _count: None
) -> list[Difference]:
    """
    Every cell whose counter is not what the events say. The connection must show one moment
    (`core.db.reading`). `progress` is told of each of `STEPS`.
    """
    mark = read_mark(connection, FunnelMark)
    found: list[Difference] = []
    for part in PARTS:
        for axis in AXES:
            for row in connection.execute(_compared(part, axis, mark)):
                found.append(Difference(axis, part, tuple(row[: len(KEYS)]), row.visits, row.people))
            progress(1)
    return found


def recount(
    engine: Engine, *, repair: bool, progress: Callable[[int], None] = lambda _count: None
) -> list[Difference]:
    """What is wrong; with `repair` it is right afterwards. Events go on being counted meanwhile."""
    with reading(engine) as connection:
        repairs = _repairs(connection)
        found = differences(connection, progress)
    if repair and found:
        with engine.begin() as connection:
            _repair(connection, found, repairs)
    return found


def _repairs(connection: Connection) -> int:
    return connection.scalar(select(FunnelMark.repairs)) or 0


def _compared(part: Part, axis: Axis, mark: int) -> Any:
    """The difference of each cell that has one; counting nothing when nothing was counted yet."""
    truth = cells(part, axis, upto=mark).subquery()
    stored = FunnelCount
    both = union_all(
        select(*(truth.c[name] for name in KEYS), truth.c.visits, truth.c.people),
        select(*(getattr(stored, name) for name in KEYS), -stored.visits, -stored.people).where(
            stored.part == part, stored.axis == axis
        ),
    ).subquery()
    keys = [both.c[name] for name in KEYS]
    visits, people = func.sum(both.c.visits), func.sum(both.c.people)
    return (
        select(*keys, visits.label("visits"), people.label("people"))
        .group_by(*keys)
        .having((visits != 0) | (people != 0))
    )


def _repair(connection: Connection, found: list[Difference], repairs: int) -> None:
    """
    Add what is missing and take away what is too much.

    Counting goes on by adding, so differences stay true while the mark moves; only a second repair would
    apply them twice.
    """
    moved = (
        update(FunnelMark)
        .where(and_(FunnelMark.id == ONLY_ROW, FunnelMark.repairs == repairs))
        .values(repairs=repairs + 1)
        .returning(FunnelMark.id)
    )
    if connection.execute(moved).first() is None:
        raise CountersMoved
    add_rows(
        connection,
        [
            {"axis": each.axis, "part": each.part, **each.where, "visits": each.visits, "people": each.people}
            for each in found
        ],
    )
    connection.execute(delete(FunnelCount).where(FunnelCount.visits <= 0))
