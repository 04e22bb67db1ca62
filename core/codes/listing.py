"""
Looking at the codes: in pages, counted, and those that can be printed.

Reading only. A code whose place has another code today stands under the county it belongs to now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, func, or_, select, true

from core.codes.materials import material_name
from core.codes.models import QrCode
from core.people.reach import Reach
from core.places.gazetteer import Gazetteer, PlaceNode

STATES = ("planned", "creating", "created", "failed", "retired")
# By what a code is for: the length of a place's code tells its level.
CODE_LENGTHS = {"county": 6, "township": 9, "village": 12}
LEVELS = (*CODE_LENGTHS, "unit")
UNITS_GROUP = "单位"


@dataclass(frozen=True, slots=True)
class CodeFilter:
    """
    Which codes: '' or () for any county, level, state or scene, None for any material.

    A county takes in its townships and villages; `levels` are of county, township, village and unit.
    """

    county_code: str = ""
    levels: tuple[str, ...] = ()
    material: str | None = None
    state: str = ""
    scene: str = ""


@dataclass(frozen=True, slots=True)
class CodeLine:
    """
    One code as it stands. `name` and `within` are those of today, '' when the subject is unknown.

    `successor` is the code of the place that took its subject's place, '' when it stands as it is;
    `is_gone` when place or unit no longer exists, with or without a successor.
    """

    id: int
    scene: str
    kind: str
    subject_code: str
    material: str
    state: str
    source: str
    ticket: str
    url: str
    reason: str
    planned_at: datetime
    created_at: datetime | None
    retired_at: datetime | None
    name: str
    within: str
    successor: str
    is_gone: bool

    @property
    def full_name(self) -> str:
        """`宜州区庆远镇`."""
        return f"{self.within}{self.name}"

    @property
    def material_name(self) -> str:
        """What it hangs on, as people call it."""
        return material_name(self.material)

    @property
    def group(self) -> str:
        """The county it belongs to, or the word for units."""
        return (self.within or self.name) if self.kind == "place" else UNITS_GROUP


@dataclass(frozen=True, slots=True)
class CodeCount:
    """So many codes of one level, material and state."""

    level: str
    material: str
    state: str
    count: int


def list_codes(
    connection: Connection,
    wanted: CodeFilter,
    reach: Reach,
    gazetteer: Gazetteer,
    offset: int = 0,
    limit: int = 50,
) -> list[CodeLine]:
    """Places in the order of their codes, then units; the same place's materials together."""
    query = _query(wanted, reach, gazetteer).order_by(
        QrCode.kind, QrCode.subject_code, QrCode.material, QrCode.id
    )
    return [_line(row, gazetteer) for row in connection.execute(query.offset(offset).limit(limit))]


def count_codes(connection: Connection, wanted: CodeFilter, reach: Reach, gazetteer: Gazetteer) -> int:
    """How many such codes there are."""
    found = _query(wanted, reach, gazetteer).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def tally_codes(
    connection: Connection, wanted: CodeFilter, reach: Reach, gazetteer: Gazetteer
) -> list[CodeCount]:
    """How many there are by level, material and state; levels from county to unit."""
    length = func.length(QrCode.subject_code)
    rows = connection.execute(
        select(QrCode.kind, length, QrCode.material, QrCode.state, func.count())
        .where(_where(wanted, reach, gazetteer))
        .group_by(QrCode.kind, length, QrCode.material, QrCode.state)
    )
    found = [
        CodeCount(_level(kind, chars), material, state, count) for kind, chars, material, state, count in rows
    ]
    return sorted(found, key=lambda each: (LEVELS.index(each.level), each.material, STATES.index(each.state)))


def level_of_code(kind: str, subject_code: str) -> str:
    """What a code is for: county, township, village or unit."""
    return _level(kind, len(subject_code))


def printable_codes(
    connection: Connection, wanted: CodeFilter, reach: Reach, gazetteer: Gazetteer
) -> Iterator[CodeLine]:
    """
    What can be asked to be printed: made and not retired, county by county, then units.

    What `why_not_printed` says something about is among them, so that it can be told.
    """
    query = _query(wanted, reach, gazetteer).where(QrCode.state == "created")
    lines = [_line(row, gazetteer) for row in connection.execute(query)]
    yield from sorted(lines, key=lambda line: (line.kind, _place_today(line), line.material, line.scene))


