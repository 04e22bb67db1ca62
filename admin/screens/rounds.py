"""Rounds: the list, and making a new one."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from flask import g, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from admin.filters import questionnaire_title
from admin.forms import TIME_FORMATS, ChineseForm, MomentField
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, RESULT_READERS, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import SurveyError
from core.questionnaires.model import Questionnaire
from core.questionnaires.service import as_stored, list_questionnaires
from core.reports.progress import by_questionnaire
from core.rounds.models import Round
from core.rounds.service import AUDIENCES, MAX_NAME_CHARS, create_round, list_rounds

NOT_ASKED = ""


class RoundForm(ChineseForm):
    """A new round. The choice of questionnaires comes from the database, one field an audience."""

    name = StringField(
        "调查名称",
        validators=[
            InputRequired("请给这次调查起个名称。"),
            Length(max=MAX_NAME_CHARS, message=f"名称最多{MAX_NAME_CHARS}个字。"),
        ],
    )
    residents = RadioField("城乡居民（扫地方的码）", choices=[], default=NOT_ASKED)
    service_users = RadioField("办事群众（扫单位的码）", choices=[], default=NOT_ASKED)
    leaders = RadioField("领导评价", choices=[], default=NOT_ASKED)
    phone_sample = RadioField("电话访问", choices=[], default=NOT_ASKED)
    opens_at = MomentField("开始时间", format=TIME_FORMATS, validators=[InputRequired("请填开始时间。")])
    closes_at = MomentField("结束时间", format=TIME_FORMATS, validators=[InputRequired("请填结束时间。")])

    def validate_name(self, field: Field) -> None:
        """The name must be free."""
        with parts().reading() as connection:
            taken = connection.scalar(select(Round.id).where(Round.name == str(field.data).strip()))
        if taken is not None:
            raise ValidationError("已经有叫这个名称的调查了，请换一个。")

    def validate_closes_at(self, field: Field) -> None:
        """The window must not be empty, nor over."""
        if self.opens_at.data and field.data and field.data <= self.opens_at.data:
            raise ValidationError("结束时间要晚于开始时间。")
        if field.data and field.data <= parts().clock():
            raise ValidationError("结束时间已经过了。")

    @property
    def chosen(self) -> list[str]:
        """The ids of the chosen questionnaires."""
        return [self[who].data for who in AUDIENCES if self[who].data]

    @property
    def audiences(self) -> list[Field]:
        """The fields of those audiences for whom there is a questionnaire."""
        return [field for field in self.radios.values() if len(list(field.iter_choices())) > 1]

    @property
    def radios(self) -> dict[str, RadioField]:
        """The field of each audience."""
        return {who: field for who in AUDIENCES if isinstance(field := self[who], RadioField)}


def index() -> str:
    """All rounds, the one that opens last first; drafts are the office's own affair."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        sees_drafts = g.staff.role in LOOKERS
        known = sorted(list_rounds(looking), key=lambda each: each.opens_at, reverse=True)
        rounds = [each for each in known if sees_drafts or each.state != "draft"]
        titles = {each.id: questionnaire_title(each) for each in _newest(looking).values()}
        complete = {
            each.id: sum(ended.complete for ended in found.values())
            for each in rounds
            for found in [by_questionnaire(connection, each.id, g.staff.reach)]
        }
    return render_template("rounds.html", rounds=rounds, titles=titles, complete=complete)


def create() -> Any:
    """The form for a new round; what is refused is said at the field."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        newest = _newest(looking)
    form = RoundForm(request.form)
    _offer(form, newest)
    refusal = ""
    if form.is_sent_and_good():
        if not form.chosen:
            refusal = "至少选一份问卷。"
        else:
            try:
                return redirect(url_for("round_open", round_id=_created(form)), code=303)
            except SurveyError as error:
                refusal = str(error)
    status = 400 if request.method == "POST" else 200
    return render_template("round_new.html", form=form, refusal=refusal, newest=newest), status


def _created(form: RoundForm) -> int:
    with parts().writing() as writing:
        made = create_round(
            writing,
            str(form.name.data).strip(),
            form.chosen,
            form.opens_at.data.astimezone(UTC) if form.opens_at.data else None,
            form.closes_at.data.astimezone(UTC) if form.closes_at.data else None,
            parts().clock(),
            parts().keys,
        )
        record(writing, Act.ROUND_CREATED, g.staff.who, about("round", made.id), {"名称": made.name})
        return made.id


def _newest(looking: Session) -> dict[str, Questionnaire]:
    """The newest version of each questionnaire, by its id."""
    found: dict[str, Questionnaire] = {}
    for version in list_questionnaires(looking):
        if version.id not in found:
            found[version.id] = as_stored(version.text, version.content_hash)
    return found


def _offer(form: RoundForm, newest: Mapping[str, Questionnaire]) -> None:
    for who, field in form.radios.items():
        offered = [each for each in newest.values() if each.audience.who == who]
        field.choices = [(NOT_ASKED, "这次不问")] + [
            (each.id, f"{questionnaire_title(each)}（{each.id} 第{each.version}版）") for each in offered
        ]


ROUTES = (
    Route("/rounds/", "rounds", index, RESULT_READERS),
    Route("/rounds/new", "round_new", create, OFFICE, methods=("GET", "POST")),
)
