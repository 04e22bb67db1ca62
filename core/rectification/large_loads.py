"""
A long list of items, looked at in the browser and confirmed: the worker writes it, as shown or not at all.

The file is the one that was handed in (`core.tasks.uploads`); the mark says what was shown of it. Rows count
as done when they are stored: it is one transaction, beside which nothing could be told.
"""

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.audit.acts import Act, about
from core.audit.service import record
from core.audit.who import Who
from core.clock import Clock, local_day
from core.people.models import Staff
from core.people.reach import EVERYTHING
from core.people.roles import Role
from core.places.service import load_gazetteer
from core.rectification.authors import Author
from core.rectification.loading import read_items
from core.rectification.plan import Plan, ShownDiffers, apply_plan, plan_load
from core.tasks.running import Made, TaskHold
from core.tasks.service import ask_task
from core.tasks.uploads import read_upload

TASK_KIND = "items.load"
# With more rows to write than this, whoever confirms is not made to wait.
LARGE = 300


def ask_load(session: Session, key: str, name: str, mark: str, staff_id: int, clock: Clock) -> int:
    """Note that the file `key` is to be written as `mark` was shown; the task's number."""
    params = {"key": key, "name": name, "mark": mark}
    return ask_task(session, TASK_KIND, f"导入整改事项：{name}", params, staff_id, clock()).id


def load_for_task(hold: TaskHold, engine: Engine, var: Path, clock: Clock) -> Made:
    """See `core.tasks.running.Work`. Harmless a second time: what is written already is no difference."""
    now = clock()
    name = str(hold.params["name"])
    content = read_upload(var, str(hold.params["key"]))
    with Session(engine) as looking:
        lines = read_items(content, load_gazetteer(looking.connection()), local_day(now), name)
    hold.expect(len(lines))
    with Session(engine) as session, session.begin():
        plan = plan_load(session, lines, name)
        if not plan.is_idle:
            _write(session, plan, hold, clock)
    hold.step(len(lines))
    return Made(f"导入好了。{plan}。" if not plan.is_idle else "导入好了，表里的都在系统里了。")


def _write(session: Session, plan: Plan, hold: TaskHold, clock: Clock) -> None:
    if plan.mark != hold.params["mark"]:
        raise ShownDiffers
    staff = session.get_one(Staff, hold.asked_by)
    apply_plan(session, plan, Author.staff(staff.id, Role.OFFICE, EVERYTHING), clock())
    who = Who.staff(staff.id, staff.name)
    record(session, Act.LIST_LOADED, who, about("list", "items"), {"结果": str(plan)})
