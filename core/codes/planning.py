"""
Which codes are wanted, which of them are there, and noting down the rest.

A plan is rows in state `planned` that belong to a task; `creating` makes them. What another task is about to
make is left to it; what an ended one left unmade is taken over.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.codes.materials import PLAIN, checked_materials
from core.codes.models import QrCode
from core.codes.scenes import SceneKind, build_scene
from core.errors import Busy, Refused
from core.places.gazetteer import Gazetteer
from core.tasks.models import Task
from core.tasks.service import OVER, ask_task

TASK_KIND = "codes.create"
# WeChat docs, parametrised QR codes, read 2026-11: so many permanent codes an account, for good.
MAX_PERMANENT_CODES = 100_000
LEVELS = ("county", "township", "village")
UNMADE = ("planned", "creating", "failed")
NOTHING_CHOSEN = "还没有选要哪几类：县（区）、乡镇、村，或者单位，至少选一样。"
_SCENES_AT_ONCE = 500


class NothingToMake(Refused):
    """All of them are there already, or are being made."""

    say = "要的二维码都已经有了，或者正在生成，不用再生成。"


class TooManyCodes(Refused):
    """More than the platform keeps."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Codes that are wanted: places of some `levels` in some counties (() for all), all units or none, on each
    of `materials` ('' for the plain code).
    """

    county_codes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ("county", "township")
    units: bool = False
    materials: tuple[str, ...] = (PLAIN,)

    def dump(self) -> dict[str, Any]:
        """As a task's params."""
        return {
            "county_codes": list(self.county_codes),
            "levels": list(self.levels),
            "units": self.units,
            "materials": list(self.materials),
        }

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Wanted":
        """From what `dump` gave."""
        counties, levels, materials = (
            tuple(stored[name]) for name in ("county_codes", "levels", "materials")
        )
        return cls(counties, levels, stored["units"], materials)


@dataclass(frozen=True, slots=True)
class Outline:
    """One code that is wanted."""

    scene: str
    kind: SceneKind
    subject_code: str
    material: str


@dataclass(frozen=True, slots=True)
class Preview:
    """How many codes are wanted, by what has to be done: made, or nothing since they are there."""

    to_make: int
    there: int
    being_made: int
    retired: int
    in_all_after: int
    by_level: Mapping[str, int]

    @property
    def is_too_many(self) -> bool:
        """Whether the platform would refuse the last of them."""
        return self.in_all_after > MAX_PERMANENT_CODES


def outlines(wanted: Wanted, gazetteer: Gazetteer) -> Iterator[Outline]:
    """Every code that is wanted, county by county; places and units that are gone have none."""
    materials = checked_materials(wanted.materials)
    for county in gazetteer.counties:
        if wanted.county_codes and county.code not in wanted.county_codes:
            continue
        for code in _places_in(wanted, gazetteer, county.code):
            for material in materials:
                yield Outline(build_scene("place", code, material), "place", code, material)
    if wanted.units:
        for unit in gazetteer.units:
            for material in materials:
                yield Outline(build_scene("unit", unit.code, material), "unit", unit.code, material)


def preview(connection: Connection, wanted: Wanted, gazetteer: Gazetteer) -> Preview:
    """What making them would come to; nothing is written."""
    lines = list(outlines(wanted, gazetteer))
    states = _states(connection, [line.scene for line in lines])
    counts = Counter(_fate(states.get(line.scene)) for line in lines)
    by_level = Counter(_level(line) for line in lines)
    in_all = connection.execute(select(func.count()).select_from(QrCode)).scalar_one()
    new = sum(line.scene not in states for line in lines)
    return Preview(
        to_make=counts["to_make"],
        there=counts["created"],
        being_made=counts["being_made"],
        retired=counts["retired"],
        in_all_after=in_all + new,
        by_level=dict(by_level),
    )


