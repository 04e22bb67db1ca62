"""
Keeping the counters up: each event once, whichever worker counts it and however often it dies.

The mark and what it adds move in one transaction, some hundred events at a time, inside the database: nothing
is fetched, and on SQLite others wait only a moment. What came behind the mark is added while reading
(`core.funnel.reading`), so figures are of this moment with or without a worker.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, select

from core.db.marks import move_mark, read_mark, upserting
from core.db.reading import reading
from core.funnel.cells import AXES, KEYS, PARTS, cells
from core.funnel.models import FunnelCount, FunnelEventRow, FunnelMark

# PostgreSQL gives out an event's number a moment before the event can be seen; behind this much time none can
# still appear. A transaction that hangs for longer is what the nightly recount is for.
SETTLED_AFTER = timedelta(minutes=1)
EVENTS_PER_STEP = 500


def advance(engine: Engine, now: datetime, step: int = EVENTS_PER_STEP) -> int:
    """Take every event that has settled into the counters; how many steps that took."""
    steps = 0
    while _step(engine, now - SETTLED_AFTER, step):
        steps += 1
    return steps


def add_rows(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to the counters; a row has every column of theirs, and may take away."""
    connection.execute(_adding(upserting(connection)(FunnelCount)), rows)


def add(connection: Connection, counted: Select[Any]) -> None:
    """Add rows as `cells` has them."""
    fresh = upserting(connection)(FunnelCount)
    connection.execute(_adding(fresh.from_select(["axis", "part", *KEYS, "visits", "people"], counted)))


def _adding(fresh: Any) -> Any:
    return fresh.on_conflict_do_update(
        index_elements=[column.name for column in FunnelCount.__table__.primary_key],
        set_={
            "visits": FunnelCount.visits + fresh.excluded.visits,
            "people": FunnelCount.people + fresh.excluded.people,
        },
    )


def _step(engine: Engine, settled: datetime, step: int) -> bool:
    with reading(engine) as connection:
        mark = read_mark(connection, FunnelMark)
        upto = _end_of_step(connection, mark, settled, step)
    if upto is None:
        return False
    with engine.begin() as connection:
        if move_mark(connection, FunnelMark, mark, upto):  # else another worker was quicker: look again
            for part in PARTS:
                for axis in AXES:
                    add(connection, cells(part, axis, after=mark, upto=upto))
    return True


def _end_of_step(connection: Connection, mark: int, settled: datetime, step: int) -> int | None:
    """The last event of the next step; None when nothing has settled since."""
    upto = None
    event = FunnelEventRow
    following = select(event.id, event.at).where(event.id > mark).order_by(event.id).limit(step)
    for number, at in connection.execute(following):
        if at > settled:
            break
        upto = number
    return upto
