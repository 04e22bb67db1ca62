"""All answers of a round as a file: csv, xlsx or sav, by the same service as the command `export answers`."""

from typing import Any

from flask import g, render_template, request
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, ValidationError

from admin.audit import note_view
from admin.downloads import make_download
from admin.filters import in_order, questionnaire_title, read_round
from admin.forms import ChineseForm
from admin.parts import parts
from admin.routes import LOOKERS, Route
from core.audit.acts import Act, about
from core.opinions.striking import masked
from core.people.roles import Role
from core.responses.export import Sheet, count_responses, export_answers
from core.rounds.catalog import RoundEntry

ALL = ""
MIN_REASON_CHARS, MAX_REASON_CHARS = 10, 200


class ExportForm(ChineseForm):
    """Which questionnaire, as which kind of file."""

    questionnaire = SelectField("问卷", choices=[], default=ALL)
    file_format = RadioField(
        "格式",
        choices=[("xlsx", "Excel 表格（xlsx）"), ("csv", "纯文本表格（csv）"), ("sav", "SPSS 数据（sav）")],
        default="xlsx",
    )
    is_raw = BooleanField("要一字不改的原话（默认会涂掉话里的电话、证件号、姓名）")
    reason = StringField("为什么要原话（会记进操作记录）")

    def validate_is_raw(self, field: Field) -> None:
        """Only the office takes out people's words as they are, and says why."""
        if field.data and g.staff.role != Role.OFFICE:
            raise ValidationError("只有办公室能导出一字不改的原话。")

    def validate_reason(self, field: Field) -> None:
        """An auditor will read it."""
        if (
            self.is_raw.data
            and not MIN_REASON_CHARS <= len(str(field.data or "").strip()) <= MAX_REASON_CHARS
        ):
            raise ValidationError(f"要原话，请写明理由，{MIN_REASON_CHARS}到{MAX_REASON_CHARS}个字。")


def show(round_id: int) -> Any:
    """The form; and the file."""
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        entry = read_round(catalog, round_id)
        form = _form(entry)
        if form.is_sent_and_good():
            chosen = [each for each in in_order(entry) if form.questionnaire.data in (ALL, each.id)]
            sheet = Sheet.of(entry.id, chosen, catalog.gazetteer)
            file_format = str(form.file_format.data)
            is_raw = bool(form.is_raw.data)
            words = _as_said if is_raw else masked
            download = make_download(
                _title(entry, form),
                file_format,
                lambda path: export_answers(connection, sheet, path, file_format, words=words),
            )
            asked = "、".join(each.id for each in chosen)
            details = download.details | {"问卷": asked, "原话": is_raw}
            if is_raw:
                details |= {"理由": str(form.reason.data).strip()}
            note_view(Act.ANSWERS_EXPORTED, about("round", entry.id), details)
            return download.send()
        rows = count_responses(connection, Sheet.of(entry.id, in_order(entry), catalog.gazetteer))
    status = 400 if request.method == "POST" else 200
    return render_template("export.html", entry=entry, form=form, rows=rows), status


def _as_said(words: str) -> str:
    return words


def _form(entry: RoundEntry) -> ExportForm:
    form = ExportForm(request.form if request.method == "POST" else request.args)
    form.questionnaire.choices = [(ALL, "全部问卷，一张表")] + [
        (each.id, questionnaire_title(each)) for each in in_order(entry)
    ]
    return form


def _title(entry: RoundEntry, form: ExportForm) -> str:
    """`2021年终评议-答卷-residents-2021`."""
    return f"{entry.name}-答卷" + (f"-{form.questionnaire.data}" if form.questionnaire.data else "")


ROUTES = (Route("/rounds/<int:round_id>/export", "export", show, LOOKERS, methods=("GET", "POST")),)