def why_not_printed(line: CodeLine, gazetteer: Gazetteer) -> str:
    """Why a code must not be put on paper any more, and which to take instead; '' when it may be."""
    if not line.is_gone and not line.successor:
        return ""
    if line.kind == "unit" or not line.successor:
        return f"{line.scene}：{line.full_name or line.subject_code}已经不在名单里，不印。"
    successor = gazetteer.full_name(line.successor)
    return f"{line.scene}：这个地方现在是{successor}（{line.successor}），请印它的二维码。"


def _level(kind: str, chars: int) -> str:
    by_length = {length: level for level, length in CODE_LENGTHS.items()}
    return "unit" if kind == "unit" else by_length.get(chars, "village")


def _place_today(line: CodeLine) -> str:
    return line.successor or line.subject_code


def _query(wanted: CodeFilter, reach: Reach, gazetteer: Gazetteer) -> Select[Any]:
    return select(*QrCode.__table__.columns).where(_where(wanted, reach, gazetteer))


def _where(wanted: CodeFilter, reach: Reach, gazetteer: Gazetteer) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [_within_reach(reach, gazetteer)]
    if wanted.county_code:
        conditions.append(_in_county(wanted.county_code, gazetteer))
    if wanted.levels:
        conditions.append(or_(*(_at_level(level) for level in wanted.levels)))
    if wanted.scene:
        conditions.append(QrCode.scene == wanted.scene)
    if wanted.material is not None:
        conditions.append(QrCode.material == wanted.material)
    if wanted.state:
        conditions.append(QrCode.state == wanted.state)
    return and_(*conditions)


def _at_level(level: str) -> ColumnElement[bool]:
    if level == "unit":
        return QrCode.kind == "unit"
    return and_(QrCode.kind == "place", func.length(QrCode.subject_code) == CODE_LENGTHS[level])


def _within_reach(reach: Reach, gazetteer: Gazetteer) -> ColumnElement[bool]:
    if reach.is_all:
        return true()
    if reach.county_code:
        return _in_county(reach.county_code, gazetteer)
    if reach.unit_code:
        return and_(QrCode.kind == "unit", QrCode.subject_code == reach.unit_code)
    return false()


def _in_county(county_code: str, gazetteer: Gazetteer) -> ColumnElement[bool]:
    """The county, what lies in it, and what lay elsewhere under another code."""
    return and_(
        QrCode.kind == "place",
        or_(
            QrCode.subject_code.startswith(county_code, autoescape=True),
            QrCode.subject_code.in_(gazetteer.former_codes(county_code)),
        ),
    )


def _line(row: Row[Any], gazetteer: Gazetteer) -> CodeLine:
    name, within, successor, is_gone = _subject(row.kind, row.subject_code, gazetteer)
    return CodeLine(
        id=row.id,
        scene=row.scene,
        kind=row.kind,
        subject_code=row.subject_code,
        material=row.material,
        state=row.state,
        source=row.source,
        ticket=row.ticket,
        url=row.url,
        reason=row.reason,
        planned_at=row.planned_at,
        created_at=row.created_at,
        retired_at=row.retired_at,
        name=name,
        within=within,
        successor=successor,
        is_gone=is_gone,
    )


def _subject(kind: str, code: str, gazetteer: Gazetteer) -> tuple[str, str, str, bool]:
    """Name, county (with township for a village), successor's code, and whether it is gone."""
    if kind == "unit":
        unit = gazetteer.unit(code)
        return (unit.name, "", "", unit.retired) if unit else ("", "", "", True)
    path = gazetteer.path(code)
    if not path:
        return "", "", "", True
    place = path[-1]
    within = "".join(each.short_name for each in path[:-1])
    successor = _standing(path) if place.retired else place.code
    return place.name, within, successor if successor != code else "", place.retired


def _standing(path: tuple[PlaceNode, ...]) -> str:
    """Of a place that is gone, what still stands behind its codes: the township of a village, say."""
    standing = [place for place in path if not place.retired]
    return standing[-1].code if standing else ""
