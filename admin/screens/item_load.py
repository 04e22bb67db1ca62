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
from core.rectification.large_loads import LARGE, ask_load
from core.rectification.loading import read_items
from core.rectification.plan import Plan, ShownDiffers, apply_plan, codes_in_words, plan_load
from core.rectification.service import known_subjects
from core.tasks.uploads import keep_upload, read_upload

MAX_FILE_BYTES = 20 * 2**20
SHOWN_FAULTS = 100
SHOWN_CHANGES = 200


def choose() -> Any:
    """The file; one that can be read leads to its preview."""
    if request.method == "GET":
        return render_template("item_load.html", faults=(), more=0)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _with_faults(["请先选一个文件，再点“看看会改什么”。"])
    name = sent.filename[-80:]
    # What is wrong with it is told on the next page: reading it here as well would take twice as long.
    key = keep_upload(parts().settings.var, sent.read())
    return redirect(url_for("item_load_preview", key=key, name=name), code=303)


def preview(key: str) -> Any:
    """Every difference; confirmed, it is applied as it was shown, or not at all."""
    name = request.args.get("name", "")[-80:]
    content = read_upload(parts().settings.var, key)
    problem = ""
    if request.method == "POST":
        if request.form.get("large"):
            return _asked(key, name, request.form.get("mark", ""))
        try:
            told = _applied(content, name, request.form.get("mark", ""))
            flash(f"导入好了。{told}。")
            return redirect(url_for("items"), code=303)
        except Refused as error:
            problem = str(error)
    try:
        plan = _plan(content, name)
    except BadInput as error:
        return _with_faults([str(fault) for fault in error.faults])
    with parts().reading() as connection, Session(bind=connection) as looking:
        names = known_subjects(looking)
    return render_template(
        "item_load_preview.html",
        plan=plan,
        name=name,
        problem=problem,
        shown=SHOWN_CHANGES,
        is_large=len(plan.of("new")) + len(plan.of("changed")) > LARGE,
        in_words=lambda words: codes_in_words(words, names),
        names=names,
    ), (409 if problem else 200)


def _asked(key: str, name: str, mark: str) -> Any:
    """The worker writes it; its page tells how far it is."""
    with parts().writing() as writing:
        task_id = ask_load(writing, key, name, mark, g.staff.staff_id, parts().clock)
    parts().wake_worker()
    return redirect(url_for("task", task_id=task_id), code=303)


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


def _with_faults(faults: list[str]) -> Any:
    return render_template(
        "item_load.html", faults=faults[:SHOWN_FAULTS], more=max(len(faults) - SHOWN_FAULTS, 0)
    ), 400


ROUTES = (
    Route("/items/load", "item_load", choose, OFFICE, methods=("GET", "POST"), max_bytes=MAX_FILE_BYTES),
    Route("/items/load/<key>", "item_load_preview", preview, OFFICE, methods=("GET", "POST")),
)