def plan_codes(
    session: Session, wanted: Wanted, gazetteer: Gazetteer, title: str, staff_id: int | None, now: datetime
) -> Task:
    """
    Note down what has to be made, and the task that is to make it.

    NothingToMake when there is nothing; TooManyCodes beyond the platform's limit; Busy when somebody plans
    the same at this moment.
    """
    lines = list(outlines(wanted, gazetteer))
    if not lines:
        raise NothingToMake(NOTHING_CHOSEN)
    foreseen = preview(session.connection(), wanted, gazetteer)
    if foreseen.is_too_many:
        raise TooManyCodes(
            f"一个公众号最多有{MAX_PERMANENT_CODES}个永久二维码，这样会到{foreseen.in_all_after}个。请少选一些。"
        )
    if not foreseen.to_make:
        raise NothingToMake
    task = ask_task(session, TASK_KIND, title, wanted.dump(), staff_id, now)
    states = _states(session.connection(), [line.scene for line in lines])
    fresh = [
        {
            "scene": line.scene,
            "kind": line.kind,
            "subject_code": line.subject_code,
            "material": line.material,
            "state": "planned",
            "source": "made",
            "ticket": "",
            "url": "",
            "reason": "",
            "task_id": task.id,
            "planned_by": staff_id,
            "planned_at": now,
        }
        for line in lines
        if line.scene not in states
    ]
    try:
        if fresh:
            session.execute(insert(QrCode), fresh)
    except IntegrityError as error:
        raise Busy("有人同时在生成同样的二维码，请稍等一下再点一次。") from error
    left_over = [line.scene for line in lines if _fate(states.get(line.scene)) == "to_make"]
    _take_over(session, [scene for scene in left_over if scene in states], task.id)
    task.total = foreseen.to_make
    return task


def plan_left_over(session: Session, title: str, staff_id: int | None, now: datetime) -> Task:
    """A task for everything that was planned and not made, whatever became of its own task."""
    unmade = list(session.scalars(_left_over()))
    if not unmade:
        raise NothingToMake
    task = ask_task(session, TASK_KIND, title, {}, staff_id, now)
    _take_over(session, unmade, task.id)
    task.total = len(unmade)
    return task


def count_left_over(connection: Connection) -> int:
    """How many codes were planned, are not made, and wait for nobody."""
    return connection.execute(select(func.count()).select_from(_left_over().subquery())).scalar_one()


def _left_over() -> Any:
    alive = select(Task.id).where(Task.state.not_in(OVER))
    return select(QrCode.scene).where(
        QrCode.state.in_(UNMADE), QrCode.task_id.is_(None) | QrCode.task_id.not_in(alive)
    )


def _take_over(session: Session, scenes: list[str], task_id: int) -> None:
    for some in _batches(scenes):
        session.execute(
            update(QrCode)
            .where(QrCode.scene.in_(some), QrCode.state.in_(UNMADE))
            .values(state="planned", reason="", task_id=task_id)
        )


def _states(connection: Connection, scenes: list[str]) -> dict[str, tuple[str, bool]]:
    """Scene → its state, and whether a task that is not over is to make it."""
    found: dict[str, tuple[str, bool]] = {}
    for some in _batches(scenes):
        rows = connection.execute(
            select(QrCode.scene, QrCode.state, Task.state)
            .outerjoin(Task, Task.id == QrCode.task_id)
            .where(QrCode.scene.in_(some))
        )
        for scene, state, task_state in rows:
            found[scene] = (state, task_state is not None and task_state not in OVER)
    return found


def _fate(state: tuple[str, bool] | None) -> str:
    if state is None:
        return "to_make"
    name, is_waited_for = state
    if name in UNMADE:
        return "being_made" if is_waited_for and name != "failed" else "to_make"
    return name


def _places_in(wanted: Wanted, gazetteer: Gazetteer, county_code: str) -> Iterator[str]:
    if "county" in wanted.levels:
        yield county_code
    for township in gazetteer.children(county_code):
        if "township" in wanted.levels:
            yield township.code
        if "village" in wanted.levels:
            yield from (village.code for village in gazetteer.children(township.code))


def _level(line: Outline) -> str:
    if line.kind == "unit":
        return "unit"
    return {6: "county", 9: "township"}.get(len(line.subject_code), "village")


def _batches(scenes: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(scenes), _SCENES_AT_ONCE):
        yield scenes[start : start + _SCENES_AT_ONCE]
