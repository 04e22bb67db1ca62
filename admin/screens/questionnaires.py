"""
Questionnaires in and out: every loaded version as an Excel workbook or a file, and taking one in.

A file is looked at first: every fault with its cell or line, or what it would do. By the same linter and
services as the commands `questionnaire lint`, `export` and `load`.
"""

import io
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask import flash, g, redirect, render_template, request, send_file, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from admin.audit import note_view
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from admin.uploads import read_file
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import BadInput, Fault, NotFound
from core.questionnaires.lint import lint
from core.questionnaires.model import Questionnaire
from core.questionnaires.models import QuestionnaireVersion
from core.questionnaires.service import get_questionnaire, list_questionnaires, load_questionnaire
from core.questionnaires.workbook.reading import lint_workbook
from core.questionnaires.workbook.writing import write_workbook
from core.questionnaires.writer import dump
from core.rounds.service import AUDIENCES
from core.tasks.uploads import keep_upload, read_upload

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_NAME_CHARS = 100
# Of a thousand faults nobody reads more before mending the first.
SHOWN_FAULTS = 200
WORKBOOK, TEXT = "xlsx", "yaml"
TYPES = {
    WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    TEXT: "application/yaml",
}
OUTCOMES = {"added": "导入好了", "replaced": "更新好了", "unchanged": "没有变化"}
# What browsers and file managers put behind a name: `residents-2027 (1).xlsx`, `residents-2027 - 副本.xlsx`.
_COPY = re.compile(r"(?:\s*[(（]\d+[)）]|\s*-\s*(?:副本|Copy))+$")


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that was looked at; `questionnaire` is None exactly when there are errors."""

    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    questionnaire: Questionnaire | None


def index() -> str:
    """Every version of every questionnaire."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        versions = list_questionnaires(looking)
        return render_template("questionnaires.html", versions=versions, audiences=AUDIENCES)


def take(questionnaire_id: str, version: int, file_format: str) -> Any:
    """One version as a file, to be changed and brought back."""
    if file_format not in TYPES:
        raise NotFound("没有这种格式。请下载 Excel 工作簿或问卷文件。")
    with parts().reading() as connection, Session(bind=connection) as looking:
        found = get_questionnaire(looking, questionnaire_id, version)
    content = write_workbook(found) if file_format == WORKBOOK else dump(found).encode()
    details = {"表": f"问卷第{version}版", "格式": file_format}
    note_view(Act.LIST_EXPORTED, about("questionnaire", found.id), details)
    sent = send_file(
        io.BytesIO(content),
        mimetype=TYPES[file_format],
        as_attachment=True,
        download_name=f"{found.id}.{file_format}",
    )
    sent.headers["Cache-Control"] = "no-store"
    return sent


def load() -> Any:
    """The form; what is wrong with a file, or what it would do; and, once confirmed, the change."""
    if request.method == "GET":
        return render_template("questionnaire_load.html", filename="", judged=None, shown=SHOWN_FAULTS)
    try:
        if "sure" in request.form:
            return _loaded()
        given, content = read_file("file")
        filename = named(given)
        judged = _judged(content, filename)
    except BadInput as error:
        judged, filename = Judged(error.faults, (), None), ""
    if judged.questionnaire is None:
        return render_template(
            "questionnaire_load.html", filename=filename, judged=judged, shown=SHOWN_FAULTS
        ), 400
    with parts().reading() as connection:
        before = _stored(connection, judged.questionnaire)
    return render_template(
        "questionnaire_load_preview.html",
        judged=judged,
        made=judged.questionnaire,
        asked=[each for each in judged.questionnaire.walk() if hasattr(each, "title")],
        before=before,
        is_same=before is not None and before.content_hash == judged.questionnaire.content_hash,
        audiences=AUDIENCES,
        filename=filename,
        key=keep_upload(parts().settings.var, content),
    )


def named(given: str) -> str:
    """The file's name without folders, and without what tells copies apart."""
    path = PurePath(given.replace("\\", "/"))
    return f"{_COPY.sub('', path.stem)}{path.suffix.lower()}"[-MAX_NAME_CHARS:]


def _judged(content: bytes, filename: str) -> Judged:
    if _is_workbook(filename):
        report = lint_workbook(content, filename)
        return Judged(_in_cells(report.errors), _in_cells(report.warnings), report.questionnaire)
    found = lint(content, filename)
    as_faults = [
        tuple(Fault(f"第{each.line}行", each.message) for each in faults)
        for faults in (found.errors, found.warnings)
    ]
    return Judged(as_faults[0], as_faults[1], found.questionnaire)


def _in_cells(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Sheet and cell alone: which file it is stands above them."""
    return tuple(Fault(each.place.rpartition(" ")[2], each.message) for each in faults)


def _is_workbook(filename: str) -> bool:
    return filename.endswith(f".{WORKBOOK}")


def _stored(connection: Connection, made: Questionnaire) -> QuestionnaireVersion | None:
    with Session(bind=connection) as looking:
        found = looking.get(QuestionnaireVersion, (made.id, made.version))
        looking.expunge_all()
    return found


def _loaded() -> Any:
    """The file that was looked at is taken in, judged once more."""
    filename = named(request.form.get("filename", ""))
    content = read_upload(parts().settings.var, request.form.get("key", ""))
    made = _judged(content, filename).questionnaire
    text = dump(made).encode() if made is not None and _is_workbook(filename) else content
    with parts().writing() as session:
        name = str(PurePath(filename).with_suffix(f".{TEXT}"))
        loaded = load_questionnaire(session, text, name, parts().clock())
        details = {"版本": str(loaded.questionnaire.version), "结果": OUTCOMES[loaded.outcome]}
        which = about("questionnaire", loaded.questionnaire.id)
        record(session, Act.QUESTIONNAIRE_LOADED, g.staff.who, which, details)
    taken = loaded.questionnaire
    flash(f"问卷 {taken.id} 第{taken.version}版{OUTCOMES[loaded.outcome]}。")
    return redirect(url_for("questionnaires"), code=303)


ROUTES = (
    Route("/questionnaires/", "questionnaires", index, LOOKERS),
    Route(
        "/questionnaires/<questionnaire_id>/<int:version>.<file_format>", "questionnaire_file", take, LOOKERS
    ),
    Route(
        "/questionnaires/load",
        "questionnaire_load",
        load,
        OFFICE,
        methods=("GET", "POST"),
        max_bytes=MAX_FILE_BYTES,
    ),
)
