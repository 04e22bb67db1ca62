"""Responses one by one, without identity: the list, and one of them."""

from dataclasses import replace
from typing import Any

from flask import g, redirect, render_template, request, url_for

from admin.audit import note_view
from admin.filters import PAGE_SIZE, bounds, questionnaire_title, read_choice, read_days, read_page, read_view
from admin.paging import MOST_COUNTED, Paging
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.people.roles import Role
from core.quality.service import NoReason, NothingToChange, decide, decisions_on
from core.reports.answered import (
    STATUSES,
    NoSuchResponse,
    Wanted,
    count_responses,
    find_response,
    list_responses,
    shown_one_by_one,
)
from core.responses.ids import public_id, response_id_of


def index(round_id: int) -> str:
    """The list, newest first."""
    status = read_choice(request.args, "status", STATUSES, "状态")
    first, last = read_days(request.args)
    since, until = bounds(first, last)
    page = read_page(request.args)
    with parts().reading() as connection:
        view = read_view(parts().catalog(connection), round_id, request.args)
        shown = shown_one_by_one(view.questionnaires)
        # A list of single responses shows what was set aside, too, and says so.
        scope = replace(view.scope, with_set_aside=True)
        wanted = Wanted(scope=scope, questionnaire_ids=shown, status=status, since=since, until=until)
        paging = Paging.of_counted(page, count_responses(connection, wanted, MOST_COUNTED), PAGE_SIZE)
        lines = list_responses(connection, wanted, paging.offset, paging.size)
    return render_template(
        "responses.html",
        view=view,
        lines=lines,
        titles={each.id: questionnaire_title(each) for each in view.questionnaires},
        paging=paging,
        status=status,
        statuses=STATUSES,
        first=first,
        last=last,
        some_are_hidden=len(shown) < len(view.questionnaires),
    )


def show(response: str) -> str:
    """One response: its questions and answers."""
    return _shown(response)


def decide_on(response: str) -> Any:
    """Set it aside, or take it back, with a reason."""
    response_id = _id_of(response)
    aside = request.form.get("aside") == "1"
    try:
        with parts().writing() as writing:
            decide(
                writing,
                response_id,
                aside=aside,
                staff_id=g.staff.staff_id,
                reason=request.form.get("reason", ""),
                now=parts().clock(),
            )
            act = Act.RESPONSE_SET_ASIDE if aside else Act.RESPONSE_TAKEN_BACK
            record(writing, act, g.staff.who, about("response", public_id(response_id)))
    except (NoReason, NothingToChange) as error:
        return _shown(response, str(error)), 409
    return redirect(url_for("response", response=response), code=303)


def _id_of(response: str) -> int:
    response_id = response_id_of(response)
    if response_id is None:
        raise NoSuchResponse
    return response_id


def _shown(response: str, refusal: str = "") -> str:
    response_id = _id_of(response)
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        questionnaires = {
            (entry.id, each.id): each for entry in catalog.rounds for each in entry.questionnaires.values()
        }
        found = find_response(connection, response_id, g.staff.reach, questionnaires, catalog.gazetteer)
        decided = decisions_on(connection, response_id)
        media_ids = [media.media_id for answer in found.answers for media in answer.media]
        kept = parts().find_media(connection, media_ids) if media_ids else {}
    note_view(Act.RESPONSE_SHOWN, about("response", response))
    return render_template(
        "response.html",
        found=found,
        entry=catalog.round(found.round_id),
        questionnaire=questionnaires[found.round_id, found.questionnaire_id],
        gazetteer=catalog.gazetteer,
        kept=kept,
        decisions=decided,
        may_decide=g.staff.role == Role.OFFICE and found.status == "complete",
        decide_error=refusal,
        reason=request.form.get("reason", ""),
        back=url_for("responses", round_id=found.round_id),
    )


ROUTES = (
    Route("/rounds/<int:round_id>/responses", "responses", index, LOOKERS),
    Route("/responses/<response>", "response", show, LOOKERS),
    Route("/responses/<response>/aside", "response_set_aside", decide_on, OFFICE, methods=("POST",)),
)
