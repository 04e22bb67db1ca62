"""Responses one by one, without identity: the list, and one of them."""

from flask import render_template, request, url_for

from admin.audit import note_view
from admin.filters import PAGE_SIZE, bounds, questionnaire_title, read_choice, read_days, read_page, read_view
from admin.paging import Paging
from admin.parts import parts
from admin.routes import LOOKERS, Route
from core.audit.acts import Act, about
from core.reports.answered import (
    STATUSES,
    NoSuchResponse,
    Wanted,
    count_responses,
    find_response,
    list_responses,
    shown_one_by_one,
)
from core.responses.ids import response_id_of


def index(round_id: int) -> str:
    """The list, newest first."""
    status = read_choice(request.args, "status", STATUSES, "状态")
    first, last = read_days(request.args)
    since, until = bounds(first, last)
    page = read_page(request.args)
    with parts().reading() as connection:
        view = read_view(parts().catalog(connection), round_id, request.args)
        shown = shown_one_by_one(view.questionnaires)
        wanted = Wanted(scope=view.scope, questionnaire_ids=shown, status=status, since=since, until=until)
        paging = Paging(page, count_responses(connection, wanted), PAGE_SIZE)
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
    response_id = response_id_of(response)
    if response_id is None:
        raise NoSuchResponse
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        questionnaires = {
            (entry.id, each.id): each for entry in catalog.rounds for each in entry.questionnaires.values()
        }
        found = find_response(connection, response_id, questionnaires, catalog.gazetteer)
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
        back=url_for("responses", round_id=found.round_id),
    )


ROUTES = (
    Route("/rounds/<int:round_id>/responses", "responses", index, LOOKERS),
    Route("/responses/<response>", "response", show, LOOKERS),
)
