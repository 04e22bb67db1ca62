"""
Reading the funnel: one round's counters as of this moment, never beyond what the reader's account may see.

Counters hold what was counted up to a mark; what came behind it is counted while reading. Where no worker
runs and too much waits, that is left out, and `as_of` says up to when the figures go.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, func, select, true

from core.db.marks import read_mark
from core.funnel.cells import PARTS, Axis, Part, cells
from core.funnel.events import UNKNOWN, Kind
from core.funnel.models import FunnelCount, FunnelEventRow, FunnelMark
from core.people.reach import Reach

# More than the busiest minutes leave behind, and still counted within a page's time.
MAX_UNCOUNTED = 20_000
EPOCH = date(1970, 1, 1)
_CELL = ("owner", "township", "key", "step", "question")


@dataclass(frozen=True, slots=True)
class Figure:
    """How often (visits, 人次) and to how many different people (people, 人数)."""

    visits: int = 0
    people: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        """Only for two figures of one cell whose people are different ones."""
        return Figure(self.visits + other.visits, self.people + other.people)


NONE = Figure()


@dataclass(frozen=True, slots=True)
class Line:
    """
    One place, unit, code or material; one day or hour; or one question: and what happened there.

    `step`: days since 1970 on the axis `day`, hours since Monday began on `hour`.
    """

    owner: str = ""
    township: str = ""
    key: str = ""
    step: int = 0
    question: str = ""
    figures: Mapping[Kind, Figure] = field(default_factory=dict)

    def __getitem__(self, kind: Kind) -> Figure:
        """The figure of one kind."""
        return self.figures.get(kind, NONE)

    @property
    def completion(self) -> float | None:
        """People who completed among people who started (0–1); None when nobody started."""
        started = self[Kind.START].people
        return self[Kind.COMPLETE].people / started if started else None

    @property
    def day(self) -> date:
        """The day of a line on the axis `day`."""
        return EPOCH + timedelta(days=self.step)


@dataclass(frozen=True, slots=True)
class Where:
    """Which part of the survey is meant; '' for all. A scene is one code, and says the rest."""

    owner: str = ""
    township: str = ""
    scene: str = ""
    material: str = ""


class Funnel:
    """One round's funnel, as far as `reach` goes. The connection must show one moment (`core.db.reading`)."""

    def __init__(self, connection: Connection, round_id: int, reach: Reach) -> None:
        self._connection = connection
        self._round_id = round_id
        self._reach = reach
        self._mark = read_mark(connection, FunnelMark)
        self._is_behind = self._uncounted() > MAX_UNCOUNTED

    @property
    def as_of(self) -> datetime | None:
        """None: the figures are of this moment. Else the last event that is in them."""
        if not self._is_behind:
            return None
        newest = select(FunnelEventRow.at).where(FunnelEventRow.id <= self._mark)
        return self._connection.scalar(newest.order_by(FunnelEventRow.id.desc()).limit(1))

    def total(self, where: Where = Where()) -> Line:
        """Everything that happened there, in one line."""
        return next(iter(self.along("round", where)), Line())

    def along(self, axis: Axis, where: Where = Where()) -> list[Line]:
        """What happened there, day by day, hour by hour of the week, or question by question."""
        part, cell = self._part_of(where)
        return sorted(self._lines(part, axis, cell), key=lambda line: (line.step, line.question))

    def owners(self) -> list[Line]:
        """County by county and unit by unit; also codes nobody knows, and no code at all."""
        return self._lines("owner", "round", {})

    def townships(self, owner: str = "") -> list[Line]:
        """Township by township; a county's own codes are a line with the county's code."""
        return self._lines("township", "round", _given(owner=owner))

    def codes(self, owner: str = "", township: str = "") -> list[Line]:
        """Code by code (`key` is the scene)."""
        found = self._lines("code", "round", _given(owner=owner, township=township))
        return [line for line in found if line.owner != UNKNOWN]

    def unknown_codes(self) -> list[Line]:
        """What stood in codes that nobody knows, most scans first."""
        found = self._lines("code", "round", {"owner": UNKNOWN})
        return sorted(found, key=lambda line: (-line[Kind.SCAN].visits, line.key))

    def materials(self, owner: str = "") -> list[Line]:
        """Material by material."""
        owner = owner or self._reach.code
        part: Part = "own_material" if owner or not self._reach.is_all else "material"
        return self._lines(part, "round", _given(owner=owner))

    # Inside ----------------------------------------------------------------------------------------------

    def _part_of(self, where: Where) -> tuple[Part, dict[str, str]]:
        if where.scene:
            return "code", _given(owner=where.owner, key=where.scene)
        if where.township:
            return "township", _given(owner=where.owner, township=where.township)
        if where.owner or not self._reach.is_all:
            owner = where.owner or self._reach.code
            if where.material:
                return "own_material", {"owner": owner, "key": where.material}
            return "owner", {"owner": owner}
        return ("material", {"key": where.material}) if where.material else ("all", {})

    def _lines(self, part: Part, axis: Axis, cell: Mapping[str, str]) -> list[Line]:
        """The counters of these cells and what came since, one line each."""
        found: dict[tuple[str, str, str, int, str], dict[Kind, Figure]] = defaultdict(dict)
        for row in self._rows(part, axis, cell):
            figures = found[row.owner, row.township, row.key, row.step, row.question]
            kind = Kind(row.kind)
            figures[kind] = figures.get(kind, NONE) + Figure(row.visits, row.people)
        return [Line(*keys, figures) for keys, figures in found.items()]

    def _rows(self, part: Part, axis: Axis, cell: Mapping[str, str]) -> Iterator[Any]:
        stored = FunnelCount
        names = (*_CELL, "kind", "visits", "people")
        kept = select(*(getattr(stored, name) for name in names)).where(
            stored.round_id == self._round_id,
            stored.axis == axis,
            stored.part == part,
            self._may_see(stored.owner),
            *(getattr(stored, name) == value for name, value in cell.items()),
        )
        yield from self._connection.execute(kept)
        if self._is_behind:
            return
        columns = PARTS[part]
        only: list[tuple[str, Any]] = [("round_id", self._round_id)]
        only += [(getattr(columns, name), value) for name, value in cell.items()]
        since = cells(part, axis, after=self._mark, upto=None, only=only).subquery()
        yield from self._connection.execute(select(since).where(self._may_see(since.c.owner)))

    def _may_see(self, owner: Any) -> ColumnElement[bool]:
        """The condition that keeps an account to its own county or unit."""
        if self._reach.is_all:
            return true()
        return owner == self._reach.code if self._reach.code else false()

    def _uncounted(self) -> int:
        behind = select(FunnelEventRow.id).where(FunnelEventRow.id > self._mark).limit(MAX_UNCOUNTED + 1)
        return self._connection.scalar(select(func.count()).select_from(behind.subquery())) or 0


def by_question(lines: list[Line]) -> list[tuple[str, str, Figure]]:
    """(questionnaire, question, break-offs there) of lines along the axis `question`, most people first."""
    told = [(*line.question.partition("/")[::2], line[Kind.BREAK_OFF]) for line in lines]
    return sorted(told, key=lambda each: (-each[2].people, each[0], each[1]))


def every_day(lines: list[Line], first: date, last: date) -> list[Line]:
    """The lines of the axis `day` with those days put in on which nothing happened; both ends included."""
    known = {line.step: line for line in lines}
    start, end = (first - EPOCH).days, (last - EPOCH).days
    return [known.get(step) or Line(step=step) for step in range(start, end + 1)]


def _given(**cell: str) -> dict[str, str]:
    return {name: value for name, value in cell.items() if value}
