"""One person who asked for a human: where, when, the number to call; and noting that it was done."""

from typing import Any

from flask import g, redirect, render_template, url_for

from admin.audit import note_view
from admin.parts import parts
from admin.routes import OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.helpdesk.service import find_request, mark_done, mark_waiting


def show(request_id: int) -> str:
    """The request with its full number, which lists show masked."""
    with parts().reading() as connection:
        found = find_request(connection, parts().keys, request_id)
        gazetteer = parts().catalog(connection).gazetteer
    if found.phone:
        note_view(Act.PHONE_SHOWN, about("help", request_id))
    return render_template("help_request.html", request_=found, place=gazetteer.full_name(found.place_code))


def done(request_id: int) -> Any:
    """They were called. It can be taken back on the next page, so nothing is asked."""
    with parts().writing() as writing:
        mark_done(writing, request_id, parts().clock())
        record(writing, Act.HELP_DONE, g.staff.who, about("help", request_id))
    return redirect(url_for("help_request", request_id=request_id), code=303)


def undo(request_id: int) -> Any:
    """They were not called after all."""
    with parts().writing() as writing:
        mark_waiting(writing, request_id)
        record(writing, Act.HELP_REOPENED, g.staff.who, about("help", request_id))
    return redirect(url_for("help_request", request_id=request_id), code=303)


ROUTES = (
    Route("/help/<int:request_id>", "help_request", show, OFFICE),
    Route("/help/<int:request_id>/done", "help_request_done", done, OFFICE, methods=("POST",)),
    Route("/help/<int:request_id>/undo", "help_request_undo", undo, OFFICE, methods=("POST",)),
)
