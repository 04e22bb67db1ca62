"""Loading a list of items: the file, what it would change, a confirmation; a long one is written later."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from admin.item_roles import author
from admin.parts import parts
from admin.routes import OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import local_day
from core.errors import BadInput, Refused
from core.rectification.large_loads import LARGE_BYTES, LARGE_ROWS, ask_load, ask_look, shown_before
from core.rectification.loading import read_items
from core.rectification.plan import Plan, ShownDiffers, apply_plan, codes_in_words, plan_load
from core.rectification.service import known_subjects
from core.rectification.shown import Shown, faults_of, shown_of
from core.tasks.uploads import UploadGone, keep_upload, read_upload

MAX_FILE_BYTES = 20 * 2**20


def choose() -> Any:
    """The file; what it would change is on its preview, for a large one after the worker has looked."""
    if request.method == "GET":
        return render_template("item_load.html", faults=(), more=0)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _with_faults(Shown(faults=("请先选一个文件，再点“看看会改什么”。",)))
    name, content = sent.filename[-80:], sent.read()
    key = keep_upload(parts().settings.var, content)
    if len(content) <= LARGE_BYTES:
        return redirect(url_for("item_load_preview", key=key, name=name), code=303)
    with parts().writing() as writing:
        task_id = ask_look(writing, key, name, g.staff.staff_id, parts().clock)
    return _to_task(task_id)


def preview(key: str) -> Any:
    """Every difference; confirmed, it is applied as it was shown, or not at all."""
    name = request.args.get("name", "")[-80:]
    content = read_upload(parts().settings.var, key)
    is_large = len(content) > LARGE_BYTES
    problem = ""
    if request.method == "POST":
        mark = request.form.get("mark", "")
        if is_large or request.form.get("large"):
            with parts().writing() as writing:
                task_id = ask_load(writing, key, name, mark, g.staff.staff_id, parts().clock)
            return _to_task(task_id)
        try:
            told = _applied(content, name, mark)
            flash(f"导入好了。{told}。")
            return redirect(url_for("items"), code=303)
        except Refused as error:
            problem = str(error)
    shown = shown_before(parts().settings.var, key) if is_large else _shown(content, name)
    if shown is None:
        raise UploadGone
    if shown.faults:
        return _with_faults(shown)
    with parts().reading() as connection, Session(bind=connection) as looking:
        names = known_subjects(looking)
    return render_template(
        "item_load_preview.html",
        shown=shown,
        name=name,
        problem=problem,
        is_large=is_large or shown.to_write > LARGE_ROWS,
        in_words=lambda words: codes_in_words(words, names),
        names=names,
    ), (409 if problem else 200)


def _to_task(task_id: int) -> Any:
    """The worker does it; its page tells how far it is."""
    parts().wake_worker()
    return redirect(url_for("task", task_id=task_id), code=303)


def _shown(content: bytes, name: str) -> Shown:
    try:
        return shown_of(_plan(content, name))
    except BadInput as error:
        return faults_of(error)


def _plan(content: bytes, name: str) -> Plan:
    now = parts().clock()
    with parts().reading() as connection, Session(bind=connection) as looking:
        lines = read_items(content, parts().catalog(connection).gazetteer, local_day(now), name)
        return plan_load(looking, lines, name)


def _applied(content: bytes, name: str, mark: str) -> str:
    now = parts().clock()
    with parts().reading() as connection:
        lines = read_items(content, parts().catalog(connection).gazetteer, local_day(now), name)
    with parts().writing() as writing:
        plan = plan_load(writing, lines, name)
        if plan.mark != mark:
            raise ShownDiffers
        apply_plan(writing, plan, author(), now)
        record(writing, Act.LIST_LOADED, g.staff.who, about("list", "items"), {"结果": str(plan)})
    return str(plan)


def _with_faults(shown: Shown) -> Any:
    return render_template("item_load.html", faults=shown.faults, more=shown.more_faults), 400


ROUTES = (
    Route("/items/load", "item_load", choose, OFFICE, methods=("GET", "POST"), max_bytes=MAX_FILE_BYTES),
    Route("/items/load/<key>", "item_load_preview", preview, OFFICE, methods=("GET", "POST")),
)
