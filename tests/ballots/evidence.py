"""
What somebody can get hold of who wants to know who said what: tables, files, log lines, write-ahead log, at
the end and in backups made between any two ballots. They have the witnesses' key too, so the urn is open.

`findings` tries to join persons and ballots in every way we could think of.
"""

import io
import itertools
import logging
import random
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from core.ballots.box import seed_from
from core.ballots.contents import Cast, read_ballot
from core.ballots.models import BallotBox
from core.ballots.sealing import CannotOpen, unseal
from core.logs import EventFormatter
from tests.ballots.hall import Hall
from tests.ballots.wal_sizes import WalSizes, rank_correlation

LEAST_BATCH = 10
# A random order of forty correlates by more than this once in some twenty thousand times.
SUSPICIOUS = 0.65
KEYS_FOLDER = "ballot-keys"
Row = dict[str, Any]
# Every voter's words do, so that most of what is searched need be searched once only.
WORDS_BEGIN = "票"
MADE_HOW = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
# A ballot's key, wherever in longer words it stands.
HEX_32 = re.compile(r"(?=([0-9a-f]{32}))")


@dataclass(frozen=True, slots=True)
class Voter:
    """The truth about one ballot: who, in the order of handing in, and what is in it."""

    number: int
    secrets: tuple[str, ...]  # openid, hashes, slip: what stands for the person
    words: str  # a comment nobody else has; begins with WORDS_BEGIN


@dataclass
class Evidence:
    """Everything collected; `backups` are the tables as they stood between ballots."""

    hall: Hall
    voters: list[Voter] = field(default_factory=list)
    backups: list[dict[str, list[Row]]] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)
    wal_from: str = ""
    wal: WalSizes = field(init=False)

    def __post_init__(self) -> None:
        self.wal = WalSizes(self.hall.engine)

    @classmethod
    def from_now(cls, hall: Hall) -> "Evidence":
        """Nothing collected yet; remembers where the write-ahead log stands."""
        begun = cls(hall)
        if hall.engine.dialect.name == "postgresql":
            with hall.engine.connect() as connection:
                begun.wal_from = connection.scalar(text("SELECT pg_walfile_name(pg_current_wal_lsn())")) or ""
        return begun

    @property
    def versions(self) -> dict[str, list[Row]]:
        """Every row as it ever stood, by table: each version once, however many backups have it."""
        seen: dict[str, dict[tuple[str, ...], Row]] = {}
        with self.hall.engine.connect().execution_options(read_only=True) as connection:
            now = tables_of(connection)
        for tables in (*self.backups, now):
            for name, rows in tables.items():
                known = seen.setdefault(name, {})
                for row in rows:
                    known.setdefault(tuple(map(repr, row.values())), row)
        return {name: list(rows.values()) for name, rows in seen.items()}

    def back_up(self) -> None:
        """Keep a copy of every table."""
        self.wal.mark()
        with self.hall.engine.connect().execution_options(read_only=True) as connection:
            self.backups.append(tables_of(connection))


