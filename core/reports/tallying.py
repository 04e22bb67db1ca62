"""
Keeping the tallies up: each response counted exactly once, by the worker; and recounting them.

A year's answers cannot be counted for each page. `advance`, run every minute or so, counts what came since
the mark, takes out what was superseded, moves what was set aside, and moves the mark in the same
transaction: only one worker can move it from where it was seen.

When somebody has their data deleted, their personal answers and words stay in the counts until the night's
`recount`, which counts the raw answers anew, compares cell by cell and sets right what differs. Nobody waits
for it, and pages read the tallies meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, select, update

from core.db.marks import ONLY_ROW, upserting
from core.db.reading import reading
from core.quality.models import QualityChange
from core.reports.cells import TABLES, Change, Fold, fold_of
from core.reports.models import TallyMark
from core.reports.stretches import (
    Mark,
    answers_by,
    came_after,
    mark_of,
    moved_after,
    responses_by,
    superseded_after,
)
from core.responses.ids import first_id_at
from core.responses.models import Response

# A response's id is made a moment before its transaction ends; behind this much time none can still appear.
SETTLED_AFTER = timedelta(minutes=5)
# Few enough that storing what they add keeps other writers waiting only a moment.
RESPONSES_PER_STEP = 5_000
# Where nobody waits: the more at once, the more answers fall into one cell, which is written once.
RESPONSES_PER_LARGE_STEP = 50_000
# Where nobody waits: a year's cells are read in pieces.
ROWS_AT_ONCE = 5_000
# Sums of numbers are floats; what rounding leaves is no difference.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell of a tally that is not what the raw answers say: `table`, its key, and what has to be added."""

    table: str
    where: Mapping[str, Any]
    count: int


def advance(engine: Engine, now: datetime, at_once: int = RESPONSES_PER_STEP) -> int:
    """
    Take everything that has settled into the tallies; how many steps that took, 0 when there was nothing.

    `at_once`: how many responses a step takes in.
    """
    steps = 0
    while _step(engine, first_id_at(now - SETTLED_AFTER), at_once):
        steps += 1
    return steps


def rebuild(engine: Engine, now: datetime) -> int:
    """Set the tallies right from the raw answers, then take in what settled; how many cells were wrong."""
    wrong = len(recount(engine))
    advance(engine, now, RESPONSES_PER_LARGE_STEP)
    return wrong


def recount(
    engine: Engine, *, repair: bool = True, progress: Callable[[int], None] = lambda _count: None
) -> list[Difference]:
    """
    Count the raw answers up to the mark anew: every cell of every tally that differs, and, unless told not
    to, set right. `progress` is told how many responses were counted since the last call.
    """
    found = []
    with reading(engine) as connection:
        mark = mark_of(connection)
        wrong: dict[Any, dict[tuple[Any, ...], _Wrong]] = {table: {} for table in TABLES}
        # One round's questionnaire after the other: the cells of a year are too many to hold at once.
        for part in _parts(connection):
            for table, anew in _counted_anew(connection, mark, part, progress).items():
                wrong[table] |= _differing(connection, table, anew, part)
    if repair:
        with engine.begin() as connection:
            _set_right(connection, wrong)
    for table, cells in wrong.items():
        names = _key_names(table)
        found += [
            Difference(table.__tablename__, dict(zip(names, cell, strict=True)), each.missing[0])
            for cell, each in cells.items()
        ]
    return found


# A round and one of its questionnaires.
_Part = tuple[int, str]


def _parts(connection: Connection) -> list[_Part]:
    """Those that responses were given in, or that a tally has cells of."""
    found: set[_Part] = set()
    for table in (Response, *TABLES):
        pairs: Any = select(table.round_id, table.questionnaire_id).distinct()
        found |= {(row[0], row[1]) for row in connection.execute(pairs)}
    return sorted(found)


def _of_part(table: Any, part: _Part) -> tuple[ColumnElement[bool], ...]:
    return (table.round_id == part[0], table.questionnaire_id == part[1])


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A cell's counts as they were seen (None: it was not there), and what they lack."""

    seen: tuple[Any, ...] | None
    missing: list[Any]


def _differing(
    connection: Connection, table: Any, anew: dict[tuple[Any, ...], list[Any]], part: _Part
) -> dict[tuple[Any, ...], _Wrong]:
    """The cells that are not as counted anew. What is right is let go of at once: a year has many cells."""
    names = (*_key_names(table), *TABLES[table])
    keys = len(names) - len(TABLES[table])
    wrong = {}
    there: Any = select(*(getattr(table, name) for name in names)).where(*_of_part(table, part))
    for row in connection.execute(there.execution_options(yield_per=ROWS_AT_ONCE)):
        cell, seen = tuple(row[:keys]), tuple(row[keys:])
        right = anew.pop(cell, [0] * len(seen))
        missing = [should - is_there for should, is_there in zip(right, seen, strict=True)]
        if _differs(missing):
            wrong[cell] = _Wrong(seen, missing)
    return wrong | {cell: _Wrong(None, right) for cell, right in anew.items() if _differs(right)}


def _set_right(connection: Connection, wrong: Mapping[Any, Mapping[tuple[Any, ...], _Wrong]]) -> None:
    """
    Add what is missing where nothing has changed since it was seen; what has changed waits for the next time.

    Whoever steps on moves the mark first, so holding its row keeps them out; and of two that recount at once
    the second finds the cells changed.
    """
    connection.execute(update(TallyMark).where(TallyMark.id == ONLY_ROW).values(upto=TallyMark.upto))
    change: Change = {}
    for table, cells in wrong.items():
        names = _key_names(table)
        counts = [getattr(table, name) for name in TABLES[table]]
        change[table] = {}
        for cell, each in cells.items():
            here = [getattr(table, name) == value for name, value in zip(names, cell, strict=True)]
            now = connection.execute(select(*counts).where(*here)).first()
            if (tuple(now) if now else None) == each.seen:
                change[table][cell] = each.missing
    _apply(connection, change)


