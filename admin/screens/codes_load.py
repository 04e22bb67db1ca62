"""Loading the codes the office already has from its file: looked at first, then taken in."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for

from admin.parts import parts
from admin.routes import OFFICE, Route
from admin.uploads import read_file
from core.audit.acts import Act, about
from core.audit.service import record
from core.codes.loading import GivenCode, LoadReport, compare_codes, load_codes, read_codes
from core.errors import BadInput
from core.places.gazetteer import Gazetteer
from core.sheets import open_sheet
from core.tasks.uploads import keep_upload, read_upload

MAX_FILE_BYTES = 16 * 1024 * 1024
SHOWN_FAULTS = 100
SHOWN_CHANGES = 50
MAX_NAME_CHARS = 100


def load() -> Any:
    """The form; what the file would change; and, once confirmed, the change."""
    if request.method == "GET":
        return render_template("codes_load.html")
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
    try:
        if "sure" in request.form:
            return _loaded(gazetteer)
        filename, content = read_file("file")
        given = read_codes(open_sheet(content, filename), gazetteer)
        with parts().reading() as connection:
            report = compare_codes(connection, given, gazetteer, filename)
    except BadInput as error:
        faults = error.faults
        return render_template("codes_load.html", faults=faults[:SHOWN_FAULTS], count=len(faults)), 400
    return render_template(
        "codes_load_preview.html",
        report=report,
        changed=report.changed[:SHOWN_CHANGES],
        filename=filename,
        key=keep_upload(parts().settings.var, content),
    )


def _loaded(gazetteer: Gazetteer) -> Any:
    """The file that was looked at is taken in; what changed meanwhile is looked at again."""
    filename = request.form.get("filename", "")[:MAX_NAME_CHARS] or "文件"
    content = read_upload(parts().settings.var, request.form.get("key", ""))
    given = read_codes(open_sheet(content, filename), gazetteer)
    report = _written(given, gazetteer, filename)
    flash(f"二维码导入好了。{report}。")
    return redirect(url_for("codes"), code=303)


def _written(given: list[GivenCode], gazetteer: Gazetteer, filename: str) -> LoadReport:
    with parts().writing() as session:
        now = parts().clock()
        report = load_codes(session, given, gazetteer, filename, g.staff.staff_id, now)
        record(session, Act.LIST_LOADED, g.staff.who, about("list", "codes"), {"结果": str(report)})
    return report


ROUTES = (
    Route("/codes/load", "codes_load", load, OFFICE, methods=("GET", "POST"), max_bytes=MAX_FILE_BYTES),
)
