"""
Places and units in the database: loading lists into it, and the gazetteer out of it.

A load takes the whole list or nothing. What is no longer listed is marked retired, never deleted: answers
point to it. A place list speaks only for the levels and counties it names, so one county's villages can be
loaded without retiring all others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from core.db.catalog_version import bump_catalog
from core.errors import BadInput, Fault
from core.places.gazetteer import LEVELS, Gazetteer, PlaceNode, UnitNode
from core.places.models import Place, PlaceChange, Unit

if TYPE_CHECKING:
    # Not needed to serve: reading lists means reading workbooks, and that library is large.
    from core.places.lists import PlaceList

Node = TypeVar("Node", PlaceNode, UnitNode)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load changed, in numbers of places or units; `recoded` counts codes that are followed."""

    listed: int
    added: int
    renamed: int
    retired: int
    restored: int = 0
    recoded: int = 0

    def __str__(self) -> str:
        words = f"名单上有{self.listed}个：新增{self.added}，改名{self.renamed}，停用{self.retired}"
        words += f"，恢复{self.restored}" if self.restored else ""
        return words + (f"，另有{self.recoded}个旧代码改用新代码" if self.recoded else "")


def load_places(session: Session, listed: "PlaceList") -> LoadReport:
    """Make the places what the list says. BadInput when a parent or a new code is nowhere to be found."""
    bump_catalog(session, places=True)
    before = {place.code: place for place in _stored_places(session.connection())}
    now = {place.code: place for place in listed.places}
    _refuse_unknown_codes(listed, before, now)

    retired = _retired_codes(before, now, listed.changes)
    report = _write(session, Place, before, now, retired)
    known_changes = dict(session.execute(select(PlaceChange.old_code, PlaceChange.new_code)).all())
    for old in known_changes.keys() & now.keys():
        # The code is in use again, so it must no longer lead elsewhere.
        session.execute(delete(PlaceChange).where(PlaceChange.old_code == old))
    fresh = {old: new for old, new in listed.changes.items() if known_changes.get(old) != new}
    for old, new in fresh.items():
        if old in known_changes:
            session.execute(update(PlaceChange).where(PlaceChange.old_code == old).values(new_code=new))
        else:
            session.execute(insert(PlaceChange).values(old_code=old, new_code=new))
    return replace(report, recoded=len(fresh))


def load_units(session: Session, listed: Sequence[UnitNode]) -> LoadReport:
    """Make the units what the list says; a list always holds all of them."""
    bump_catalog(session, places=True)
    before = {unit.code: unit for unit in _stored_units(session.connection())}
    now = {unit.code: unit for unit in listed}
    retired = {code for code, unit in before.items() if code not in now and not unit.retired}
    return _write(session, Unit, before, now, retired)


def load_gazetteer(connection: Connection) -> Gazetteer:
    """All places and units, held in memory; old codes lead to the newest ones."""
    changes = dict(connection.execute(select(PlaceChange.old_code, PlaceChange.new_code)).all())
    return Gazetteer(_stored_places(connection), _stored_units(connection), followed(changes))


def followed(changes: Mapping[str, str]) -> dict[str, str]:
    """Each old code with the last code it became, however many lists lie between."""
    last: dict[str, str] = {}
    for old in changes:
        seen = [old]
        while (new := changes.get(seen[-1])) is not None and new not in seen:
            seen.append(new)
        last[old] = seen[-1]
    return last


def _stored_places(connection: Connection) -> list[PlaceNode]:
    columns = (Place.code, Place.name, Place.short_name, Place.level, Place.parent_code, Place.retired)
    rows = connection.execute(select(*columns).order_by(Place.code))
    return [
        PlaceNode(code, name, short, level, up or "", gone) for code, name, short, level, up, gone in rows
    ]


def _stored_units(connection: Connection) -> list[UnitNode]:
    columns = (Unit.code, Unit.name, Unit.short_name, Unit.category, Unit.retired)
    return [UnitNode(*row) for row in connection.execute(select(*columns).order_by(Unit.code))]


def _refuse_unknown_codes(
    listed: "PlaceList", before: Mapping[str, PlaceNode], now: Mapping[str, PlaceNode]
) -> None:
    known = before.keys() | now.keys()
    faults = [
        Fault(place.code, f"“{place.name}”的上级“{place.parent_code}”不在名单里")
        for place in listed.places
        if place.parent_code and place.parent_code not in known
    ]
    for old, new in listed.changes.items():
        if new not in known:
            faults.append(Fault(old, f"新代码“{new}”不在名单里，请把地名名单一起导入"))
        if old in now:
            faults.append(Fault(old, f"已改成“{new}”，却还在名单里"))
    if faults:
        raise BadInput(faults)


def _retired_codes(
    before: Mapping[str, PlaceNode], now: Mapping[str, PlaceNode], changes: Mapping[str, str]
) -> set[str]:
    """Places that no longer exist: left out of a list that speaks for them, replaced, or below such a one."""
    spoken_for = {(place.level, _region(place)) for place in now.values()}
    gone: set[str] = set()
    for place in sorted(before.values(), key=lambda place: LEVELS.index(place.level)):
        is_left_out = place.code not in now and (place.level, _region(place)) in spoken_for
        if is_left_out or place.code in changes or (place.parent_code in gone and place.code not in now):
            gone.add(place.code)
    return {code for code in gone if not before[code].retired}


def _region(place: PlaceNode) -> str:
    """Whose list a place stands in: the city's for counties, the county's for what is below."""
    return place.code[:6] if place.level in ("township", "village") else place.code[:4]


def _write(
    session: Session,
    table: type[Place] | type[Unit],
    before: Mapping[str, Node],
    now: Mapping[str, Node],
    retired: Collection[str],
) -> LoadReport:
    """Add what is new, update what reads otherwise, mark what is retired; and count each."""
    # Parents first: each place points to the one above it.
    added = [_row(node) for code, node in sorted(now.items(), key=_by_length) if code not in before]
    if added:
        session.execute(insert(table), added)
    other = [node for code, node in now.items() if code in before and before[code] != node]
    for node in other:
        session.execute(update(table).where(table.code == node.code).values(_row(node)))
    for code in sorted(retired):
        session.execute(update(table).where(table.code == code).values(retired=True))
    return LoadReport(
        listed=len(now),
        added=len(added),
        renamed=sum(node.name != before[node.code].name for node in other),
        retired=len(retired),
        restored=sum(before[node.code].retired for node in other),
    )


def _by_length(item: tuple[str, Node]) -> tuple[int, str]:
    return len(item[0]), item[0]


def _row(node: PlaceNode | UnitNode) -> dict[str, Any]:
    row = asdict(node)
    if isinstance(node, PlaceNode):
        row["parent_code"] = node.parent_code or None
    return row
