"""Reminding now, of one item, of one unit's, of all that is overdue: what would go out, and the button."""

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from admin.parts import parts
from admin.routes import OFFICE, Route
from admin.screens.login import where_to
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import Refused
from core.rectification.service import known_subjects
from core.reminders import urging
from core.reminders.urging import Urging
from core.workdays.service import load_workdays

MAX_NUMBER_DIGITS = 7


class NotAsked(Refused):
    """What was asked for names nothing that could be reminded of."""


def sure() -> Any:
    """What would go out, to how many; nothing is sent."""
    now, asked = parts().clock(), request.args
    try:
        with parts().reading() as connection, Session(connection) as looking:
            names = known_subjects(looking)
            planned = _planned(looking, asked, names)
            workdays = load_workdays(connection, any_time=parts().settings.sending.any_time)
    except Refused as refusal:
        flash(str(refusal))
        return redirect(_back(asked), code=303)
    return render_template(
        "urge_sure.html",
        asked={name: asked[name] for name in ("item", "unit", "overdue", "back") if asked.get(name)},
        planned=planned,
        names=names,
        back=_back(asked),
        is_working_time=workdays.is_working_time(now),
        next_time=workdays.next_working_time(now),
    )


def urge() -> Any:
    """Remind now."""
    now, asked = parts().clock(), request.form
    try:
        with parts().writing() as writing:
            count = urging.urge(writing, _planned(writing, asked, known_subjects(writing)), now)
            record(writing, Act.REMINDED, g.staff.who, _about(asked), {"条数": count})
    except Refused as refusal:
        flash(str(refusal))
        return redirect(_back(asked), code=303)
    with parts().reading() as connection:
        workdays = load_workdays(connection, any_time=parts().settings.sending.any_time)
    when = "马上就发" if workdays.is_working_time(now) else "现在不是工作时间，上班后就发"
    flash(f"{count}条提醒排进队里了，{when}。发得怎样，看“发件箱”。")
    return redirect(_back(asked), code=303)


def _planned(session: Session, asked: Mapping[str, str], names: Mapping[str, str]) -> Urging:
    now = parts().clock()
    if asked.get("overdue"):
        return urging.of_overdue(session, now)
    if (code := asked.get("unit", "")) or "unit" in asked:
        if code not in names:
            raise NotAsked("请选一个单位。")
        return urging.of_unit(session, code, now)
    return urging.of_item(session, _number(asked), now)


def _number(asked: Mapping[str, str]) -> int:
    given = asked.get("item", "").strip().removesuffix("号")
    if not (given.isascii() and given.isdigit() and len(given) <= MAX_NUMBER_DIGITS):
        raise NotAsked("请填事项的编号，比如 12。")
    return int(given)


def _about(asked: Mapping[str, str]) -> str:
    if asked.get("overdue"):
        return about("system", "overdue")
    return about("unit", asked["unit"]) if asked.get("unit") else about("item", _number(asked))


def _back(asked: Mapping[str, str]) -> str:
    """Where the button was pressed."""
    return where_to(asked["back"]) if asked.get("back") else url_for("reminders")


ROUTES = (
    Route("/reminders/urge", "urge", sure, OFFICE),
    Route("/reminders/urge", "urge_now", urge, OFFICE, methods=("POST",)),
)
