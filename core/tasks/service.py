"""
Asking for long work, looking how far it is, stopping it, and taking the file it made.

`core.tasks.running` does the work. Whoever asks for something checks its wishes first: what is refused must
be refused at the form, not by a task that fails a minute later.
"""

import json
import logging
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound, Refused
from core.people.models import Staff
from core.people.roles import Role
from core.tasks.models import Task

log = logging.getLogger(__name__)

# States in which nobody works on it any more.
OVER = frozenset({"done", "failed", "stopped"})
FOLDER = "made"


class NoSuchTask(NotFound):
    """There is no such task, or it is somebody else's."""

    say = "没有这项任务，或者它不是您提交的。"


class FileGone(NotFound):
    """The file was deleted when its time was up, or never made."""

    say = "这个文件已经过期删掉了。请重新生成一次。"


class AlreadyOver(Refused):
    """There is nothing left to stop."""

    say = "这项任务已经结束，不用停。"


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as it stands; `asked_by_name` is '' when it was asked for by command."""

    id: int
    kind: str
    title: str
    params: str
    asked_by: int | None
    asked_by_name: str
    asked_at: datetime
    state: str
    next_at: datetime
    done: int
    total: int
    say: str
    ended_at: datetime | None
    file_name: str
    file_path: str
    file_bytes: int | None
    file_sha256: str
    file_rows: int | None
    expires_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER

    @property
    def share(self) -> float:
        """How far it is, 0 to 1."""
        if self.state == "done":
            return 1.0
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def has_file(self) -> bool:
        """Whether there is a file to take."""
        return self.state == "done" and bool(self.file_path)

    @property
    def wishes(self) -> dict[str, Any]:
        """The params as they were asked."""
        found: dict[str, Any] = json.loads(self.params)
        return found


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at tasks: the office and auditors see everybody's, others their own."""

    staff_id: int
    role: Role

    @property
    def sees_all(self) -> bool:
        """Whether tasks of others are shown."""
        return self.role in (Role.OFFICE, Role.AUDITOR)


def ask_task(
    session: Session, kind: str, title: str, params: Mapping[str, Any], staff_id: int | None, now: datetime
) -> Task:
    """Note that this is to be done; a worker takes it as soon as one is free."""
    task = Task(
        kind=kind,
        title=title,
        params=json.dumps(params, ensure_ascii=False, sort_keys=True),
        asked_by=staff_id,
        asked_at=now,
        state="waiting",
        next_at=now,
    )
    session.add(task)
    session.flush()
    log.info("task_asked", extra={"task_id": task.id, "kind": kind, "staff_id": staff_id})
    return task


def get_task(connection: Connection, task_id: int, viewer: Viewer) -> TaskView:
    """NoSuchTask also when it is there and the viewer may not see it."""
    row = connection.execute(_seen_by(viewer).where(Task.id == task_id)).one_or_none()
    if row is None:
        raise NoSuchTask
    return _view(row)


def list_tasks(
    connection: Connection, viewer: Viewer, kinds: Sequence[str] = (), offset: int = 0, limit: int = 20
) -> list[TaskView]:
    """Tasks of these kinds (() for all), newest first."""
    query = _of_kinds(_seen_by(viewer), kinds).order_by(Task.id.desc()).offset(offset).limit(limit)
    return [_view(row) for row in connection.execute(query)]


def tasks_of(connection: Connection, viewer: Viewer, ids: Collection[int]) -> dict[int, TaskView]:
    """Those of these tasks that are there and that the viewer may see."""
    query = _seen_by(viewer).where(Task.id.in_(ids))
    return {row.id: _view(row) for row in connection.execute(query)}


def count_tasks(connection: Connection, viewer: Viewer, kinds: Sequence[str] = ()) -> int:
    """How many tasks of these kinds (() for all) the viewer may see."""
    seen = _of_kinds(_seen_by(viewer), kinds).subquery()
    return connection.execute(select(func.count()).select_from(seen)).scalar_one()


def stop_task(session: Session, task_id: int, now: datetime) -> None:
    """Let it be. Whoever is at it notices at the next step; what was done stays done."""
    stopped = session.execute(
        update(Task)
        .where(Task.id == task_id, Task.state.not_in(OVER))
        .values(state="stopped", ended_at=now, say="有人按了停止。")
        .returning(Task.id)
    ).all()
    if not stopped:
        raise AlreadyOver
    log.info("task_stopped", extra={"task_id": task_id})


def file_of(var: Path, task: TaskView) -> Path:
    """Where the task's file lies; FileGone when it does not."""
    path = var / task.file_path
    if not task.has_file or not path.is_file():
        raise FileGone
    return path


def expire_by(connection: Connection, kinds: Sequence[str], moment: datetime) -> None:
    """Keep files made by tasks of these kinds no longer than this: somebody in them wants to be out."""
    connection.execute(
        update(Task)
        .where(Task.kind.in_(kinds), Task.file_path != "", Task.expires_at > moment)
        .values(expires_at=moment)
    )


def delete_expired(engine: Engine, var: Path, now: datetime) -> int:
    """Delete files whose time is up, and what crashes left behind; how many."""
    with engine.connect().execution_options(read_only=True) as connection:
        due = connection.execute(
            select(Task.id, Task.file_path).where(Task.file_path != "", Task.expires_at <= now)
        ).all()
    for task_id, file_path in due:
        (var / file_path).unlink(missing_ok=True)
        with engine.begin() as connection:
            connection.execute(update(Task).where(Task.id == task_id).values(file_path=""))
    return len(due) + _delete_strays(engine, var)


def _delete_strays(engine: Engine, var: Path) -> int:
    """Files no row names, of tasks that are over: a worker died between writing and noting it."""
    folder = var / FOLDER
    if not folder.is_dir():
        return 0
    with engine.connect().execution_options(read_only=True) as connection:
        kept = set(connection.scalars(select(Task.file_path).where(Task.file_path != "")))
        at_work = set(connection.scalars(select(Task.id).where(Task.state.not_in(OVER))))
    strays = [
        path
        for path in folder.iterdir()
        if str(path.relative_to(var)) not in kept and _task_of(path) not in at_work
    ]
    for path in strays:
        if path.is_dir():
            # What was being written when a worker was killed lies in a folder of its own.
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(strays)


def _task_of(path: Path) -> int:
    number = path.name.lstrip(".").partition("-")[0]
    return int(number) if number.isdecimal() else 0


def _seen_by(viewer: Viewer) -> Select[Any]:
    columns = [getattr(Task, each.name) for each in fields(TaskView) if each.name != "asked_by_name"]
    query = select(*columns, func.coalesce(Staff.name, "").label("asked_by_name")).outerjoin(
        Staff, Staff.id == Task.asked_by
    )
    return query if viewer.sees_all else query.where(Task.asked_by == viewer.staff_id)


def _of_kinds(query: Select[Any], kinds: Sequence[str]) -> Select[Any]:
    return query.where(Task.kind.in_(kinds)) if kinds else query


def _view(row: Row[Any]) -> TaskView:
    return TaskView(**row._mapping)
