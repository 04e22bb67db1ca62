"""Opening and closing a round: asked once, naming what will happen and to how many."""

import logging
from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from admin.filters import questionnaire_title
from admin.parts import parts
from admin.routes import OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import SurveyError
from core.people.reach import EVERYTHING
from core.questionnaires.service import as_stored, newest_version
from core.reports.progress import by_questionnaire, under_way
from core.rounds.models import Round
from core.rounds.service import NoSuchRound, close_round, open_round

log = logging.getLogger(__name__)


def ask_to_open(round_id: int) -> str:
    """What opening will do."""
    return _opening(round_id)


def open_it(round_id: int) -> Any:
    """Open it, or say why not."""
    settings, now = parts().settings, parts().clock()
    refusal = _change(
        round_id, Act.ROUND_OPENED, lambda writing, name: open_round(writing, name, now, settings.office)
    )
    if refusal:
        return _opening(round_id, refusal), 409
    return redirect(url_for("rounds"), code=303)


def ask_to_close(round_id: int) -> str:
    """What closing will do, and to how many."""
    return _closing(round_id)


def close_it(round_id: int) -> Any:
    """Close it, or say why not."""
    now = parts().clock()
    refusal = _change(round_id, Act.ROUND_CLOSED, lambda writing, name: close_round(writing, name, now))
    if refusal:
        return _closing(round_id, refusal), 409
    return redirect(url_for("rounds"), code=303)


def _change(round_id: int, act: Act, change: Callable[[Session, str], Round]) -> str:
    """Do it in one transaction; '' or the sentence why nothing was done."""
    try:
        with parts().writing() as writing:
            changed = change(writing, _round(writing, round_id).name)
            record(writing, act, g.staff.who, about("round", round_id), {"名称": changed.name})
    except NoSuchRound:
        raise
    except SurveyError as error:
        return str(error)
    log.info(act.value, extra={"round_id": round_id})
    return ""


def _opening(round_id: int, refusal: str = "") -> str:
    with parts().reading() as connection, Session(bind=connection) as looking:
        found = _round(looking, round_id)
        versions = [newest_version(looking, each.questionnaire_id) for each in found.questionnaires]
        chosen = [as_stored(each.text, each.content_hash) for each in versions]
        lines = [(questionnaire_title(each), each.version, each.audience.describe) for each in chosen]
    return render_template("round_open.html", round_=found, lines=lines, refusal=refusal)


def _closing(round_id: int, refusal: str = "") -> str:
    with parts().reading() as connection, Session(bind=connection) as looking:
        found = _round(looking, round_id)
        complete, unfinished = _counts(connection, round_id)
    return render_template(
        "round_close.html", round_=found, complete=complete, unfinished=unfinished, refusal=refusal
    )


def _counts(connection: Connection, round_id: int) -> tuple[int, int]:
    ended = by_questionnaire(connection, round_id, EVERYTHING)
    return sum(each.complete for each in ended.values()), under_way(connection, round_id)


def _round(session: Session, round_id: int) -> Round:
    found = session.get(Round, round_id)
    if found is None:
        raise NoSuchRound
    return found


ROUTES = (
    Route("/rounds/<int:round_id>/open", "round_open", ask_to_open, OFFICE),
    Route("/rounds/<int:round_id>/open", "round_open_now", open_it, OFFICE, methods=("POST",)),
    Route("/rounds/<int:round_id>/close", "round_close", ask_to_close, OFFICE),
    Route("/rounds/<int:round_id>/close", "round_close_now", close_it, OFFICE, methods=("POST",)),
)
