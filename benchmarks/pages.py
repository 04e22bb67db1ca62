"""
Every page of the admin that shows data, with a year loaded: how long the office waits for it.

    python -m benchmarks.pages --folder /tmp/year --slowest 20

Walks the application's own addresses, filled with what is in the database, signed in as the office; some more
than once, narrowed as people narrow them. In this process, without a network: what is measured is the work of
one request. The limit is 300 ms, for the first page 100 ms, for a picture to take away a second.
"""

import argparse
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import Connection, select, text
from werkzeug.routing import BuildError

from admin.app import create_app
from admin.parts import Parts
from admin.results_view import VIEWS
from admin.routes import EVERYBODY, ROLES
from benchmarks.load_year import MAIN, PASSWORD, environ
from benchmarks.year import WORST
from core.audit.chain import AuditLog, attach
from core.clock import system_clock
from core.config import Settings
from core.db.engine import open_engine
from core.people.keys import KeyRing
from core.people.roles import ROLE_TITLES, Role
from core.rounds.models import Round

REPEATS = 5
LIMIT_MS, HOME_LIMIT_MS = 300.0, 100.0
# A picture to take away is no screen; it is drawn for the asking.
PICTURE, PICTURE_LIMIT_MS = "/chart.png", 1000.0
COUNTY, TOWNSHIP, UNIT = WORST[0], f"{WORST[0]}100", "U017"
# Not screens: files that are drawn or written for the asking, and the way out.
NO_SCREENS = frozenset({"static", "logout", "task_file", "wechat_sign_in", "wechat_back", "wechat_choose"})
# What the inbox and a round's own lists are narrowed by besides.
LISTS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "inbox": (
        {"county": COUNTY},
        {"county": COUNTY, "township": TOWNSHIP},
        {"dimension": WORST[1]},
        {"state": "new"},
        {"state": "done"},
        {"with": "media"},
        {"sort": "old"},
        {"q": "交通"},
    ),
    "opinions": (
        {"questionnaire": "residents-2021", "dimension": WORST[1]},
        {"questionnaire": "residents-2021", "county": COUNTY, "dimension": WORST[1]},
        {"questionnaire": "residents-2021", "with": "media"},
        {"questionnaire": "units-2021"},
        {"questionnaire": "residents-2021", "county": COUNTY, "q": "路"},
    ),
    "responses": (
        {"status": "complete"},
        {"status": "break_off"},
        {"status": "superseded"},
        {"status": "set_aside"},
        {"status": "callback"},
        {"since": "2026-10-01", "until": "2026-10-01"},
        {"county": COUNTY, "status": "complete"},
        {"county": COUNTY, "status": "break_off"},
    ),
    "set_aside": ({"by": "person"}, {"by": "rules"}),
}
NARROWED: tuple[Mapping[str, str], ...] = (
    {"questionnaire": "residents-2021"},
    {"questionnaire": "residents-2021", "county": COUNTY},
    {"questionnaire": "residents-2021", "county": COUNTY, "township": TOWNSHIP},
    {"questionnaire": "units-2021", "unit": UNIT},
    {"questionnaire": "residents-2021", "aside": "1"},
    {"q": "交通"},
    {"page": "200"},
)
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Row:
    """
    One address: its answer's status, the middle and the longest time of several, in milliseconds.

    `cpu_ms`: this process's own work, which a busy machine does not lengthen; PostgreSQL's is not in it.
    """

    database: str
    address: str
    status: int
    median_ms: float
    most_ms: float
    cpu_ms: float

    @property
    def is_slow(self) -> bool:
        """Whether people wait longer for it than they should."""
        limit = HOME_LIMIT_MS if self.address == "/admin/" else LIMIT_MS
        limit = PICTURE_LIMIT_MS if PICTURE in self.address else limit
        return self.status == 200 and self.median_ms > limit


def known_values(connection: Connection) -> dict[str, str]:
    """What the variables in addresses stand for here."""

    def first(sql: str) -> str:
        return str(connection.scalar(text(sql)) or 1)

    round_id = str(connection.scalar(select(Round.id).where(Round.name == MAIN)))
    response = int(first("SELECT max(id) FROM response WHERE status = 'complete' AND NOT is_set_aside"))
    return {
        "round_id": round_id,
        "response_id": str(response),
        "shown_id": f"R{response:016x}",
        "opinion_id": first("SELECT max(id) FROM opinion"),
        "number": first("SELECT max(number) FROM item"),
        "item_number": first("SELECT max(number) FROM item"),
        "staff_id": first("SELECT min(id) FROM staff"),
        "questionnaire_id": "residents-2021",
        "county": COUNTY,
        "county_code": COUNTY,
        "place_code": COUNTY,
        "township": TOWNSHIP,
        "unit": UNIT,
        "unit_code": UNIT,
        "question": WORST[1],
        "dimension": WORST[1],
    }


