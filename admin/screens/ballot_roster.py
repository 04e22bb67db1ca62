"""
The roster of a leaders' ballot, where an office keeps one: who said themselves that they took part.

It knows nothing of slips and ballots, and the log of acts is told how many were ticked, not who.
"""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from admin.audit import note_view
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from admin.uploads import read_file
from core.audit.acts import Act, about
from core.audit.service import record
from core.ballots.roster import COLUMNS, load_roster, roster_of, tick
from core.ballots.slips import AUDIENCE
from core.errors import BadInput, SurveyError
from core.sheets import read_sheet

MAX_FILE_BYTES = 2 * 2**20
SHOWN_FAULTS = 20


def show(round_id: int, faults: list[str] | None = None) -> str:
    """Everybody on it, those who said nothing yet first."""
    with parts().reading() as connection:
        entry = parts().catalog(connection).round(round_id)
        if entry is None or AUDIENCE not in entry.questionnaires:
            abort(404)
        with Session(bind=connection) as session:
            names = sorted(roster_of(session, parts().keys, round_id), key=lambda listed: listed[1])
    if names:
        note_view(Act.NAME_SHOWN, about("ballot", round_id))
    return render_template("ballot_roster.html", entry=entry, names=names, faults=faults or [])


def load(round_id: int) -> Any:
    """Make the roster what a file says, keeping ticks: all of it or nothing."""
    try:
        filename, content = read_file("file")
        rows = read_sheet(content, COLUMNS, filename[-80:])
        with parts().writing() as session:
            added, left = load_roster(session, parts().keys, round_id, rows)
            details = {"新增": added, "去掉": left}
            record(session, Act.ROSTER_LOADED, g.staff.who, about("ballot", round_id), details)
    except BadInput as error:
        return show(round_id, [str(fault) for fault in error.faults[:SHOWN_FAULTS]]), 400
    flash(f"名册导入了：新增{added}，去掉{left}。")
    return redirect(url_for("ballot_roster", round_id=round_id), code=303)


def mark(round_id: int) -> Any:
    """They said that they took part; or that was noted by mistake."""
    name, took_part = request.form.get("name", ""), request.form.get("act") == "tick"
    try:
        with parts().writing() as session:
            tick(session, parts().keys, round_id, name, took_part=took_part)
            details = {"登记": int(took_part), "撤销": int(not took_part)}
            record(session, Act.ROSTER_TICKED, g.staff.who, about("ballot", round_id), details)
    except SurveyError as error:
        return show(round_id, [str(error)]), 409
    flash(f"{name}：{'记下了，本人说已参加' if took_part else '撤销了'}。")
    return redirect(url_for("ballot_roster", round_id=round_id), code=303)


ROUTES = (
    Route("/rounds/<int:round_id>/ballots/roster", "ballot_roster", show, LOOKERS),
    Route(
        "/rounds/<int:round_id>/ballots/roster/load", "ballot_roster_load", load, OFFICE, ("POST",),
        max_bytes=MAX_FILE_BYTES,
    ),
    Route("/rounds/<int:round_id>/ballots/roster/mark", "ballot_roster_mark", mark, OFFICE, ("POST",)),
)  # fmt: skip
