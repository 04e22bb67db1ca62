"""
Long lists of items: the worker reads what they would change, and writes them once that was confirmed.

The file is the one that was handed in (`core.tasks.uploads`). What it would change is kept beside it; its
mark confirms that what was shown is done, all of it or nothing. Rows count as done when they are stored: it
is one transaction, beside which nothing could be told.
"""

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.audit.acts import Act, about
from core.audit.service import record
from core.audit.who import Who
from core.clock import Clock, local_day
from core.errors import BadInput
from core.people.models import Staff
from core.people.reach import EVERYTHING
from core.people.roles import Role
from core.places.service import load_gazetteer
from core.rectification.authors import Author
from core.rectification.loading import Line, read_items
from core.rectification.plan import Plan, ShownDiffers, apply_plan, plan_load
from core.rectification.shown import Shown, faults_of, shown_of
from core.tasks.running import Made, TaskHold
from core.tasks.service import ask_task
from core.tasks.uploads import keep_beside, read_beside, read_upload

LOOK_KIND, LOAD_KIND = "items.look", "items.load"
# Whoever hands in a larger file, or confirms more rows, is not made to wait: some thousand rows of xlsx take
# a second.
LARGE_BYTES = 150 * 1024
LARGE_ROWS = 300
_SHOWN = "shown.json"


def ask_look(session: Session, key: str, name: str, staff_id: int, clock: Clock) -> int:
    """Note that somebody wants to see what the file `key` would change; the task's number."""
    return ask_task(
        session, LOOK_KIND, f"看看会改什么：{name}", {"key": key, "name": name}, staff_id, clock()
    ).id


def shown_before(var: Path, key: str) -> Shown | None:
    """What the worker found that file would change; None when it did not look yet."""
    kept = read_beside(var, key, _SHOWN)
    return Shown.from_json(kept) if kept is not None else None


def look_for_task(hold: TaskHold, engine: Engine, var: Path, clock: Clock) -> Made:
    """See `core.tasks.running.Work`. What is wrong with the file is an outcome as well."""
    key = str(hold.params["key"])
    hold.expect(2)
    try:
        lines = _read(hold, engine, var, clock)
        hold.step()
        with Session(engine) as looking:
            shown = shown_of(plan_load(looking, lines, str(hold.params["name"])))
    except BadInput as error:
        shown = faults_of(error)
    keep_beside(var, key, _SHOWN, shown.as_json())
    hold.step()
    return Made(shown.words or f"表里有{len(shown.faults) + shown.more_faults}处要改。")


def ask_load(session: Session, key: str, name: str, mark: str, staff_id: int, clock: Clock) -> int:
    """Note that the file `key` is to be written as `mark` was shown; the task's number."""
    params = {"key": key, "name": name, "mark": mark}
    return ask_task(session, LOAD_KIND, f"导入整改事项：{name}", params, staff_id, clock()).id


def load_for_task(hold: TaskHold, engine: Engine, var: Path, clock: Clock) -> Made:
    """See `core.tasks.running.Work`. Harmless a second time: what is written already is no difference."""
    lines = _read(hold, engine, var, clock)
    hold.expect(len(lines))
    with Session(engine) as session, session.begin():
        plan = plan_load(session, lines, str(hold.params["name"]))
        if not plan.is_idle:
            _write(session, plan, hold, clock)
    hold.step(len(lines))
    return Made(f"导入好了。{plan}。" if not plan.is_idle else "导入好了，表里的都在系统里了。")


def _read(hold: TaskHold, engine: Engine, var: Path, clock: Clock) -> list[Line]:
    content = read_upload(var, str(hold.params["key"]))
    with Session(engine) as looking:
        gazetteer = load_gazetteer(looking.connection())
    return read_items(content, gazetteer, local_day(clock()), str(hold.params["name"]))


def _write(session: Session, plan: Plan, hold: TaskHold, clock: Clock) -> None:
    if plan.mark != hold.params["mark"]:
        raise ShownDiffers
    staff = session.get_one(Staff, hold.asked_by)
    apply_plan(session, plan, Author.staff(staff.id, Role.OFFICE, EVERYTHING), clock())
    who = Who.staff(staff.id, staff.name)
    record(session, Act.LIST_LOADED, who, about("list", "items"), {"结果": str(plan)})