def addresses(client: FlaskClient, values: Mapping[str, str]) -> Iterator[str]:
    """Every page that may be looked at; those of a round also narrowed."""
    app = client.application
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        roles = app.extensions[ROLES].get(rule.endpoint)
        may = roles is not None and roles != EVERYBODY and Role.OFFICE in roles
        if not may or "GET" not in (rule.methods or ()) or rule.endpoint in NO_SCREENS:
            continue
        narrowed = LISTS.get(rule.endpoint, ())
        if "round_id" in rule.arguments:
            narrowed = (*NARROWED, *narrowed)
        for view in (*VIEWS, "units") if "view" in rule.arguments else ("",):
            arguments = {name: values.get(name, "1") for name in rule.arguments} | {"view": view}
            try:
                address = adapter.build(rule.endpoint, arguments, append_unknown=False)
            except BuildError:
                continue
            yield address
            yield from (f"{address}?{urlencode(each)}" for each in narrowed)


def measure(database: str, folder: Path, url: str | None, only: str = "") -> Iterator[Row]:
    """Each page several times; the first time, when caches are cold, counts into the longest."""
    settings = Settings.load(environ(folder, url))
    engine = open_engine(settings.database_url)
    attach(engine, AuditLog.of(settings, system_clock))
    parts = Parts(engine=engine, settings=settings, clock=system_clock, keys=KeyRing(settings.data_key))
    client = create_app(parts).test_client()
    token = CSRF.search(client.get("/admin/login").text)
    assert token is not None
    given = {"csrf_token": token.group(1), "name": ROLE_TITLES[Role.OFFICE], "password": PASSWORD}
    assert client.post("/admin/login", data=given).status_code == 303, "the office cannot sign in"
    with engine.connect() as connection:
        values = known_values(connection)
    for address in addresses(client, values):
        if only not in address:
            continue
        took, worked, status = [], [], 0
        for _ in range(REPEATS):
            started, worked_before = time.perf_counter(), time.process_time()
            answer = client.get(address, buffered=True)
            took.append((time.perf_counter() - started) * 1000)
            worked.append((time.process_time() - worked_before) * 1000)
            status = answer.status_code
            if status != 200:
                break
        times = statistics.median(took), max(took), statistics.median(worked)
        yield Row(database, address, status, *times)
    engine.dispose()


def print_table(rows: Sequence[Row], slowest: int) -> None:
    """The slowest pages, what is over the limit, and how many could not be looked at."""
    shown = [row for row in rows if row.status == 200]
    print(f"{'database':<12}{'page':<76}{'median ms':>10}{'most ms':>10}{'cpu ms':>8}")
    for row in sorted(shown, key=lambda each: -each.median_ms)[:slowest]:
        mark = " !" if row.is_slow else ""
        times = f"{row.median_ms:>10.0f}{row.most_ms:>10.0f}{row.cpu_ms:>8.0f}"
        print(f"{row.database:<12}{row.address:<76}{times}{mark}")
    slow = sum(row.is_slow for row in rows)
    home = [row.median_ms for row in shown if row.address == "/admin/"]
    print(f"{len(shown)} pages, {slow} over the limit; home {', '.join(f'{each:.0f} ms' for each in home)}")
    others = Counter(row.status for row in rows if row.status != 200)
    print("not shown:", ", ".join(f"{count} with {status}" for status, count in sorted(others.items())))
    broken = sorted({f"{row.address} ({row.status})" for row in rows if row.status >= 500})
    if broken:
        print("failed:", *broken)


def main(arguments: list[str] | None = None) -> list[Row]:
    """Measure a year that is loaded already, and print the table."""
    parser = argparse.ArgumentParser(description="Every page of the admin with a year loaded.")
    parser.add_argument("--folder", type=Path, required=True, help="as given to benchmarks.load_year")
    parser.add_argument("--database", help="as given to benchmarks.load_year")
    parser.add_argument("--slowest", type=int, default=15, help="how many pages are printed")
    parser.add_argument("--only", default="", help="only addresses that have this in them")
    given = parser.parse_args(arguments)
    database = "PostgreSQL" if given.database else "SQLite"
    rows = list(measure(database, given.folder, given.database, given.only))
    print_table(rows, given.slowest)
    return rows


if __name__ == "__main__":
    main()