@contextmanager
def watched(hall: Hall) -> Iterator[Evidence]:
    """Collect log lines of every level, too."""
    evidence = Evidence.from_now(hall)
    handler = logging.StreamHandler(evidence.log)
    handler.setFormatter(EventFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield evidence
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def tables_of(connection: Connection) -> dict[str, list[Row]]:
    """Every row of every table, with what the database itself keeps of it (xmin, ctid, rowid)."""
    found: dict[str, list[Row]] = {}
    is_postgres = connection.dialect.name == "postgresql"
    made: dict[str, str] = {} if is_postgres else dict(connection.execute(text(MADE_HOW)).all())
    for name in inspect(connection).get_table_names():
        hidden = ', xmin::text AS "!xmin", ctid::text AS "!ctid"' if is_postgres else ""
        if not is_postgres and "WITHOUT ROWID" not in made[name].upper():
            hidden = ', rowid AS "!rowid"'
        rows = connection.execute(text(f'SELECT *{hidden} FROM "{name}"')).mappings().all()
        found[name] = [dict(row) for row in rows]
    return found


def raw_bytes(evidence: Evidence) -> dict[str, bytes]:
    """Files below `var` that get into a backup, the database's own files, and its write-ahead log."""
    hall = evidence.hall
    found = {
        str(path): path.read_bytes()
        for path in hall.var.rglob("*")
        if path.is_file() and KEYS_FOLDER not in path.parts
    }
    if hall.engine.dialect.name == "sqlite":
        database = Path(str(hall.engine.url.database))
        found |= {str(path): path.read_bytes() for path in database.parent.glob(database.name + "*")}
        return found
    with hall.engine.connect() as connection:
        names = connection.scalars(
            text("SELECT name FROM pg_ls_waldir() WHERE name >= :first ORDER BY name"),
            {"first": evidence.wal_from},
        ).all()
        newest = connection.scalar(text("SELECT pg_walfile_name(pg_current_wal_lsn())")) or ""
        log = b""
        for name in names:
            if name <= newest and len(name) == 24:
                log += bytes(connection.scalar(text(f"SELECT pg_read_binary_file('pg_wal/{name}')")) or b"")
    return found | {"wal": log}


def findings(evidence: Evidence) -> list[str]:
    """Every way in which something joins a person to a ballot; [] when there is none."""
    with evidence.hall.engine.connect().execution_options(read_only=True) as connection:
        now = tables_of(connection)
    raw = raw_bytes(evidence)
    owners = opened(evidence, now["ballot_urn"])
    versions = evidence.versions
    return [
        *by_value(evidence, versions, raw),
        *by_identity(evidence, versions),
        *by_ciphertext(evidence, now, raw),
        *by_order(evidence, now["ballot_urn"], owners, raw),
        *by_transaction(now),
        *by_batch(evidence, now),
        *by_size(evidence, now),
        *by_wal_size(evidence),
        *by_log(evidence, now),
    ]


def opened(evidence: Evidence, urn: Sequence[Row]) -> dict[str, int]:
    """Urn key → the number of the voter whose ballot it is: what witnesses who conspire could see."""
    hall = evidence.hall
    with Session(hall.engine) as session:
        box = session.get_one(BallotBox, hall.round_id)
        key = seed_from(box, [share.share for share in hall.shares]).private_key
    found: dict[str, int] = {}
    for row in urn:
        try:
            cast: Cast = read_ballot(unseal(bytes(row["sealed"]), key))
        except CannotOpen:
            continue
        words = {answer.text for answer in cast.answers.values()}
        found[row["key"]] = next(voter.number for voter in evidence.voters if voter.words in words)
    return found


# The ways -----------------------------------------------------------------------------------------------


def by_value(evidence: Evidence, versions: dict[str, list[Row]], raw: dict[str, bytes]) -> list[str]:
    """What somebody chose or wrote, readable anywhere before the box is opened."""
    found = []
    for where, content in raw.items():
        for shape in ("utf-8", "unicode_escape"):
            needles = {voter.number: voter.words.encode(shape) for voter in evidence.voters}
            if WORDS_BEGIN.encode(shape) not in content:
                continue
            found += [
                f"value: words of voter {number} in {where}"
                for number, needle in needles.items()
                if needle in content
            ]
    for name, rows in versions.items():
        whole = _whole(rows)
        if WORDS_BEGIN in whole:
            found += [
                f"value: words of voter {voter.number} in table {name}"
                for voter in evidence.voters
                if voter.words in whole
            ]
    return found


def by_identity(evidence: Evidence, versions: dict[str, list[Row]]) -> list[str]:
    """A row of the urn, or one that names its key, that also names somebody."""
    keys = {row["key"] for row in versions["ballot_urn"]}
    secrets = {each for voter in evidence.voters for each in voter.secrets}
    found = []
    for name, rows in versions.items():
        if name != "ballot_urn" and keys.isdisjoint(HEX_32.findall(_whole(rows))):
            continue
        for row in rows:
            words = " ".join(map(_told, row.values()))
            names_ballot = name == "ballot_urn" or not keys.isdisjoint(HEX_32.findall(words))
            if names_ballot and any(each in words for each in secrets):
                found.append(f"identity: a row of {name}")
    found += [
        "identity: a waiting ballot names slip or time"
        for row in versions["ballot_draft"]
        if row["holder"] is None and (row["slip"] is not None or row["touched_at"] is not None)
    ]
    return found


def by_ciphertext(evidence: Evidence, now: dict[str, list[Row]], raw: dict[str, bytes]) -> list[str]:
    """A sealed ballot of the urn that lay readable in a backup before it was mixed."""
    heads = {bytes(row["sealed"])[:48]: row["key"] for row in now["ballot_urn"]}
    found = []
    for tables in evidence.backups:
        in_urn = {row["key"] for row in tables["ballot_urn"]}
        for row in tables["ballot_draft"]:
            for head, key in heads.items():
                if key not in in_urn and head in bytes(row["content"]):
                    found.append("ciphertext: a sealed ballot beside its draft")
    for where, content in raw.items():
        for head in heads:
            # Once in the table; a write-ahead log has it once, and once more in a checkpointed file.
            if content.count(head) > 2:
                found.append(f"ciphertext: a sealed ballot several times in {where}")
    return found


def by_order(
    evidence: Evidence, urn: Sequence[Row], owners: dict[str, int], raw: dict[str, bytes]
) -> list[str]:
    """Any order of the urn that goes with the order of handing in: by a column, by place in a file."""
    orders: dict[str, list[int]] = {}
    for column in urn[0]:
        ranked = sorted(urn, key=lambda row: _place(row[column]))
        if len({_told(row[column]) for row in urn}) == len(urn):
            orders[f"column {column}"] = [owners[row["key"]] for row in ranked if row["key"] in owners]
    for where, content in raw.items():
        places = {row["key"]: content.find(bytes(row["sealed"])[:48]) for row in urn}
        if all(place >= 0 for place in places.values()):
            ranked_keys = sorted(places, key=lambda key: places[key])
            orders[f"place in {where}"] = [owners[key] for key in ranked_keys if key in owners]
    return [f"order: {name}" for name, order in orders.items() if abs(correlation(order)) > SUSPICIOUS]


def by_transaction(now: dict[str, list[Row]]) -> list[str]:
    """Rows of the urn written by a transaction that wrote something else, or too few of them."""
    urn = [row["!xmin"] for row in now["ballot_urn"] if "!xmin" in row]
    found = [
        f"xmin: {urn.count(each)} ballots of one transaction"
        for each in set(urn)
        if urn.count(each) < LEAST_BATCH
    ]
    for name, rows in now.items():
        if name != "ballot_urn" and any(row.get("!xmin") in urn for row in rows):
            found.append(f"xmin: {name} was written with the urn")
    return found


def by_batch(evidence: Evidence, now: dict[str, list[Row]]) -> list[str]:
    """So few ballots new between two backups that those who voted between can be told apart."""
    counts = [len(tables["ballot_urn"]) for tables in (*evidence.backups, now)]
    steps = [after - before for before, after in itertools.pairwise(counts)]
    return [f"batch: {step} ballots" for step in steps if 0 < step < LEAST_BATCH]


def by_size(evidence: Evidence, now: dict[str, list[Row]]) -> list[str]:
    """Ciphertexts whose length tells a long comment from none."""
    found = []
    if len({len(row["sealed"]) for row in now["ballot_urn"]}) > 1:
        found.append("size: ballots in the urn")
    for waiting in (True, False):
        lengths = {
            len(row["content"])
            for tables in evidence.backups
            for row in tables["ballot_draft"]
            if (row["holder"] is None) == waiting
        }
        if len(lengths) > 1:
            found.append(f"size: {'waiting' if waiting else 'filled in'} drafts")
    sealed = {
        len(row["reply"])
        for tables in evidence.backups
        for row in tables["delivery"]
        if row["reply"].startswith("\x02ballot")
    }
    return [*found, "size: stored replies"] if len(sealed) > 1 else found


def by_wal_size(evidence: Evidence) -> list[str]:
    """Handings-in that took the more of the write-ahead log the more is written in the ballot."""
    if len(evidence.backups) != len(evidence.voters):
        return []  # where several handed in between two backups, nobody can say which took how much
    sizes = evidence.wal.growth
    if not sizes:
        known: set[str] = set()
        written = []
        for tables in evidence.backups:
            fresh = [r for r in tables["ballot_draft"] if r["holder"] is None and r["id"] not in known]
            known |= {row["id"] for row in fresh}
            written += [row["!xmin"] for row in fresh]
        sizes = evidence.wal.of_transactions(written)
    related = rank_correlation(sizes, [len(voter.words) for voter in evidence.voters])
    return [f"wal: sizes of records and ballots go together ({related:.2f})"] if related > SUSPICIOUS else []


def by_log(evidence: Evidence, now: dict[str, list[Row]]) -> list[str]:
    """A log line that names a ballot, a draft, its key, or what somebody chose."""
    log = evidence.log.getvalue()
    names = {row["key"] for row in now["ballot_urn"]}
    for tables in evidence.backups:
        names |= {row["id"] for row in tables["ballot_draft"]} | {
            row["key_name"] for row in tables["ballot_draft"]
        }
    names |= {voter.words for voter in evidence.voters}
    names |= {each for voter in evidence.voters for each in voter.secrets}
    return [f"log: {line[:80]}" for line in log.splitlines() if any(name in line for name in names)]


def correlation(order: Sequence[int]) -> float:
    """Spearman's rank correlation of an order of distinct numbers with their own order; 0 for too few."""
    count = len(order)
    if count < LEAST_BATCH:
        return 0.0
    ranks = {number: rank for rank, number in enumerate(sorted(order))}
    gaps = sum((place - ranks[number]) ** 2 for place, number in enumerate(order))
    return 1 - 6 * gaps / (count * (count * count - 1))


def distinct_words(number: int) -> str:
    """A comment of this voter's own, of very different lengths."""
    chance = random.Random(number)
    # Lengths that followed the order would hide what tells lengths.
    length = 6 + number * 17 % 40 * 5
    return f"{WORDS_BEGIN}{number:02}说" + "".join(
        chance.choice("山水路桥校医林田村镇") for _ in range(length)
    )


def _whole(rows: Sequence[Row]) -> str:
    """A whole table as one text, to be searched once."""
    return "\n".join(_told(value) for row in rows for value in row.values())


def _told(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def _place(value: Any) -> tuple[int, Any]:
    """A `(12,3)` of ctid by its numbers, anything else as text."""
    words = _told(value)
    numbers = words.strip("()").split(",")
    if words.startswith("(") and all(part.isdigit() for part in numbers):
        return 0, tuple(map(int, numbers))
    return 1, words
