"""
All answers of a round as a file: csv, xlsx or sav, by the same service as the command `export answers`.

The file is written whole into `var/exports`, opened, and unlinked before it is sent: whatever happens to the
connection, nothing is left behind.
"""

import hashlib
import logging
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from flask import render_template, request, send_file
from sqlalchemy import Connection
from wtforms import RadioField, SelectField

from admin.audit import note_view
from admin.filters import in_order, questionnaire_title, read_round
from admin.forms import ChineseForm
from admin.parts import parts
from admin.routes import LOOKERS, Route
from core.audit.acts import Act, about
from core.clock import local
from core.errors import SurveyError
from core.responses.export import Sheet, count_responses, export_answers
from core.rounds.catalog import RoundEntry
from core.sheets.writing import ExportFailed

log = logging.getLogger(__name__)

ALL = ""
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "sav": "application/x-spss-sav",
}


class NotExported(SurveyError):
    """The file could not be written. Where it would have stood is nothing to tell in a browser."""

    say = "文件没有写成，多半是服务器的磁盘满了。没有留下半个文件。请告诉管理员腾出空间，再导出一次。"


class ExportForm(ChineseForm):
    """Which questionnaire, as which kind of file."""

    questionnaire = SelectField("问卷", choices=[], default=ALL)
    file_format = RadioField(
        "格式",
        choices=[("xlsx", "Excel 表格（xlsx）"), ("csv", "纯文本表格（csv）"), ("sav", "SPSS 数据（sav）")],
        default="xlsx",
    )


def show(round_id: int) -> Any:
    """The form; and the file."""
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        entry = read_round(catalog, round_id)
        form = _form(entry)
        if form.is_sent_and_good():
            chosen = [each for each in in_order(entry) if form.questionnaire.data in (ALL, each.id)]
            sheet = Sheet.of(entry.id, chosen, catalog.gazetteer)
            try:
                file, details = _written(connection, sheet, str(form.file_format.data))
            except (ExportFailed, OSError):
                log.exception("export_failed", extra={"round_id": entry.id})
                raise NotExported from None
            details["问卷"] = "、".join(each.id for each in chosen)
            note_view(Act.ANSWERS_EXPORTED, about("round", entry.id), details)
            return _sent(file, _file_name(entry, form), str(form.file_format.data))
        rows = count_responses(connection, Sheet.of(entry.id, in_order(entry), catalog.gazetteer))
    status = 400 if request.method == "POST" else 200
    return render_template("export.html", entry=entry, form=form, rows=rows), status


def _form(entry: RoundEntry) -> ExportForm:
    form = ExportForm(request.form if request.method == "POST" else request.args)
    form.questionnaire.choices = [(ALL, "全部问卷，一张表")] + [
        (each.id, questionnaire_title(each)) for each in in_order(entry)
    ]
    return form


def _written(
    connection: Connection, sheet: Sheet, file_format: str
) -> tuple[BinaryIO, dict[str, str | int | bool | None]]:
    """The whole file, open, and on no list of files any more; and what the audit log has to know of it."""
    exports = parts().settings.var / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=exports) as folder:
        path = Path(folder) / f"answers.{file_format}"
        rows = export_answers(connection, sheet, path, file_format)
        file = path.open("rb")
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return file, {"格式": file_format, "份数": rows, "SHA-256": checksum[:16]}


def _file_name(entry: RoundEntry, form: ExportForm) -> str:
    """`2021年终评议-答卷-20261121-1504.xlsx`, without what file systems do not take."""
    which = f"{form.questionnaire.data}-" if form.questionnaire.data else ""
    name = f"{entry.name}-答卷-{which}{local(parts().clock()):%Y%m%d-%H%M}.{form.file_format.data}"
    return "".join("_" if c in '\\/:*?"<>|' else c for c in name)


def _sent(file: BinaryIO, name: str, file_format: str) -> Any:
    sent = send_file(file, mimetype=TYPES[file_format], as_attachment=True, download_name=name)
    sent.headers["Cache-Control"] = "no-store"
    return sent


ROUTES = (Route("/rounds/<int:round_id>/export", "export", show, LOOKERS, methods=("GET", "POST")),)
