"""
How often each answer was given: counted beforehand up to a mark, and on the spot behind it.

A year's answers cannot be counted for each page. `advance`, run by the worker every minute or so, counts
what came since and adds it to the table; `counts` adds the rest while reading. So figures are always of this
moment, whether a worker runs or not, only slower without one.

Only complete responses count, one for each respondent, questionnaire and subject: a response that is
superseded later is taken out again. What the quality rules set aside is counted apart, and moved when a
decision changes. When somebody has their data deleted, the personal answers and the words
stay in the counts until `rebuild`, which belongs into the night.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, select, update

from core.db.marks import ONLY_ROW, upserting
from core.db.reading import reading
from core.quality.models import QualityChange
from core.reports.models import Tally, TallyMark
from core.reports.scope import Changes, Scope, place_changes, responses_in, township_of
from core.responses.ids import first_id_at
from core.responses.models import AnswerRow, Response

# A response's id is made a moment before its transaction ends; behind this much time none can still appear.
SETTLED_AFTER = timedelta(minutes=5)
# Few enough that storing what they add keeps other writers waiting only a moment.
RESPONSES_PER_STEP = 5_000
# Counting everything anew: the more at once, the more answers fall into one cell, which is written once.
RESPONSES_PER_LARGE_STEP = 50_000
COUNTS = ("count", "words", "media", "numbers", "number_sum")


class AnswerKey(NamedTuple):
    """One answer to one question (about one item of a repeat, else ''); `codes` joined by `;`, or ''."""

    question: str
    item: str
    codes: str


@dataclass(slots=True)
class Counts:
    """See `Tally`."""

    count: int = 0
    words: int = 0
    media: int = 0
    numbers: int = 0
    number_sum: float = 0.0

    def add(self, row: Any, sign: int) -> None:
        """Add what a row counted, or with `sign` -1 take it away."""
        self.count += sign * row.count
        self.words += sign * row.words
        self.media += sign * row.media
        self.numbers += sign * row.numbers
        self.number_sum += sign * (row.number_sum or 0.0)


Counted = dict[AnswerKey, Counts]
_Cell = tuple[int, str, str, str, str, str, str, bool]


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far the tally has come: see `TallyMark`."""

    upto: int = 0
    seen_change: int = 0


def counts(connection: Connection, scope: Scope) -> Counted:
    """How often each answer was given in a scope. The connection must show one moment (`core.db.reading`)."""
    mark = _mark(connection)
    found: Counted = defaultdict(Counts)
    for row in connection.execute(_tallied(scope)):
        found[AnswerKey(row.question, row.item, row.codes)].add(row, 1)
    changes = place_changes(connection)
    inside = responses_in(scope, changes)
    keys = (AnswerRow.question, AnswerRow.item, _CODES)
    for sign, when in ((1, _came_after(mark.upto)), (-1, _superseded_after(mark.upto))):
        for row in connection.execute(_count_by(keys, (*inside, *when))):
            found[AnswerKey(row.question, row.item, row.codes)].add(row, sign)
    if not scope.with_set_aside:
        anywhere = responses_in(replace(scope, with_set_aside=True), changes)
        for row in connection.execute(_count_by((*keys, Response.is_set_aside), (*anywhere, *_moved(mark)))):
            found[AnswerKey(row.question, row.item, row.codes)].add(row, -1 if row.is_set_aside else 1)
    return {key: counted for key, counted in found.items() if counted.count > 0}


def advance(engine: Engine, now: datetime, at_once: int = RESPONSES_PER_STEP) -> int:
    """
    Take everything that has settled into the tally; how many steps that took, 0 when there was nothing.

    `at_once`: how many responses a step takes in.
    """
    steps = 0
    while _step(engine, first_id_at(now - SETTLED_AFTER), at_once):
        steps += 1
    return steps


def rebuild(engine: Engine, now: datetime) -> None:
    """
    Count everything anew, so that deleted personal answers and words are in no count any more.

    Until it is done pages count on the spot.
    """
    with engine.begin() as connection:
        connection.execute(delete(TallyMark))
        connection.execute(delete(Tally))
    advance(engine, now, RESPONSES_PER_LARGE_STEP)


_COUNTS_OF = attrgetter(*COUNTS)
_CODES = func.coalesce(AnswerRow.codes, "").label("codes")


def _step(engine: Engine, settled: int, at_once: int) -> bool:
    # Counted in a transaction that only reads, so that on SQLite nobody waits for it.
    with reading(engine) as connection:
        mark = _mark(connection)
        upto = _end_of_step(connection, mark.upto, settled, at_once)
        ahead = _Mark(max(upto, mark.upto), connection.scalar(select(func.max(QualityChange.id))) or 0)
        if ahead == mark:
            return False
        change = _change(connection, mark, ahead.upto)
    with engine.begin() as connection:
        if not _move_mark(connection, mark, ahead):
            return True  # another worker was quicker: look again from where it stopped
        _apply(connection, change)
    return True


def _end_of_step(connection: Connection, mark: int, settled: int, at_once: int) -> int:
    """The id at which this step ends: so many responses on, or at the last one that has settled."""
    ids = select(Response.id).where(Response.id > mark, Response.id <= settled)
    far = connection.scalar(ids.order_by(Response.id).offset(at_once - 1).limit(1))
    return far or connection.scalar(select(func.max(ids.subquery().c.id))) or mark


