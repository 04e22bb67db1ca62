"""Asking the platform for codes: what is wanted, what that comes to, and then for good."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from wtforms import BooleanField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from admin.forms import ChineseForm
from admin.parts import parts
from admin.routes import OFFICE, Route
from admin.screens.codes import LEVEL_WORDS
from core.audit.acts import Act, about
from core.audit.service import record
from core.codes.materials import MATERIALS, PLAIN, checked_materials, material_name
from core.codes.planning import MAX_PERMANENT_CODES, NOTHING_CHOSEN, Preview, Wanted, plan_codes, preview
from core.errors import SurveyError
from core.places.gazetteer import Gazetteer

PLAIN_WORD = "plain"
MAX_OWN_CHARS = 100


class Checkboxes(SelectMultipleField):
    """Several of some choices, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Only what was offered."""
        offered = {str(choice[0]) for choice in self.choices or ()}
        if not set(self.data or ()) <= offered:
            raise ValidationError("请从列表里选。")


class CodesForm(ChineseForm):
    """Which codes are wanted. No county ticked means all of them."""

    counties = Checkboxes("县（区）", default=[])
    levels = Checkboxes(
        "要哪几类",
        choices=[(level, LEVEL_WORDS[level]) for level in ("county", "township", "village")],
        default=["county", "township"],
    )
    units = BooleanField("市直和驻市单位", default=False)
    materials = Checkboxes(
        "载体", choices=[(word or PLAIN_WORD, name) for word, name in MATERIALS.items()], default=[PLAIN_WORD]
    )
    own_materials = StringField(
        "别的载体", validators=[Length(max=MAX_OWN_CHARS, message=f"最多{MAX_OWN_CHARS}个字。")]
    )

    def validate_own_materials(self, field: StringField) -> None:
        """Words that can stand in a scene."""
        try:
            checked_materials([PLAIN, *_words(field.data)])
        except SurveyError as error:
            raise ValidationError(str(error)) from None

    @property
    def wanted(self) -> Wanted:
        """What was ticked."""
        materials = [PLAIN if word == PLAIN_WORD else word for word in self.materials.data or ()]
        return Wanted(
            county_codes=tuple(self.counties.data or ()),
            levels=tuple(self.levels.data or ()),
            units=bool(self.units.data),
            materials=tuple(dict.fromkeys([*materials, *_words(self.own_materials.data)])),
        )


def create() -> Any:
    """The form; what it comes to; and, once confirmed, a task."""
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
    form = CodesForm(request.form if request.method == "POST" else None)
    form.counties.choices = [(county.code, county.short_name) for county in gazetteer.counties]
    refusal, found = "", None
    if form.is_sent_and_good() and "change" not in request.form:
        try:
            if "sure" in request.form:
                return redirect(url_for("task", task_id=_asked(form, gazetteer)), code=303)
            found = _preview(form, gazetteer)
            if found.is_too_many:
                refusal, found = _too_many(found), None
        except SurveyError as error:
            refusal = str(error)
    is_bad = request.method == "POST" and found is None and "change" not in request.form
    return render_template(
        "codes_preview.html" if found else "codes_new.html",
        form=form,
        found=found,
        refusal=refusal,
        names=_names(form, gazetteer),
        materials=[material_name(each) for each in form.wanted.materials] if found else [],
        levels=LEVEL_WORDS,
        limit=MAX_PERMANENT_CODES,
    ), 400 if is_bad else 200


def _preview(form: CodesForm, gazetteer: Gazetteer) -> Preview:
    checked_materials(form.wanted.materials)
    with parts().reading() as connection:
        found = preview(connection, form.wanted, gazetteer)
    if not found.by_level:
        raise SurveyError(NOTHING_CHOSEN)
    return found


def _asked(form: CodesForm, gazetteer: Gazetteer) -> int:
    now = parts().clock()
    with parts().writing() as session:
        title = f"生成二维码：{_names(form, gazetteer)}"
        task = plan_codes(session, form.wanted, gazetteer, title, g.staff.staff_id, now)
        record(session, Act.CODES_ASKED, g.staff.who, about("job", task.id), {"要生成": task.total})
        task_id = task.id
    parts().wake_worker()
    return task_id


def _names(form: CodesForm, gazetteer: Gazetteer) -> str:
    """`宜州区、罗城县`, or `全市`; the units beside."""
    chosen = set(form.counties.data or ())
    places = [county.short_name for county in gazetteer.counties if county.code in chosen]
    if len(places) > 3:
        places = [*places[:3], f"等{len(places)}个县（区）"]
    words = "、".join(places) or "全市"
    if not form.levels.data:
        return "各单位"
    return f"{words}、各单位" if form.units.data else words


def _too_many(found: Preview) -> str:
    return (
        f"一个公众号最多有{MAX_PERMANENT_CODES}个永久二维码，这样会到{found.in_all_after}个。"
        "请少选一些载体或者村。"
    )


def _words(given: str | None) -> list[str]:
    """The office's own materials, however they were separated."""
    return (given or "").replace("，", " ").replace("、", " ").replace(",", " ").split()


ROUTES = (Route("/codes/new", "codes_new", create, OFFICE, methods=("GET", "POST")),)
