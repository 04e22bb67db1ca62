"""
All answers of a round as a file: csv or xlsx, by the same service as the command `export answers`.

The file is written whole into `var/exports`, opened, and unlinked before it is sent: whatever happens to the
connection, nothing is left behind.
"""

import logging
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from flask import render_template, request, send_file
from wtforms import RadioField, SelectField

from admin.filters import in_order, questionnaire_title, read_round
from admin.forms import ChineseForm
from admin.parts import parts
from admin.routes import LOOKERS, Route
from core.clock import local
from core.responses.export import ExportFailed, Sheet, count_responses, export_answers
from core.rounds.catalog import RoundEntry

log = logging.getLogger(__name__)

ALL = ""
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class ExportForm(ChineseForm):
    """Which questionnaire, as which kind of file."""

    questionnaire = SelectField("问卷", choices=[], default=ALL)
    file_format = RadioField(
        "格式",
        choices=[("xlsx", "Excel 表格（xlsx）"), ("csv", "纯文本表格（csv）")],
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
            with tempfile.TemporaryDirectory(dir=_folder()) as folder:
                path = Path(folder) / f"answers.{form.file_format.data}"
                count = export_answers(connection, sheet, path, str(form.file_format.data))
                file = path.open("rb")
            log.info("answers_exported", extra={"round_id": entry.id, "rows": count})
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


def _folder() -> Path:
    folder = parts().settings.var / "exports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportFailed(
            "没有地方放导出的文件：磁盘可能满了。请告诉管理员腾出空间，再导出一次。"
        ) from error
    return folder


def _file_name(entry: RoundEntry, form: ExportForm) -> str:
    """`2021年终评议-答卷-20261121-1504.xlsx`, without what file systems do not take."""
    which = f"{form.questionnaire.data}-" if form.questionnaire.data else ""
    name = f"{entry.name}-答卷-{which}{local(parts().clock()):%Y%m%d-%H%M}.{form.file_format.data}"
    return "".join("_" if c in '\\/:*?"<>|' else c for c in name)


def _sent(file: BinaryIO, name: str, file_format: str) -> Any:
    return send_file(file, mimetype=TYPES[file_format], as_attachment=True, download_name=name, max_age=0)


ROUTES = (Route("/rounds/<int:round_id>/export", "export", show, LOOKERS, methods=("GET", "POST")),)
