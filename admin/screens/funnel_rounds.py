"""Where the funnel begins: of which round. For everybody who may look at one."""

from typing import Any

from flask import g, redirect, render_template, url_for

from admin.funnel_view import READERS
from admin.parts import parts
from admin.routes import Route
from core.funnel.events import NO_ROUND, Kind
from core.funnel.reading import Funnel


def index() -> Any:
    """The rounds, newest first; straight to the only one."""
    with parts().reading() as connection:
        rounds = parts().catalog(connection).rounds[::-1]
        if len(rounds) == 1:
            return redirect(url_for("funnel", round_id=rounds[0].id), code=303)
        totals = {each.id: Funnel(connection, each.id, g.staff.reach).total() for each in rounds}
        outside = Funnel(connection, NO_ROUND, g.staff.reach).total()[Kind.SCAN]
    return render_template("funnel_rounds.html", rounds=rounds, totals=totals, outside=outside, Kind=Kind)


ROUTES = (Route("/funnel/", "funnel_rounds", index, READERS),)