def count_tallied(connection: Connection) -> int:
    """How many responses a recount will count: those up to the mark."""
    return connection.scalar(select(func.count()).where(Response.id <= mark_of(connection).upto)) or 0


def _step(engine: Engine, settled: int, at_once: int) -> bool:
    # Counted in a transaction that only reads, so that on SQLite nobody waits for it.
    with reading(engine) as connection:
        mark = mark_of(connection)
        upto = _end_of_step(connection, mark.upto, settled, at_once)
        newest = connection.scalar(select(func.max(QualityChange.id))) or 0
        ahead = Mark(max(upto, mark.upto), newest)
        if ahead == mark:
            return False
        change = _change(connection, mark, ahead.upto)
    with engine.begin() as connection:
        if not _move_mark(connection, mark, ahead):
            return True  # another worker was quicker: look again from where it stopped
        _apply(connection, change)
    return True


def _end_of_step(
    connection: Connection, mark: int, settled: int, most: int, which: Sequence[ColumnElement[bool]] = ()
) -> int:
    """The id at which a step ends: so many responses (of `which`) on, or at the last one that has settled."""
    ids = select(Response.id).where(Response.id > mark, Response.id <= settled, *which)
    far = connection.scalar(ids.order_by(Response.id).offset(most - 1).limit(1))
    return far or connection.scalar(select(func.max(ids.subquery().c.id))) or mark


# Where a row counts: (set aside or not, 1 or -1), once or more.
_Where = Callable[[Any], tuple[tuple[bool, int], ...]]


def _change(connection: Connection, mark: Mark, upto: int) -> Change:
    """What the step from the mark to `upto` adds to every cell."""
    fold = fold_of(connection)
    came = (*came_after(mark.upto, upto), Response.id <= upto)
    gone = (*superseded_after(mark.upto), Response.superseded_by <= upto)
    _count(connection, fold, came, _where_it_is)
    _count(connection, fold, gone, lambda row: ((row.is_set_aside, -1),))
    # First from where they were to where they are now: what is superseded as well goes from there.
    _count(connection, fold, moved_after(mark), _to_where_it_is)
    return fold.change


def _counted_anew(connection: Connection, mark: Mark, part: _Part, progress: Callable[[int], None]) -> Change:
    """Every cell of a part as the raw answers up to the mark say."""
    fold = fold_of(connection)
    lowest = 0
    of_part = _of_part(Response, part)
    while (upto := _end_of_step(connection, lowest, mark.upto, RESPONSES_PER_LARGE_STEP, of_part)) > lowest:
        inside = (*of_part, Response.id > lowest, Response.id <= upto)
        _count(connection, fold, (*came_after(lowest, mark.upto), *inside), _where_it_is)
        progress(connection.scalar(select(func.count()).where(*inside)) or 0)
        lowest = upto
    # What was moved since the mark stands in the tallies where it was before.
    back = (*moved_after(mark), *of_part)
    _count(connection, fold, back, lambda row: ((row.is_set_aside, -1), (not row.is_set_aside, 1)))
    return fold.change


def _where_it_is(row: Any) -> tuple[tuple[bool, int], ...]:
    return ((row.is_set_aside, 1),)


def _to_where_it_is(row: Any) -> tuple[tuple[bool, int], ...]:
    return ((not row.is_set_aside, -1), (row.is_set_aside, 1))


def _count(connection: Connection, fold: Fold, when: Any, where: _Where) -> None:
    for row in connection.execute(answers_by(fold.answer_columns, when)):
        for aside, sign in where(row):
            fold.take_answers(row, aside, sign)
    for row in connection.execute(responses_by(fold.response_columns, when)):
        for aside, sign in where(row):
            fold.take_responses(row, aside, sign)


def _move_mark(connection: Connection, mark: Mark, ahead: Mark) -> bool:
    """Move the mark on; False when it is no longer where it was seen."""
    there = {"upto": ahead.upto, "seen_change": ahead.seen_change}
    if mark != Mark():
        moved: Any = (
            update(TallyMark)
            .where(
                TallyMark.id == ONLY_ROW,
                TallyMark.upto == mark.upto,
                TallyMark.seen_change == mark.seen_change,
            )
            .values(there)
        )
    else:
        fresh = upserting(connection)(TallyMark).values(id=ONLY_ROW, **there)
        moved = fresh.on_conflict_do_nothing(index_elements=[TallyMark.id])
    # The drivers do not agree on how many rows an INSERT that met a conflict has touched.
    return connection.execute(moved.returning(TallyMark.id)).first() is not None


def _apply(connection: Connection, change: Mapping[Any, Mapping[Any, list[Any]]]) -> None:
    for table, cells in change.items():
        if not cells:
            continue
        names, counts = _key_names(table), TABLES[table]
        rows = [dict(zip((*names, *counts), (*cell, *values), strict=True)) for cell, values in cells.items()]
        fresh = upserting(connection)(table)
        added = {name: getattr(table, name) + getattr(fresh.excluded, name) for name in counts}
        connection.execute(fresh.on_conflict_do_update(index_elements=names, set_=added), rows)
        if any(values[0] < 0 for values in cells.values()):
            connection.execute(delete(table).where(table.count <= 0))


def _key_names(table: Any) -> list[str]:
    return [column.name for column in table.__table__.primary_key]


def _differs(values: list[Any]) -> bool:
    return any(abs(value) > ROUNDING for value in values)