def _change(connection: Connection, mark: _Mark, upto: int) -> dict[_Cell, Counts]:
    changes = place_changes(connection)
    keys = (
        Response.round_id,
        Response.questionnaire_id,
        Response.place_code,
        Response.subject_code,
        AnswerRow.question,
        AnswerRow.item,
        _CODES,
        Response.is_set_aside,
    )
    came = (*_came_after(mark.upto, upto), Response.id <= upto)
    gone = (*_superseded_after(mark.upto), Response.superseded_by <= upto)
    found: dict[_Cell, Counts] = defaultdict(Counts)
    for sign, when in ((1, came), (-1, gone)):
        for row in connection.execute(_count_by(keys, when)):
            found[_cell(row, changes, row.is_set_aside)].add(row, sign)
    # First from where they were to where they are now: what is superseded as well goes from there.
    for row in connection.execute(_count_by(keys, _moved(mark))):
        found[_cell(row, changes, not row.is_set_aside)].add(row, -1)
        found[_cell(row, changes, row.is_set_aside)].add(row, 1)
    return found


def _cell(row: Any, changes: Changes, is_set_aside: bool) -> _Cell:
    place = township_of(row.place_code, changes)
    return (
        row.round_id,
        row.questionnaire_id,
        place,
        row.subject_code,
        row.question,
        row.item,
        row.codes,
        is_set_aside,
    )


def _moved(mark: _Mark) -> tuple[ColumnElement[bool], ...]:
    """Responses in the tally that were set aside or taken back since, and are not back where they were."""
    # Each change is the opposite of the one before, so an even number of them comes to nothing.
    moved = (
        select(QualityChange.response_id)
        .where(QualityChange.id > mark.seen_change, QualityChange.response_id <= mark.upto)
        .group_by(QualityChange.response_id)
        .having(func.count() % 2 == 1)
    )
    still_in = Response.superseded_by.is_(None) | (Response.superseded_by > mark.upto)
    return (Response.id.in_(moved), Response.status == "complete", still_in)


def _came_after(mark: int, seen_by: int | None = None) -> tuple[ColumnElement[bool], ...]:
    """Complete responses after the mark, less those superseded (by an id up to `seen_by`, where given)."""
    is_superseded: ColumnElement[bool] = Response.superseded_by.is_not(None)
    if seen_by is not None:
        is_superseded = is_superseded & (Response.superseded_by <= seen_by)
    return (Response.id > mark, Response.status == "complete", ~is_superseded)


def _superseded_after(mark: int) -> tuple[ColumnElement[bool], ...]:
    """Complete responses that are in the tally and were superseded since."""
    return (Response.id <= mark, Response.status == "complete", Response.superseded_by > mark)


def _count_by(keys: Iterable[Any], conditions: Iterable[ColumnElement[bool]]) -> Any:
    keys = tuple(keys)
    return (
        select(
            *keys,
            func.count().label("count"),
            func.count(func.coalesce(AnswerRow.text, AnswerRow.media)).label("words"),
            func.count(AnswerRow.media).label("media"),
            func.count(AnswerRow.number).label("numbers"),
            func.sum(AnswerRow.number).label("number_sum"),
        )
        .join(Response, Response.id == AnswerRow.response_id)
        .where(*conditions)
        .group_by(*keys)
    )


def _tallied(scope: Scope) -> Any:
    keys = (Tally.question, Tally.item, Tally.codes)
    found = select(*keys, *(func.sum(getattr(Tally, name)).label(name) for name in COUNTS)).where(
        Tally.round_id == scope.round_id, Tally.questionnaire_id == scope.questionnaire_id
    )
    if not scope.with_set_aside:
        found = found.where(Tally.is_set_aside.is_(False))
    if scope.place_code:
        found = found.where(Tally.place_code.startswith(scope.place_code, autoescape=True))
    if scope.unit_code:
        found = found.where(Tally.subject_code == scope.unit_code)
    return found.group_by(*keys)


def _mark(connection: Connection) -> _Mark:
    found = connection.execute(select(TallyMark.upto, TallyMark.seen_change)).first()
    return _Mark(found.upto, found.seen_change) if found else _Mark()


def _move_mark(connection: Connection, mark: _Mark, ahead: _Mark) -> bool:
    """Move the mark on; False when it is no longer where it was seen."""
    there = {"upto": ahead.upto, "seen_change": ahead.seen_change}
    if mark != _Mark():
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


def _apply(connection: Connection, change: dict[_Cell, Counts]) -> None:
    if not change:
        return
    names = [column.name for column in Tally.__table__.primary_key]
    rows = [
        dict(zip((*names, *COUNTS), (*cell, *_COUNTS_OF(counted)), strict=True))
        for cell, counted in change.items()
    ]
    fresh = upserting(connection)(Tally)
    added = {name: getattr(Tally, name) + getattr(fresh.excluded, name) for name in COUNTS}
    connection.execute(fresh.on_conflict_do_update(index_elements=names, set_=added), rows)
    if any(counted.count < 0 for counted in change.values()):
        connection.execute(delete(Tally).where(Tally.count <= 0))
