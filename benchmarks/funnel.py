"""
Reading the funnel with five million events loaded, on SQLite and on PostgreSQL.

Events are made up (a city's codes on four materials, one and a quarter million people), loaded in bulk, and
counted by the same SELECTs as the worker's. So many as a busy few minutes leave are then put behind the mark,
so that every read counts them on the spot. Each row is what one page asks for; the limit is 300 ms.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, text

from core.db.engine import open_engine
from core.db.marks import move_mark
from core.db.migrate import upgrade
from core.db.reading import reading
from core.funnel.cells import AXES, PARTS, cells
from core.funnel.counting import add, advance
from core.funnel.events import Credit, Kind, hour_of
from core.funnel.models import FunnelEventRow, FunnelMark
from core.funnel.reading import Funnel, Where
from core.people.reach import EVERYTHING, Reach
from core.places.shipped import shipped_gazetteer
from tests.servers import running_postgres

EVENTS, BEHIND, REPEATS = 5_000_000, 5_000, 7
MATERIALS = ("", "_bus", "_led", "_village")
QUESTIONS = ("gov", "cadre", "security", "traffic", "env", "suggest")
COLUMNS = ["round_id", "kind", "owner", "township", "scene", "material", "question", "person", "hour", "at"]


@dataclass(frozen=True, slots=True)
class Row:
    """One read: how long it took, the middle and the longest of several, in milliseconds."""

    database: str
    read: str
    median_ms: float
    most_ms: float


def made_up(count: int, until: datetime, seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """So many events, oldest first, of people who scan, follow, start and mostly finish."""
    chance = random.Random(seed)
    gazetteer = shipped_gazetteer()
    ways_in = [
        Credit.of_place(place.code, f"p_{place.code}{material}")
        for level in ("county", "township")
        for place in gazetteer.at_level(level)
        for material in MATERIALS
    ]
    ways_in += [
        Credit.of_unit(unit.code, f"u_{unit.code}{material}")
        for unit in gazetteer.units
        for material in MATERIALS
    ]
    step = timedelta(days=60) / max(count, 1)
    at = until - timedelta(days=60)
    made = person = 0
    while made < count:
        person += 1
        credit, who = chance.choice(ways_in), f"{chance.getrandbits(128):032x}"
        kinds = [Kind.SCAN, Kind.FOLLOW, Kind.START]
        kinds.append(Kind.COMPLETE if chance.random() < 0.85 else Kind.BREAK_OFF)
        for kind in kinds[: count - made]:
            at += step
            made += 1
            question = f"residents-2021/{chance.choice(QUESTIONS)}" if kind == Kind.BREAK_OFF else ""
            told = (credit.owner, credit.township, credit.scene, credit.material)
            yield (1, kind.value, *told, question, who, hour_of(at), at)


def load(engine: Engine, rows: Iterator[tuple[Any, ...]]) -> None:
    """Put the events in as fast as the database takes them."""
    with engine.begin() as connection:
        cursor = connection.connection.cursor()
        names = ", ".join(COLUMNS)
        if engine.dialect.name == "sqlite":
            cursor.execute("PRAGMA cache_size=-400000")
            marks = ", ".join("?" * len(COLUMNS))
            cursor.executemany(
                f"INSERT INTO funnel_event ({names}) VALUES ({marks})",
                ((*row[:-1], row[-1].strftime("%Y-%m-%d %H:%M:%S.%f")) for row in rows),
            )
        else:
            with cursor.copy(f"COPY funnel_event ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def count_all(engine: Engine) -> None:
    """Count what is loaded, by the worker's SELECTs, each over everything at once."""
    with engine.begin() as connection:
        upto = connection.scalar(select(func.max(FunnelEventRow.id))) or 0
        move_mark(connection, FunnelMark, 0, upto)
        for part in PARTS:
            for axis in AXES:
                add(connection, cells(part, axis, upto=upto))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


READS: dict[str, Callable[[Funnel], object]] = {
    "total": lambda funnel: funnel.total(),
    "counties and units": lambda funnel: funnel.owners(),
    "townships": lambda funnel: funnel.townships(),
    "codes of the city": lambda funnel: funnel.codes(),
    "codes of a county": lambda funnel: funnel.codes("451203"),
    "materials": lambda funnel: funnel.materials(),
    "days": lambda funnel: funnel.along("day"),
    "days of a township": lambda funnel: funnel.along("day", Where("451203", "451203100")),
    "days of a code": lambda funnel: funnel.along("day", Where(scene="p_451203100_bus")),
    "hours of the week": lambda funnel: funnel.along("hour"),
    "questions": lambda funnel: funnel.along("question"),
}


def measure(database: str, engine: Engine) -> Iterator[Row]:
    """Each read several times, with the opening of the funnel, as a page does it."""
    pages: list[tuple[str, Reach, Callable[[Funnel], object]]] = [
        (name, EVERYTHING, read) for name, read in READS.items()
    ]
    pages.append(("own codes (a unit)", Reach("unit", "U017"), lambda funnel: funnel.codes()))
    for name, reach, read in pages:
        took = []
        for _ in range(REPEATS):
            started = time.perf_counter()
            with reading(engine) as connection:
                read(Funnel(connection, 1, reach))
            took.append((time.perf_counter() - started) * 1000)
        yield Row(database, name, statistics.median(took), max(took))


def run(database: str, url: str, events: int, behind: int) -> Iterator[Row]:
    """Load, count, and measure one database."""
    engine = open_engine(url)
    upgrade(engine)
    now = datetime.now(UTC)
    started = time.perf_counter()
    load(engine, made_up(events, now - timedelta(hours=1)))
    loaded = time.perf_counter()
    count_all(engine)
    counted = time.perf_counter()
    load(engine, made_up(1000, now - timedelta(minutes=30), seed=2))
    advance(engine, now)
    advanced = time.perf_counter()
    load(engine, made_up(behind, now, seed=3))
    print(
        f"{database}: {events:,} events loaded in {loaded - started:.0f} s,"
        f" counted in {counted - loaded:.0f} s; the worker's 1,000 events took {advanced - counted:.2f} s",
        flush=True,
    )
    yield from measure(database, engine)
    engine.dispose()


def main(arguments: list[str] | None = None) -> list[Row]:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS, help="how many events are loaded")
    parser.add_argument("--behind", type=int, default=BEHIND, help="how many are not counted yet")
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, running_postgres(durable=True) as postgres:
        rows += run("SQLite", f"sqlite:///{Path(folder) / 'funnel.db'}", given.events, given.behind)
        rows += run("PostgreSQL", postgres, given.events, given.behind)
    print(f"\n{'database':<12}{'read':<24}{'median ms':>10}{'most ms':>10}")
    for row in rows:
        print(f"{row.database:<12}{row.read:<24}{row.median_ms:>10.1f}{row.most_ms:>10.1f}")
    return rows


if __name__ == "__main__":
    main()
