"""
How many bytes of the write-ahead log each handing in took: on SQLite by its frames (whole pages), on
PostgreSQL by the records of the transaction that wrote the ballot, told by `pg_walinspect`.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, text

# https://www.sqlite.org/fileformat2.html#walformat (read 2026-11): header and frame header in bytes.
HEADER, FRAME_HEADER = 32, 24


@dataclass
class WalSizes:
    """Measures from when it is made."""

    engine: Engine
    growth: list[int] = field(default_factory=list)
    _from: str = ""
    _salts: bytes = b""
    _frames: int = 0

    def __post_init__(self) -> None:
        if self.engine.dialect.name == "postgresql":
            with self.engine.begin() as connection:
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_walinspect"))
                self._from = connection.scalar(text("SELECT pg_current_wal_insert_lsn()::text")) or ""
        else:
            self._salts, self._frames, _page = self._sqlite()

    def mark(self) -> None:
        """On SQLite: note how much was written since the last mark."""
        if self.engine.dialect.name == "postgresql":
            return
        salts, frames, page = self._sqlite()
        # Other salts: the log began anew after a checkpoint.
        self.growth.append(page * (frames - self._frames if salts == self._salts else frames))
        self._salts, self._frames = salts, frames

    def of_transactions(self, ids: Sequence[str]) -> list[int]:
        """On PostgreSQL: what the transactions with these xmin wrote."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT xid::text, sum(record_length) FROM pg_get_wal_records_info(:since,"
                    " pg_current_wal_flush_lsn()) WHERE xid = ANY(CAST(:ids AS xid[])) GROUP BY xid"
                ),
                {"since": self._from, "ids": list(ids)},
            )
            sizes = dict(rows.all())
        return [int(sizes[each]) for each in ids]

    def _sqlite(self) -> tuple[bytes, int, int]:
        """The log's salts, its valid frames, bytes a page."""
        content = Path(f"{self.engine.url.database}-wal").read_bytes()
        page, salts = int.from_bytes(content[8:12], "big"), content[16:24]
        frames = range(HEADER, len(content) - FRAME_HEADER, FRAME_HEADER + (page or 1))
        count = 0
        for at in frames:
            if content[at + 8 : at + 16] != salts:
                break
            count += 1
        return salts, count, page


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's, equal values sharing a rank; 0 where one of them never changes."""
    if len(set(one)) < 2 or len(set(other)) < 2:
        return 0.0
    return statistics.correlation(_ranks(one), _ranks(other))


def _ranks(values: Sequence[float]) -> list[float]:
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    return [statistics.mean(places[value]) for value in values]
