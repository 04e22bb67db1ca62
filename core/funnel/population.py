"""
How many people live where: read from a file the office has, so that townships of any size can be compared.

None is shipped: no official list was to be had. A load adds and updates; places it does not name keep what
they had.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from core.errors import BadInput, Fault
from core.funnel.models import Population
from core.places.gazetteer import Gazetteer, PlaceNode
from core.sheets import Column, Row, Sheet

COLUMNS = (
    Column(
        "place",
        "地名或代码",
        "code",
        aliases=("代码", "code", "地名", "名称", "乡镇", "乡镇（街道）", "区划代码"),
        required=True,
    ),
    Column("county", "县（区）", "code", aliases=("县", "县区", "所属县区"), max_chars=60),
    Column("residents", "人口", "whole", aliases=("常住人口", "人口数", "population"), required=True),
    Column("year", "年份", "whole", aliases=("年", "年度", "year"), required=True),
    Column("source", "来源", aliases=("数据来源", "出处", "source"), required=True, max_chars=200),
)
LEVELS = ("county", "township")
MAX_RESIDENTS = 10_000_000
FIRST_YEAR = 1950


@dataclass(frozen=True, slots=True)
class Residents:
    """How many people live in a place (a county or township), in which year, and who says so."""

    place_code: str
    residents: int
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class PopulationReport:
    """What a load changed; `changes`: each place whose figure is another one now, by name, then and now."""

    listed: int
    added: int
    unchanged: int
    changes: tuple[tuple[str, Residents, Residents], ...]

    def __str__(self) -> str:
        words = (
            f"名单上有{self.listed}个地方：新增{self.added}，改动{len(self.changes)}，没变{self.unchanged}"
        )
        told = "；".join(
            f"{name} {before.residents}人（{before.year}年）→ {after.residents}人（{after.year}年）"
            for name, before, after in self.changes[:20]
        )
        more = f"；等{len(self.changes)}处" if len(self.changes) > 20 else ""
        return words + (f"。改动：{told}{more}" if told else "")


def read_population(sheet: Sheet, gazetteer: Gazetteer, today: date) -> tuple[Residents, ...]:
    """The whole file, checked; BadInput with every fault."""
    names = _Names(gazetteer)
    faults: list[Fault] = []
    found: dict[str, Residents] = {}
    for row in sheet.rows(COLUMNS):
        wrong = dict(_faults(row, today))
        place = names.find(row.text("place"), row.text("county"))
        if isinstance(place, str):
            wrong["地名或代码"] = place
        elif place.code in found:
            wrong["地名或代码"] = f"“{place.short_name}”前面已经有了"
        faults += [_fault(sheet, row, title, words) for title, words in wrong.items()]
        if not wrong and isinstance(place, PlaceNode):
            found[place.code] = Residents(
                place.code, row.whole("residents") or 0, row.whole("year") or 0, row.text("source")
            )
    if faults:
        raise BadInput(faults)
    return tuple(found.values())


def load_population(session: Session, listed: Iterable[Residents], gazetteer: Gazetteer) -> PopulationReport:
    """Add and update."""
    listed = tuple(listed)
    before = {each.place_code: each for each in session.scalars(select(Population))}
    added, changes = 0, []
    for each in listed:
        known = before.get(each.place_code)
        if known is None:
            session.add(Population(**_columns(each)))
            added += 1
        elif (was := _residents(known)) != each:
            changes.append((gazetteer.full_name(each.place_code), was, each))
            for name, value in _columns(each).items():
                setattr(known, name, value)
    return PopulationReport(len(listed), added, len(listed) - added - len(changes), tuple(changes))


def population(connection: Connection) -> dict[str, Residents]:
    """Everything that is known, by place code."""
    rows = connection.execute(select(Population.__table__).order_by(Population.place_code))
    return {row.place_code: _residents(row) for row in rows}


def _faults(row: Row, today: date) -> Iterable[tuple[str, str]]:
    residents, year = row.whole("residents"), row.whole("year")
    if residents is not None and not 1 <= residents <= MAX_RESIDENTS:
        yield "人口", f"要在1和{MAX_RESIDENTS}之间，现在是{residents}"
    if year is not None and not FIRST_YEAR <= year <= today.year:
        yield "年份", f"要在{FIRST_YEAR}和{today.year}之间，现在是{year}"


class _Names:
    """Counties and townships by what people call them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._by_name: Mapping[str, dict[str, PlaceNode]] = defaultdict(dict)
        for place in (node for level in LEVELS for node in gazetteer.at_level(level)):
            county = gazetteer.path(place.code)[0]
            for name in {place.name, place.short_name}:
                self._by_name[name][place.code] = place
                if place.level == "township":
                    for prefix in {county.name, county.short_name}:
                        self._by_name[prefix + name][place.code] = place

    def find(self, words: str, county: str) -> PlaceNode | str:
        """The place, or why it cannot be told."""
        if words.isascii() and words.isdigit():
            place = self._gazetteer.place(words)
            if place is None or place.retired or place.level not in LEVELS:
                return f"没有代码是“{words}”的县（区）或乡镇（街道）"
            return place
        squeezed = "".join(words.split())
        found = self._by_name.get(f"{county}{squeezed}") or self._by_name.get(squeezed) or {}
        if len(found) == 1:
            return next(iter(found.values()))
        if not found:
            return f"没有叫“{words}”的县（区）或乡镇（街道）"
        told = "、".join(f"{self._gazetteer.full_name(code)}（{code}）" for code in found)
        return f"叫“{words}”的不止一个：{told}。请写代码，或在前面写上县名"


def _residents(row: Any) -> Residents:
    return Residents(row.place_code, row.residents, row.year, row.source)


def _columns(each: Residents) -> dict[str, Any]:
    return {
        "place_code": each.place_code,
        "residents": each.residents,
        "year": each.year,
        "source": each.source,
    }


def _fault(sheet: Sheet, row: Row, title: str, words: str) -> Fault:
    return Fault(f"{sheet.filename} 第{row.number}行“{title}”列", words)
