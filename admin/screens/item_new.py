"""Handing out a new item, and splitting one into several."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from admin.audit import note_item
from admin.forms import ChineseForm
from admin.item_forms import NOBODY, ChineseDate
from admin.item_roles import author
from admin.parts import parts
from admin.routes import OFFICE, Route
from core.errors import Refused
from core.rectification.details import Facts
from core.rectification.figures import categories, sources
from core.rectification.models import MAX_CATEGORY_CHARS, MAX_SOURCE_CHARS
from core.rectification.regroup import MAX_PARTS, Part, split
from core.rectification.service import add_item, get_item, known_subjects
from core.rectification.workflow import MAX_TEXT_CHARS

SHOWN_PARTS = 4


class ItemForm(ChineseForm):
    """A new item."""

    text = TextAreaField(
        "意见建议",
        validators=[
            InputRequired("请写清楚意见的内容。"),
            Length(max=MAX_TEXT_CHARS, message=f"最多{MAX_TEXT_CHARS}个字。"),
        ],
    )
    category = StringField(
        "类别",
        validators=[
            InputRequired("请填类别。"),
            Length(max=MAX_CATEGORY_CHARS, message=f"最多{MAX_CATEGORY_CHARS}个字。"),
        ],
    )
    source = StringField(
        "来源",
        validators=[
            InputRequired("请填来源，比如哪一次调查。"),
            Length(max=MAX_SOURCE_CHARS, message=f"最多{MAX_SOURCE_CHARS}个字。"),
        ],
    )
    lead = SelectField("牵头单位", validators=[InputRequired("请选牵头单位。")])
    assist = SelectMultipleField("协办单位", choices=[])
    first_deadline = ChineseDate("整改时限", validators=[InputRequired("请填整改时限。")])
    county_first = BooleanField("由县（区）牵头的，销号先由县级核验")

    def offer_units(self, names: dict[str, str]) -> None:
        """Let counties and units be chosen."""
        self.lead.choices = [(NOBODY, "请选单位"), *names.items()]
        self.assist.choices = list(names.items())


def create() -> Any:
    """The form; a good one hands the item out, and goes to its page."""
    form = ItemForm(request.form)
    with parts().reading() as connection, Session(bind=connection) as looking:
        names = known_subjects(looking)
        form.offer_units(names)
        known = {"categories": categories(looking), "sources": sources(looking)}
    problem = ""
    if form.is_sent_and_good():
        try:
            with parts().writing() as writing:
                made = add_item(writing, facts_of(form), author(), parts().clock())
                note_item(writing, made.number, "交办")
            flash(f"{made.number}号交办了。")
            return redirect(url_for("item", number=made.number), code=303)
        except Refused as error:
            problem = str(error)
    status = 400 if request.method == "POST" else 200
    return render_template("item_new.html", form=form, problem=problem, names=names, **known), status


def divide(number: int) -> Any:
    """What one opinion becomes: a text and a lead unit for each part."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        item, _standing = get_item(looking, number, author())
        names = known_subjects(looking)
        looking.expunge_all()
    problem = ""
    typed = _parts() if request.method == "POST" else []
    if typed:
        try:
            with parts().writing() as writing:
                wanted = [part for part in typed if part.text.strip()]
                made = split(writing, number, wanted, author(), parts().clock())
                note_item(writing, number, "拆分")
            numbers = "、".join(f"{each.number}号" for each in made)
            flash(f"{number}号拆成了{numbers}。")
            return redirect(url_for("item", number=number), code=303)
        except Refused as error:
            problem = str(error)
    typed += [Part("", item.lead_code if not typed else "")] * (SHOWN_PARTS - len(typed))
    status = 409 if problem else 200
    return render_template("item_split.html", item=item, typed=typed, names=names, problem=problem), status


def facts_of(form: ItemForm) -> Facts:
    """What a good form says."""
    return Facts(
        text=str(form.text.data),
        category=str(form.category.data).strip(),
        source=str(form.source.data).strip(),
        lead_code=form.lead.data,
        assist=tuple(sorted(form.assist.data or ())),
        first_deadline=form.first_deadline.data,
        county_first=bool(form.county_first.data) and str(form.lead.data).isdigit(),
    )


def _parts() -> list[Part]:
    texts, leads = request.form.getlist("text"), request.form.getlist("lead")
    return [Part(text, lead) for text, lead in zip(texts[:MAX_PARTS], leads[:MAX_PARTS], strict=False)]


ROUTES = (
    Route("/items/new", "item_new", create, OFFICE, methods=("GET", "POST")),
    Route("/items/<int:number>/split", "item_split", divide, OFFICE, methods=("GET", "POST")),
)
