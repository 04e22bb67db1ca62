"""
All answers of a round, or a part of them, as a file: asked for here, made by the worker, taken from the
task's page. By the same services as the commands `export answers` and `export codebook`.
"""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import Optional

from admin.audit import note_view
from admin.downloads import make_download
from admin.filters import in_order, questionnaire_title, read_round
from admin.forms import ChineseForm
from admin.parts import parts
from admin.routes import LOOKERS, Route
from admin.screens.tasks import viewer
from core.audit.acts import Act, about
from core.audit.exported import TASK
from core.audit.service import record
from core.errors import NotFound, Refused
from core.exports.codebook import CODEBOOK_FORMATS, codebook_of, write_codebook
from core.exports.wishes import (
    BALLOTS,
    MAX_REASON_CHARS,
    MIN_REASON_CHARS,
    TASK_KIND,
    Ordered,
    Wish,
    order,
    refuse_raw,
)
from core.people.roles import Role
from core.responses.export import count_responses
from core.rounds.catalog import Catalog, RoundEntry
from core.tasks.service import ask_task, list_tasks

ALL = ""
SHOWN_EXPORTS = 10


class ExportForm(ChineseForm):
    """Which responses, as which kind of file."""

    questionnaire = SelectField("问卷", choices=[], default=ALL)
    place = SelectField("住在哪里", choices=[], default=ALL)
    unit = SelectField("评哪个单位", choices=[], default=ALL)
    since = DateField("从哪天起", validators=[Optional()])
    until = DateField("到哪天为止（这天也算）", validators=[Optional()])
    file_format = RadioField(
        "格式",
        choices=[("xlsx", "Excel 表格（xlsx）"), ("csv", "纯文本表格（csv）"), ("sav", "SPSS 数据（sav）")],
        default="xlsx",
    )
    is_raw = BooleanField("要一字不改的原话（默认会涂掉话里的电话、证件号、姓名）")
    reason = StringField("为什么要原话（会记进操作记录）")

    def validate_until(self, field: Field) -> None:
        """Reversed days would give an empty file."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError("结束日期比开始日期早。请把两个日期换一换。")

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

    def wish(self, round_id: int) -> Wish:
        """What was filled in."""
        return Wish(
            round_id=round_id,
            file_format=str(self.file_format.data),
            questionnaire_id=str(self.questionnaire.data),
            place_code=str(self.place.data),
            unit_code=str(self.unit.data),
            since=self.since.data,
            until=self.until.data,
            raw=bool(self.is_raw.data),
        )


def show(round_id: int) -> Any:
    """The form, and what was exported lately; sent, it asks the worker and leads to the task."""
    told = ""
    with parts().reading() as connection:
        catalog = parts().catalog(connection)
        entry = read_round(catalog, round_id)
        form = _form(catalog, entry)
        if form.is_sent_and_good():
            try:
                ordered = order(connection, form.wish(entry.id))
                return _ask(ordered, count_responses(connection, ordered.sheet), str(form.reason.data or ""))
            except (Refused, NotFound) as error:
                told = str(error)
        lately = list_tasks(connection, viewer(), (TASK_KIND,), limit=SHOWN_EXPORTS)
    status = 400 if request.method == "POST" else 200
    return render_template("export.html", entry=entry, form=form, told=told, lately=lately), status


def _ask(ordered: Ordered, rows: int, reason: str) -> Any:
    """Written down and asked for in one transaction; the worker is woken after it."""
    wish = ordered.wish
    if wish.raw:
        refuse_raw(g.staff.role, reason)
    with parts().writing() as session:
        on = about("round", wish.round_id)
        title = f"导出{ordered.title}（{wish.file_format}）"
        task = ask_task(session, TASK_KIND, title, wish.params, g.staff.staff_id, parts().clock())
        task_id = task.id
        details = {**ordered.details(rows, reason), TASK: task_id}
        record(session, Act.ANSWERS_EXPORTED, g.staff.who, on, details)
    parts().wake_worker()
    return redirect(url_for("task", task_id=task_id), code=303)


def codebook(round_id: int, file_format: str) -> Any:
    """The codebook of all the round's questionnaires, at once: it is small."""
    if file_format not in CODEBOOK_FORMATS:
        raise NotFound("没有这种格式的编码表。")
    with parts().reading() as connection:
        read_round(parts().catalog(connection), round_id)
        ordered = order(connection, Wish(round_id=round_id, file_format="csv"))
        made = codebook_of(connection, ordered, parts().clock())
    download = make_download(
        f"{ordered.round_name}-编码表", file_format, lambda path: write_codebook(made, path, file_format)
    )
    note_view(Act.LIST_EXPORTED, about("round", round_id), download.details | {"表": "编码表"})
    return download.send()


def _form(catalog: Catalog, entry: RoundEntry) -> ExportForm:
    form = ExportForm(request.form if request.method == "POST" else request.args)
    form.questionnaire.choices = [(ALL, "全部问卷，一张表")] + [
        (each.id, questionnaire_title(each)) for each in in_order(entry) if each.audience.who != BALLOTS
    ]
    gazetteer = catalog.gazetteer
    form.place.choices = [(ALL, "全市")] + [(each.code, each.short_name) for each in gazetteer.counties]
    # An address printed on a summary may name a township, which the command exports, too.
    asked = gazetteer.place(str(form.place.data or ""))
    if asked is not None and asked.level == "township":
        form.place.choices.append((asked.code, gazetteer.full_name(asked.code)))
    form.unit.choices = [(ALL, "不限")] + [(each.code, each.short_name) for each in gazetteer.units]
    return form


ROUTES = (
    Route("/rounds/<int:round_id>/export", "export", show, LOOKERS, methods=("GET", "POST")),
    Route("/rounds/<int:round_id>/codebook.<file_format>", "codebook", codebook, LOOKERS),
)
