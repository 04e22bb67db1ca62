"""Reminders: the rules and when they fired, what would go out, what reached the office, reminding now."""

from datetime import datetime
from typing import Any

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from admin.error_pages import BadFilter
from admin.forms import TIME_FORMATS
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import SHANGHAI, local, local_day
from core.outbox.kinds import KIND_WORDS
from core.outbox.listing import halts_now
from core.people.reach import EVERYTHING
from core.rectification.lists import Due, Wanted, count_items
from core.rectification.service import known_subjects
from core.reminders import service
from core.reminders.planning import effective_time
from core.reminders.rules import Rules, read_rules
from core.workdays.service import load_workdays, unknown_words, unknown_year


def index() -> str:
    """The rules, the office's own list, and reminding by hand."""
    now = parts().clock()
    with parts().reading() as connection, Session(connection) as looking:
        workdays = load_workdays(connection, any_time=parts().settings.sending.any_time)
        year = unknown_year(workdays, now)
        return render_template(
            "reminders.html",
            rules=_rules(),
            fired=service.fired(looking),
            escalated=service.escalated(looking),
            escalated_count=service.count_escalated(looking),
            overdue=count_items(looking, Wanted(due=Due.OVERDUE), EVERYTHING, local_day(now)),
            names=known_subjects(looking),
            halts=halts_now(connection, now),
            KIND_WORDS=KIND_WORDS,
            unknown=unknown_words(year) if year else "",
            is_working_time=workdays.is_working_time(now),
            next_time=workdays.next_working_time(now),
        )


def preview() -> str:
    """What would go out at a time; nothing is sent."""
    now = parts().clock()
    asked = _moment(request.args.get("at", ""), now)
    any_time = parts().settings.sending.any_time
    with parts().reading() as connection, Session(connection) as looking:
        workdays = load_workdays(connection, any_time=any_time)
        at = effective_time(_rules(), workdays, asked)
        year = unknown_year(workdays, asked)
        plan = service.preview(looking, _rules(), at, any_time=any_time)
        names = known_subjects(looking)
    return render_template(
        "reminders_preview.html",
        plan=plan,
        asked=asked,
        asked_value=f"{local(asked):%Y-%m-%dT%H:%M}",
        names=names,
        unknown=unknown_words(year) if year else "",
        KIND_WORDS=KIND_WORDS,
    )


def seen(reminder_id: int) -> Any:
    """The office has dealt with what was escalated to it."""
    with parts().writing() as writing:
        service.mark_seen(writing, reminder_id, g.staff.staff_id, parts().clock())
        record(writing, Act.ESCALATION_SEEN, g.staff.who, about("message", reminder_id))
    return redirect(url_for("reminders") + "#escalated", code=303)


def _rules() -> Rules:
    return read_rules(parts().settings.sending.rules)


def _moment(given: str, now: datetime) -> datetime:
    if not given:
        return now
    for form in TIME_FORMATS:
        try:
            found = datetime.strptime(given, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
        if 2020 <= found.year <= 2100:
            return found
    raise BadFilter(f"看不懂时间“{given[:20]}”。请写成 2026-11-21 09:00 这样。")


ROUTES = (
    Route("/reminders", "reminders", index, LOOKERS),
    Route("/reminders/preview", "reminders_preview", preview, LOOKERS),
    Route("/reminders/<int:reminder_id>/seen", "reminder_seen", seen, OFFICE, methods=("POST",)),
)
