"""
A database with a year in it: 1.2 million responses through the real tables, and two smaller earlier rounds.

    python -m benchmarks.load_year --folder /tmp/year
    python -m benchmarks.load_year --folder /tmp/year --responses 20000
    python -m benchmarks.load_year --folder /tmp/year --database postgresql://…

Begins with what `demo` makes (places, units, questionnaires, accounts, items), and fills the demo's open
round. `benchmarks.year` makes the rows; they go in by COPY or `executemany`. Then the worker's own function
brings the tally up. `MINYI_DEMO=1 MINYI_VAR=/tmp/year python -m cli serve` shows it (accounts of the demo).
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from benchmarks import funnel
from benchmarks.year import CONSENT_ID, TABLES, Batch, RoundPlan, Year
from cli.progress import counting
from core.clock import SHANGHAI, local_day, system_clock
from core.config import Settings
from core.db.engine import open_engine
from core.db.marks import ONLY_ROW
from core.db.statistics import refresh_statistics
from core.opinions.models import OpinionMark
from core.people.keys import KeyRing
from core.places.service import load_gazetteer
from core.quality.models import QualityMark
from core.questionnaires.service import get_questionnaire
from core.reports import tallying
from core.responses.ids import first_id_at
from core.responses.models import ConsentText
from core.rounds.models import Round
from core.rounds.service import close_round, create_round, open_round

RESPONSES, EARLIER, EVENTS = 1_200_000, 60_000, 300_000
DAYS, EARLIER_DAYS = 200, 60
PASSWORD = "a year of answers"
TIMES = frozenset({"started_at", "finished_at", "said_at", "at"})
MAIN = "今年年度"
FORMS = ("residents-2021", "units-2021")
# So old that the worker's jobs take everything for settled.
SETTLED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: the big round, and how long each part took, in seconds."""

    round_id: int
    responses: int
    answers: int
    load_seconds: float
    tally_seconds: float


def environ(folder: Path, url: str | None) -> dict[str, str]:
    """The environment of the demonstration that the year is loaded into."""
    database = {"MINYI_DATABASE_URL": url} if url else {}
    return {"MINYI_DEMO": "1", "MINYI_VAR": str(folder), "MINYI_DEMO_PASSWORD": PASSWORD} | database


def prepare(folder: Path, url: str | None) -> Settings:
    """An empty demonstration: `cli demo` in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    given = environ(folder, url)
    subprocess.run(
        [sys.executable, "-m", "cli", "demo"], env={**os.environ, **given}, check=True, capture_output=True
    )
    return Settings.load(given)


def load(
    engine: Engine, settings: Settings, responses: int, earlier: int, events: int, now: datetime
) -> Loaded:
    """Fill the rounds, then bring the worker's counts up."""
    started = time.perf_counter()
    with Session(engine) as session, session.begin():
        plans = _rounds(session, settings, now, responses, earlier)
        gazetteer = load_gazetteer(session.connection())
        forms = [get_questionnaire(session, each) for each in FORMS]
        session.execute(insert(ConsentText).values(id=CONSENT_ID, text="我愿意参加", first_at=now))
    year, answers, count = Year(gazetteer, forms), 0, sum(plan.responses for plan in plans)
    with counting("装入答卷", count, "份") as step:
        for plan in plans:
            with bulk(engine) as into:
                replaced: list[tuple[int, int]] = []
                for batch in year.batches(plan):
                    into.put(batch)
                    replaced += batch.superseded
                    answers += len(batch.rows["answer"])
                    step(len(batch.rows["response"]))
                into.supersede(replaced)
    _looked_at(engine, now)
    if events:
        funnel.load(engine, funnel.made_up(events, now - SETTLED))
        funnel.count_all(engine)
    _settle(engine)
    loaded = time.perf_counter()
    tallying.advance(engine, now, tallying.RESPONSES_PER_LARGE_STEP)
    tallied = time.perf_counter()
    _settle(engine)
    return Loaded(plans[-1].round_id, count, answers, loaded - started, tallied - loaded)


