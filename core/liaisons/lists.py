"""
Lists of liaisons that people give us: read, checked against what is stored, and loaded, all or nothing.

Somebody is the same person when county or unit and name are the same: then telephone, kind and days are
brought up to date. Who stands in the system and not in the list is left alone and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from core.errors import BadInput, Fault
from core.liaisons.kinds import KIND_TITLES, Kind
from core.liaisons.service import Facts, Known, add_liaison, change_liaison, fault_in, list_liaisons
from core.people.keys import KeyRing
from core.people.reach import EVERYTHING
from core.places.gazetteer import Gazetteer, PlaceNode, UnitNode
from core.places.service import load_gazetteer
from core.sheets.columns import Column, Row
from core.sheets.reader import open_sheet

_KIND_OF = {title: kind for kind, title in KIND_TITLES.items()} | {
    "副": Kind.DEPUTY,
    "单位负责人": Kind.HEAD,
    "领导": Kind.HEAD,
    "代班": Kind.STANDIN,
}
COLUMNS = (
    Column("subject", "单位", aliases=("单位代码", "单位名称", "县区", "县（区）", "代码"), required=True),
    Column("name", "姓名", aliases=("联络员", "联络员姓名"), required=True),
    Column("phone", "手机号", "code", aliases=("手机", "电话", "联系电话", "手机号码"), required=True),
    Column("kind", "身份", aliases=("类别", "职务类别"), choices=tuple(_KIND_OF)),
    Column("from_day", "代班从", "day", aliases=("从", "开始日期")),
    Column("until_day", "代班到", "day", aliases=("到", "结束日期")),
)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading a list changed, in persons; `untouched` stand in the system and not in the list."""

    listed: int
    added: int
    changed: int
    untouched: int

    def __str__(self) -> str:
        words = f"名单上有{self.listed}人：新增{self.added}，更新{self.changed}"
        return words + (f"；系统里另有{self.untouched}人不在名单上，没有动" if self.untouched else "")


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a list, and where it stands in the file."""

    place: str
    facts: Facts


def read_liaisons(source: Path | bytes, gazetteer: Gazetteer, filename: str = "") -> list[Listed]:
    """The rows of a file; BadInput with every fault. Units are found by code, name or short name."""
    sheet = open_sheet(source, filename)
    subjects = _subjects(gazetteer)
    listed: list[Listed] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, str, Kind], int] = {}
    for row in sheet.rows(COLUMNS):
        place = f"{sheet.filename} 第{row.number}行"
        codes = subjects.get(row.text("subject"), set())
        if len(codes) != 1:
            why = "不止一个县（区）、单位叫" if codes else "没有这个县（区）或单位："
            faults.append(Fault(f"{place}“单位”列", f"{why}“{row.text('subject')}”，请写代码或全称"))
            continue
        facts = _facts(row, next(iter(codes)))
        if fault := fault_in(facts):
            faults.append(Fault(place, fault))
        before = seen.setdefault((facts.subject_code, facts.name, facts.kind), row.number)
        if before != row.number:
            faults.append(Fault(place, f"和第{before}行是同一个人"))
        listed.append(Listed(place, facts))
    if faults:
        raise BadInput(faults)
    return listed


def load_liaisons(session: Session, keys: KeyRing, listed: Sequence[Listed], now: datetime) -> LoadReport:
    """Bring the liaisons up to date with a list."""
    there = list_liaisons(session.connection(), keys, EVERYTHING)
    known = {(each.subject_code, each.name, each.kind): each for each in there}
    added = changed = 0
    for each in listed:
        facts = each.facts
        before = known.pop((facts.subject_code, facts.name, facts.kind), None)
        if before is None:
            add_liaison(session, keys, facts, now)
            added += 1
        elif _differs(before, facts):
            change_liaison(session, keys, before.id, replace(facts, stands_in_for=before.stands_in_for))
            changed += 1
    return LoadReport(len(listed), added, changed, len(known))


def read_and_load(
    session: Session, keys: KeyRing, source: Path | bytes, now: datetime, filename: str = ""
) -> LoadReport:
    """Both in one."""
    listed = read_liaisons(source, load_gazetteer(session.connection()), filename)
    return load_liaisons(session, keys, listed, now)


def _facts(row: Row, subject_code: str) -> Facts:
    return Facts(
        subject_code=subject_code,
        kind=_KIND_OF.get(row.text("kind"), Kind.LIAISON),
        name="".join(row.text("name").split()),
        phone=row.text("phone"),
        from_day=row.day("from_day"),
        until_day=row.day("until_day"),
    )


def _differs(before: Known, facts: Facts) -> bool:
    return (before.phone, before.from_day, before.until_day) != (facts.phone, facts.from_day, facts.until_day)


def _subjects(gazetteer: Gazetteer) -> dict[str, set[str]]:
    """Every way to name a county or unit, with the codes it may mean."""
    named: dict[str, set[str]] = {}
    nodes: list[PlaceNode | UnitNode] = [*gazetteer.counties, *gazetteer.units]
    for node in nodes:
        for words in (node.code, node.name, node.short_name):
            named.setdefault(words, set()).add(node.code)
    return named
