"""What is set aside in a round, with rule and reason; the office takes back one or many, for a reason."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from admin.filters import PAGE_SIZE, questionnaire_title, read_choice, read_page, read_round
from admin.paging import MOST_COUNTED, Paging
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import Refused
from core.people.roles import Role
from core.quality.listing import DECIDERS, Wanted, count_listed, list_set_aside, take_back
from core.quality.service import count_set_aside
from core.quality.thresholds import RULES
from core.reports.progress import in_all
from core.reports.scope import Scope
from core.responses.ids import public_id, response_id_of

MAX_CODE_CHARS = 64


def index(round_id: int) -> str:
    """The list, newest first."""
    return _page(round_id)


def back(round_id: int) -> Any:
    """Take back those that are ticked."""
    ids = [found for each in request.form.getlist("id") if (found := response_id_of(each)) is not None]
    try:
        with parts().writing() as writing:
            reason = request.form.get("reason", "")
            done = take_back(writing, ids, g.staff.staff_id, reason, parts().clock())
            for response_id in done:
                on = about("response", public_id(response_id))
                record(writing, Act.RESPONSE_TAKEN_BACK, g.staff.who, on)
    except Refused as error:
        return _page(round_id, str(error), frozenset(request.form.getlist("id"))), 409
    flash(f"恢复了{len(done)}份，又算进结果了。")
    kept: dict[str, Any] = dict(request.args.items())
    return redirect(url_for("set_aside", round_id=round_id, **kept), code=303)


def _page(round_id: int, refusal: str = "", ticked: frozenset[str] = frozenset()) -> str:
    given = request.args
    args = {
        "rule": read_choice(given, "rule", RULES, "规则"),
        "by": read_choice(given, "by", DECIDERS, "筛选"),
        "code": given.get("code", "").strip()[:MAX_CODE_CHARS],
    }
    page = read_page(given)
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        entry = read_round(catalog, round_id)
        wanted = Wanted(round_id=entry.id, rule=args["rule"], decider=args["by"], code=args["code"])
        paging = Paging.of_counted(page, count_listed(connection, wanted, MOST_COUNTED), PAGE_SIZE)
        lines = list_set_aside(connection, wanted, paging.offset, paging.size)
        counted = count_set_aside(connection, entry.id)
        everything = Scope(round_id=entry.id, reach=g.staff.reach, with_set_aside=True)
        complete = in_all(connection, everything).complete
    return render_template(
        "set_aside.html",
        entry=entry,
        counted=counted,
        complete=complete,
        lines=lines,
        paging=paging,
        args={name: value for name, value in args.items() if value},
        titles={each.id: questionnaire_title(each) for each in entry.questionnaires.values()},
        gazetteer=catalog.gazetteer,
        may_decide=g.staff.role == Role.OFFICE,
        refusal=refusal,
        ticked=ticked,
        reason=request.form.get("reason", ""),
    )


ROUTES = (
    Route("/rounds/<int:round_id>/set-aside", "set_aside", index, LOOKERS),
    Route("/rounds/<int:round_id>/set-aside/back", "set_aside_back", back, OFFICE, methods=("POST",)),
)