def _settle(engine: Engine) -> None:
    """What the worker and PostgreSQL itself would have done while a year went by."""
    refresh_statistics(engine)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _rounds(
    session: Session, settings: Settings, now: datetime, responses: int, earlier: int
) -> list[RoundPlan]:
    """The demo's open round, opened half a year earlier, and two that are over before it."""
    midnight = datetime.combine(local_day(now), datetime.min.time(), SHANGHAI)
    main = session.scalars(select(Round).where(Round.state == "open")).one()
    main.name, main.opens_at = MAIN, midnight - timedelta(days=DAYS)
    session.flush()
    plans = []
    keys = KeyRing(settings.data_key)
    for name, days_ago, level in (("去年年度", 560, -0.3), ("去年下半年", 330, -0.1)):
        first = midnight - timedelta(days=days_ago)
        last = first + timedelta(days=EARLIER_DAYS)
        made = create_round(session, name, FORMS, first, last, first, keys)
        open_round(session, name, first, settings.office)
        close_round(session, name, last)
        until = last - timedelta(hours=1)
        plans.append(RoundPlan(made.id, first, until, earlier, level))
    return [*plans, RoundPlan(main.id, midnight - timedelta(days=DAYS - 1), now - SETTLED, responses)]


class Bulk:
    """Puts batches into the tables through the driver's own cursor."""

    def __init__(self, cursor: Any, is_sqlite: bool) -> None:
        self._cursor = cursor
        self._is_sqlite = is_sqlite

    def put(self, batch: Batch) -> None:
        """Add these rows."""
        for table, rows in batch.rows.items():
            columns = TABLES[table]
            if self._is_sqlite:
                marks = ", ".join("?" * len(columns))
                sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
                self._cursor.executemany(sql, _with_text_times(columns, rows))
            else:
                with self._cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)

    def supersede(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Note which responses took the place of which."""
        mark = "?" if self._is_sqlite else "%s"
        self._cursor.executemany(f"UPDATE response SET superseded_by = {mark} WHERE id = {mark}", pairs)


@contextmanager
def bulk(engine: Engine) -> Iterator[Bulk]:
    """One transaction that waits for no disk and checks no foreign keys: what is lost is made anew."""
    connection = engine.raw_connection()
    is_sqlite = engine.dialect.name == "sqlite"
    try:
        cursor: Any = connection.cursor()
        if is_sqlite:
            for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.execute("BEGIN IMMEDIATE")
        elif cursor.execute("SHOW is_superuser").fetchone()[0] == "on":
            cursor.execute("SET session_replication_role = replica")
        yield Bulk(cursor, is_sqlite)
        connection.commit()
    finally:
        # With these settings nobody else is to have it.
        connection.invalidate()


def _with_text_times(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """SQLite keeps times as words, in UTC."""
    times = [place for place, name in enumerate(columns) if name in TIMES]
    for row in rows if times else ():
        cells = list(row)
        for place in times:
            cells[place] = cells[place].astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        yield tuple(cells)
    if not times:
        yield from rows


def _looked_at(engine: Engine, now: datetime) -> None:
    """The quality rules and the inbox have seen it all: what they found was loaded with it."""
    upto = first_id_at(now)
    with engine.begin() as connection:
        for table in (QualityMark, OpinionMark):
            connection.execute(insert(table).values(id=ONLY_ROW, upto=upto))


def main(arguments: list[str] | None = None) -> Loaded:
    """Load, and print how long it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, required=True, help="where the demonstration lies (MINYI_VAR)")
    parser.add_argument("--database", help="a PostgreSQL database; else SQLite in the folder")
    parser.add_argument("--responses", type=int, default=RESPONSES, help="in the open round")
    parser.add_argument("--earlier", type=int, help="in each of the two earlier rounds; else a twentieth")
    parser.add_argument("--events", type=int, default=EVENTS, help="scans and follows, for the funnel")
    given = parser.parse_args(arguments)
    settings = prepare(given.folder, given.database)
    engine = open_engine(settings.database_url)
    earlier = given.responses // 20 if given.earlier is None else given.earlier
    loaded = load(engine, settings, given.responses, earlier, given.events, system_clock())
    print(
        f"{engine.dialect.name}: {loaded.responses:,} responses with {loaded.answers:,} answers"
        f" loaded in {loaded.load_seconds:.0f} s, tally brought up in {loaded.tally_seconds:.0f} s",
        flush=True,
    )
    engine.dispose()
    return loaded


if __name__ == "__main__":
    main()
