"""Feedback reports: one for each county and unit, to hand over; whoever is tied to one takes their own."""

import io
from typing import Any

from flask import g, redirect, render_template, request, send_file, url_for

from admin.audit import note_view
from admin.downloads import checksum_of, dated_name
from admin.error_pages import BadFilter
from admin.filters import read_round
from admin.parts import parts
from admin.routes import LOOKERS, RESULT_READERS, Route
from core.audit.acts import Act, about
from core.audit.chain import Details
from core.audit.exported import CHECKSUM, TASK
from core.audit.service import record
from core.feedback.report import TASK_KIND, feedback, find_subject, subjects
from core.people.reach import EVERYTHING
from core.reports.progress import by_county, by_unit
from core.reports.scope import Scope
from core.reports.small_groups import MIN_GROUP
from core.results.ranking import LEAST_N
from core.tasks.service import ask_task

MOST_LEAST_N = 100_000


def index(round_id: int) -> str:
    """Whose reports there are, with how many answered."""
    least_n = _least_n(request.args.get("least", ""))
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        entry = read_round(catalog, round_id)
        listed = subjects(catalog.gazetteer, g.staff.reach, entry)
        complete: dict[str, int] = {}
        for kind, audience, read in (("county", "residents", by_county), ("unit", "service_users", by_unit)):
            if audience in entry.questionnaires and any(each.kind == kind for each in listed):
                asked = entry.questionnaires[audience].id
                scope = Scope(round_id=entry.id, reach=g.staff.reach, questionnaire_id=asked)
                lines = read(connection, scope, catalog.gazetteer)
                complete |= {line.code: line.ended.complete for line in lines if line.code}
    return render_template(
        "feedback.html",
        entry=entry,
        groups=[
            (title, [each for each in listed if each.kind == kind])
            for kind, title in (("county", "县（区）"), ("unit", "单位"))
        ],
        complete=complete,
        least_n=least_n,
        least_given=str(least_n) if least_n != LEAST_N else None,
        min_group=MIN_GROUP,
        args={},
    )


def pdf(round_id: int, code: str) -> Any:
    """One report."""
    now, least_n = parts().clock(), _least_n(request.args.get("least", ""))
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        entry = read_round(catalog, round_id)
        subject = find_subject(catalog.gazetteer, code, g.staff.reach)
        report = feedback(connection, catalog.gazetteer, entry, subject, now, least_n)
    # Typst is large; only who wants a page on paper loads it.
    from qrcodes.feedback_paper import feedback_pdf

    title = f"{subject.name}反馈报告"
    made = feedback_pdf(report, parts().settings.office, now)
    details: Details = {"格式": "pdf", CHECKSUM: checksum_of(made), "表": title, "调查": entry.name}
    note_view(Act.LIST_EXPORTED, about("unit", code), {**details, "份数": report.own.n})
    sent = send_file(
        io.BytesIO(made),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=dated_name(title, "pdf"),
    )
    sent.headers["Cache-Control"] = "no-store"
    return sent


def ask_for_all(round_id: int) -> Any:
    """All of them in a ZIP, made by the worker."""
    least_n = _least_n(request.form.get("least", ""))
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        entry = read_round(catalog, round_id)
        count = len(subjects(catalog.gazetteer, EVERYTHING, entry))
    title = f"{entry.name}的反馈报告（{count}份）"
    wishes = {"round_id": entry.id, "least_n": least_n}
    with parts().writing() as session:
        task = ask_task(session, TASK_KIND, title, wishes, g.staff.staff_id, parts().clock())
        task.total = count
        details: Details = {
            "格式": "zip",
            "表": "全部反馈报告",
            "调查": entry.name,
            "份数": count,
            TASK: task.id,
        }
        record(session, Act.LIST_EXPORTED, g.staff.who, about("job", task.id), details)
        task_id = task.id
    parts().wake_worker()
    return redirect(url_for("task", task_id=task_id), code=303)


def _least_n(given: str) -> int:
    if not given:
        return LEAST_N
    if not (given.isascii() and given.isdigit() and len(given) <= 6 and 1 <= int(given) <= MOST_LEAST_N):
        raise BadFilter(f"“不到多少份不排名次”要填1到{MOST_LEAST_N}的整数，不能是“{given[:20]}”。")
    return int(given)


ROUTES = (
    Route("/rounds/<int:round_id>/feedback", "feedback", index, RESULT_READERS),
    Route("/rounds/<int:round_id>/feedback/<code>", "feedback_pdf", pdf, RESULT_READERS),
    Route("/rounds/<int:round_id>/feedback", "feedback_all", ask_for_all, LOOKERS, methods=("POST",)),
)
