"""
Searching 200,000 opinions, on SQLite and on PostgreSQL.

Opinions are made up of what a city's people say, loaded in bulk, and indexed by the worker's own catching up.
Each row is what one page asks for: the counts of the tabs, and a page of the list. The limit is 300 ms.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from core.db.engine import open_engine
from core.db.migrate import upgrade
from core.db.reading import reading
from core.opinions import inbox, said
from core.opinions.models import Opinion
from core.opinions.states import State
from core.opinions.words import catch_up
from core.people.keys import KeyRing
from core.people.reach import EVERYTHING, Reach
from core.places.shipped import shipped_gazetteer
from core.reports.scope import Scope
from core.responses.ids import first_id_at
from core.responses.models import AnswerRow, Response
from tests.reports.factories import make_round
from tests.servers import running_postgres

OPINIONS, REPEATS, STEP = 200_000, 5, 5_000
SUBJECTS = ("交通", "路灯", "垃圾", "饮水", "看病", "学校", "低保", "办事", "噪音", "停车", "公交车", "河水")
FAULTS = ("不方便", "坏了没人修", "太贵", "等很久", "希望改善", "比以前好多了", "脏得很", "没有人管")
PLACES = ("村口", "老街", "桥头", "菜市场", "镇政府门口", "学校旁边", "屯里", "卫生院对面")


@dataclass(frozen=True, slots=True)
class Row:
    """One page: how long it took, the middle and the longest of several, in milliseconds."""

    database: str
    page: str
    found: int
    median_ms: float
    most_ms: float


def sayings(count: int, seed: int = 1) -> Iterator[str]:
    """What people say: short, alike, and here and there something nobody else says."""
    chance = random.Random(seed)
    for number in range(count):
        parts = [
            f"{chance.choice(PLACES)}{chance.choice(SUBJECTS)}{chance.choice(FAULTS)}"
            for _ in range(chance.randint(1, 4))
        ]
        if number % 1000 == 0:
            parts.append(f"第{number}号电线杆歪了")
        yield "，".join(parts)


def load(engine: Engine, count: int) -> int:
    """Put so many opinions in; the round's number."""
    gazetteer = shipped_gazetteer()
    townships = [each.code for each in gazetteer.at_level("township")]
    chance, now = random.Random(2), datetime.now(UTC)
    with Session(engine) as session, session.begin():
        round_id = make_round(
            session, KeyRing(Fernet.generate_key().decode()), opens_at=now - timedelta(days=1)
        ).id
    states = [each.value for each in State]
    batch: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = []
    for number, words in enumerate(sayings(count), 1):
        at = now - timedelta(seconds=count - number)
        key = {"response_id": first_id_at(at) + number % 1000, "question": "suggest", "item": ""}
        place = chance.choice(townships)
        common = {"round_id": round_id, "questionnaire_id": "residents-2021", "place_code": place}
        response = common | {
            "id": key["response_id"],
            "questionnaire_version": 1,
            "status": "complete",
            "channel": "wechat",
            "code": "",
            "source_kind": "place",
            "source_code": place,
            "subject_kind": "none",
            "subject_code": "",
            "started_at": at,
            "finished_at": at,
            "last_question": "",
            "flags": "",
        }
        opinion = (
            common
            | key
            | {
                "dimension": "",
                "unit_code": "",
                "said_at": at,
                "has_media": False,
                "state": chance.choice(states),
                "gone": "",
            }
        )
        batch.append((response, key | {"text": words}, opinion))
        if len(batch) == STEP or number == count:
            with engine.begin() as connection:
                for table, rows in zip((Response, AnswerRow, Opinion), zip(*batch, strict=True), strict=True):
                    connection.execute(insert(table), list(rows))
            batch.clear()
    return round_id


SEARCHES = ("", "交通", "公交车", "第7000号", "车", "老街 垃圾", "办事等很久", "没有这句话")


def measure(database: str, engine: Engine, round_id: int) -> Iterator[Row]:
    """The inbox and the results' page for each search, and the inbox of one county."""
    county = Reach("county", "451203")
    for search in SEARCHES:
        for page, reach in (("inbox", EVERYTHING), ("inbox of a county", county)):
            wanted = inbox.Wanted(reach=reach, search=search)

            def look(connection: Any, wanted: inbox.Wanted = wanted) -> int:
                found = sum(inbox.count_by_state(connection, wanted).values())
                if not wanted.search:
                    inbox.count_groups(connection, wanted)
                inbox.list_opinions(connection, wanted, 0, 50)
                return found

            yield timed(database, engine, f"{page}: {search or 'all'}", look)
        scope = Scope(round_id=round_id, reach=EVERYTHING, questionnaire_id="residents-2021")
        results = said.WantedOpinions(scope=scope, who="residents", questions=("suggest",), search=search)

        def leaf(connection: Any, wanted: said.WantedOpinions = results) -> int:
            said.list_opinions(connection, wanted, 0, 50)
            return said.count_opinions(connection, wanted)

        yield timed(database, engine, f"results: {search or 'all'}", leaf)


def timed(database: str, engine: Engine, name: str, look: Any) -> Row:
    """One page, several times."""
    took, found = [], 0
    for _ in range(REPEATS):
        started = time.perf_counter()
        with reading(engine) as connection:
            found = look(connection)
        took.append((time.perf_counter() - started) * 1000)
    return Row(database, name, found, statistics.median(took), max(took))


def run(database: str, url: str, count: int) -> list[Row]:
    """Load, index and measure one database."""
    engine = open_engine(url)
    upgrade(engine)
    started = time.perf_counter()
    round_id = load(engine, count)
    loaded = time.perf_counter()
    catch_up(engine)
    print(
        f"{database}: {count:,} opinions loaded in {loaded - started:.0f} s,"
        f" indexed in {time.perf_counter() - loaded:.0f} s",
        flush=True,
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database == "SQLite" else "VACUUM ANALYZE"))
    rows = list(measure(database, engine, round_id))
    engine.dispose()
    return rows


def main(arguments: list[str] | None = None) -> list[Row]:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opinions", type=int, default=OPINIONS, help="how many are loaded")
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, running_postgres(durable=True) as postgres:
        rows += run("SQLite", f"sqlite:///{Path(folder) / 'words.db'}", given.opinions)
        rows += run("PostgreSQL", postgres, given.opinions)
    print(f"\n{'database':<12}{'page':<36}{'found':>9}{'median ms':>11}{'most ms':>9}")
    for row in rows:
        print(f"{row.database:<12}{row.page:<36}{row.found:>9,}{row.median_ms:>11.1f}{row.most_ms:>9.1f}")
    return rows


if __name__ == "__main__":
    main()
