"""How many people live where: what is known, and a file with more."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import local_day
from core.errors import BadInput, Fault
from core.funnel.population import load_population, population, read_population
from core.places.service import load_gazetteer
from core.sheets import open_sheet

SHOWN_FAULTS = 50
# A workbook of a city's townships is a few kB; one with formats all over may be larger.
MAX_FILE_BYTES = 2 * 1024 * 1024


def show() -> str:
    """What is known."""
    return _page(())


def load() -> Any:
    """A file with more; every fault is told, and then nothing is written."""
    handed_in = request.files.get("file")
    try:
        if handed_in is None or not handed_in.filename:
            raise BadInput([Fault("", "请先选一个文件。")])
        sheet = open_sheet(handed_in.read(), handed_in.filename)
        with parts().writing() as session:
            gazetteer = load_gazetteer(session.connection())
            listed = read_population(sheet, gazetteer, local_day(parts().clock()))
            report = load_population(session, listed, gazetteer)
            record(session, Act.LIST_LOADED, g.staff.who, about("list", "population"), {"结果": str(report)})
    except BadInput as error:
        return _page(error.faults), 400
    flash(f"人口导入好了。{report}。")
    return redirect(url_for("population"), code=303)


def _page(faults: tuple[Fault, ...]) -> str:
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
        known = population(connection)
    missing = [place for place in gazetteer.at_level("township") if place.code not in known]
    return render_template(
        "population.html",
        known=[(gazetteer.full_name(code) or code, each) for code, each in known.items()],
        missing=missing,
        faults=[str(fault) for fault in faults[:SHOWN_FAULTS]],
        more_faults=max(0, len(faults) - SHOWN_FAULTS),
    )


ROUTES = (
    Route("/population", "population", show, LOOKERS),
    Route("/population/load", "population_load", load, OFFICE, methods=("POST",), max_bytes=MAX_FILE_BYTES),
)
