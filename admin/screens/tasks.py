"""
Long work somebody asked for: how far it is, stopping it, and taking the file it made.

The page asks for itself again while the work goes on, without a script. Everybody sees what they asked for
themselves; the office and auditors see all.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import g, redirect, render_template, request, send_file, url_for

from admin.audit import note_view
from admin.filters import PAGE_SIZE, read_page
from admin.guard import BY_ITSELF
from admin.paging import Paging
from admin.parts import parts
from admin.routes import ANY_STAFF, LOOKERS, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.exports.wishes import TASK_KIND as EXPORT_ANSWERS
from core.exports.wishes import NotForRaw
from core.people.roles import Role
from core.rectification.large_loads import LOOK_KIND
from core.tasks.service import (
    NoSuchTask,
    TaskView,
    Viewer,
    count_tasks,
    file_of,
    get_task,
    list_tasks,
    stop_task,
)

REFRESH_SECONDS = 2
# Where each kind of work was asked for: the endpoint to go back to, and what its page is called.
ASKED_AT: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ballots.slips": ("rounds", "调查"),
        "feedback.reports": ("rounds", "调查"),
        "codes.create": ("codes", "二维码"),
        "codes.posters": ("posters", "海报"),
        "items.load": ("items", "整改事项"),
        "items.look": ("item_load", "导入"),
        EXPORT_ANSWERS: ("rounds", "调查"),
    }
)
ELSEWHERE = ("tasks", "后台在做什么")


def viewer() -> Viewer:
    """Whoever is signed in, as far as tasks are concerned."""
    return Viewer(g.staff.staff_id, g.staff.role)


def index() -> str:
    """All of them, newest first."""
    page = read_page(request.args)
    with parts().reading() as connection:
        paging = Paging(page, count_tasks(connection, viewer()), PAGE_SIZE)
        tasks = list_tasks(connection, viewer(), offset=paging.offset, limit=paging.size)
    return render_template("tasks.html", tasks=tasks, paging=paging)


def show(task_id: int) -> Any:
    """One of them. What was only to be looked at is shown as soon as it is there."""
    task = _task(task_id)
    if task.kind == LOOK_KIND and task.state == "done":
        return redirect(url_for("item_load_preview", **json.loads(task.params)), code=303)
    refresh = REFRESH_SECONDS if task.state in ("waiting", "running") else None
    asked_at = ASKED_AT.get(task.kind, ELSEWHERE)
    return render_template(
        "task.html", task=task, refresh_seconds=refresh, by_itself=BY_ITSELF, asked_at=asked_at
    )


def take(task_id: int) -> Any:
    """The file it made."""
    task = _task(task_id)
    if task.kind == EXPORT_ANSWERS and task.wishes["raw"] and g.staff.role != Role.OFFICE:
        raise NotForRaw
    path = file_of(parts().settings.var, task)
    details = {"内容": task.title, "条数": task.file_rows, "SHA-256": task.file_sha256[:16]}
    note_view(Act.FILE_TAKEN, about("job", task.id), details)
    sent = send_file(path, as_attachment=True, download_name=task.file_name)
    sent.headers["Cache-Control"] = "no-store"
    return sent


def stop(task_id: int) -> Any:
    """Let it be."""
    task = _task(task_id)
    if not (g.staff.role == "office" or task.asked_by == g.staff.staff_id):
        raise NoSuchTask
    with parts().writing() as session:
        stop_task(session, task.id, parts().clock())
        record(session, Act.JOB_STOPPED, g.staff.who, about("job", task.id), {"内容": task.title})
    return redirect(url_for("task", task_id=task_id), code=303)


def _task(task_id: int) -> TaskView:
    with parts().reading() as connection:
        return get_task(connection, task_id, viewer())


ROUTES = (
    Route("/tasks/", "tasks", index, LOOKERS),
    Route("/tasks/<int:task_id>", "task", show, ANY_STAFF),
    Route("/tasks/<int:task_id>/file", "task_file", take, ANY_STAFF),
    Route("/tasks/<int:task_id>/stop", "task_stop", stop, ANY_STAFF, methods=("POST",)),
)
