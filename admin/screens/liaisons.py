"""Who speaks for each county and unit: the list, the same as xlsx, somebody new, and lists from files."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from admin.audit import note_view
from admin.downloads import send_xlsx
from admin.filters import read_choice
from admin.forms import ChineseForm
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import local_day
from core.errors import BadInput, SurveyError
from core.liaisons.kinds import KIND_TITLES, Kind
from core.liaisons.lists import read_and_load
from core.liaisons.service import Facts, Known, add_liaison, list_liaisons
from core.liaisons.tables_out import write_liaisons
from core.people.roles import Role
from core.places.gazetteer import Gazetteer
from core.rectification.figures import figures_by_unit
from core.rectification.service import known_subjects

MAX_FILE_BYTES = 5 * 2**20
SHOWN_FAULTS = 100
# What the list can be narrowed to.
BOUND_TITLES = {"no": "还没绑定微信", "gone": "取消了关注", "yes": "绑定好了"}


IN_FULL = "1"


@dataclass(frozen=True, slots=True)
class Found:
    """The list an address asks for. By a unit's code: its name, how many items it has in hand."""

    everybody: list[Known]
    shown: list[Known]
    names: dict[str, str]
    in_hand: dict[str, int]
    subject: str
    bound: str


class LiaisonForm(ChineseForm):
    """What the office says of somebody."""

    subject = SelectField("县（区）或单位", validators=[InputRequired("请选县（区）或单位。")])
    name = StringField("姓名", validators=[InputRequired("请填姓名。")])
    phone = StringField("电话", validators=[InputRequired("请填电话。")])
    kind = SelectField("身份", choices=[(kind.value, title) for kind, title in KIND_TITLES.items()])
    from_day = DateField("代班第一天", validators=[Optional()])
    until_day = DateField("代班最后一天", validators=[Optional()])
    stands_in_for = SelectField("替谁代班", validators=[Optional()], default="")

    @property
    def facts(self) -> Facts:
        """The same for the service."""
        given = str(self.stands_in_for.data or "")
        return Facts(
            subject_code=str(self.subject.data),
            kind=Kind(self.kind.data),
            name="".join(str(self.name.data).split()),
            phone="".join(str(self.phone.data).split()),
            from_day=self.from_day.data,
            until_day=self.until_day.data,
            stands_in_for=int(given) if given.isdigit() else None,
        )


def index() -> str:
    """All of them, masked; and who has nobody yet."""
    found = _found()
    there = {each.subject_code for each in found.everybody}
    return render_template(
        "liaisons.html",
        liaisons=found.shown,
        count=len(found.everybody),
        names=found.names,
        subject=found.subject,
        bound=found.bound,
        bound_titles=BOUND_TITLES,
        kind_titles=KIND_TITLES,
        without=[name for code, name in found.names.items() if code not in there],
        in_hand=found.in_hand,
    )


def export() -> Any:
    """The same list as a workbook: masked, or in full for the office, which is written down."""
    in_full = read_choice(request.args, "full", (IN_FULL,), "姓名和电话") == IN_FULL
    if in_full and g.staff.role != Role.OFFICE:
        abort(403)
    found = _found()
    if in_full:
        note_view(Act.PHONE_SHOWN, about("list", "liaisons"), {"人数": len(found.shown)})
    unit = found.names.get(found.subject, "全部单位")
    return send_xlsx(
        "联络员（含姓名电话）" if in_full else "联络员",
        "liaisons",
        lambda path: write_liaisons(found.shown, found.names, found.in_hand, path, "xlsx", in_full=in_full),
        f"{unit} · {BOUND_TITLES[found.bound]}" if found.bound else unit,
    )


def _found() -> Found:
    """What the address asks for."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        names = known_subjects(looking)
        everybody = list_liaisons(connection, parts().keys, g.staff.reach)
        figures = figures_by_unit(looking, g.staff.reach, local_day(parts().clock()))
    in_hand = {line.code: line.figures.in_hand for line in figures}
    subject = read_choice(request.args, "unit", names, "单位")
    bound = read_choice(request.args, "bound", BOUND_TITLES, "微信")
    shown = [
        each for each in everybody if subject in ("", each.subject_code) and bound in ("", _bound_as(each))
    ]
    return Found(everybody, shown, names, in_hand, subject, bound)


def _bound_as(known: Known) -> str:
    """The member of BOUND_TITLES."""
    if known.bound_at is None:
        return "no"
    return "yes" if known.is_reachable else "gone"


def new() -> Any:
    """The form for somebody new."""
    form = form_for(request.args.get("unit", ""))
    problem = ""
    if form.is_sent_and_good():
        try:
            with parts().writing() as writing:
                made = add_liaison(writing, parts().keys, form.facts, parts().clock())
                details = {"单位": made.subject_code}
                record(writing, Act.LIAISON_ADDED, g.staff.who, about("liaison", made.id), details)
                number = made.id
            return redirect(url_for("liaison", liaison_id=number), code=303)
        except SurveyError as error:
            problem = str(error)
    status = 400 if request.method == "POST" else 200
    return render_template("liaison_form.html", form=form, problem=problem, known=None), status


def form_for(subject: str, **known: Any) -> LiaisonForm:
    """The form with its choices; `known` is what is there already."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        names = known_subjects(looking)
        others = list_liaisons(connection, parts().keys, g.staff.reach)
    form = LiaisonForm(request.form, data={"subject": subject, **known} if request.method == "GET" else None)
    form.subject.choices = [("", "请选"), *names.items()]
    form.stands_in_for.choices = [("", "不替哪一位，只是多一个人")] + [
        (str(each.id), f"{names.get(each.subject_code, '')} {each.masked_name}（{KIND_TITLES[each.kind]}）")
        for each in others
        if each.kind is not Kind.STANDIN and subject in ("", each.subject_code)
    ]
    return form


def load() -> Any:
    """A list from a file: all of it or nothing."""
    faults: list[str] = []
    sent = request.files.get("file") if request.method == "POST" else None
    if request.method == "POST" and (sent is None or not sent.filename):
        faults = ["请先选一个文件，再点“导入”。"]
    elif sent is not None:
        try:
            with parts().writing() as writing:
                report = read_and_load(
                    writing, parts().keys, sent.read(), parts().clock(), str(sent.filename)[-80:]
                )
                details = {"结果": str(report)}
                record(writing, Act.LIST_LOADED, g.staff.who, about("list", "liaisons"), details)
            flash(f"导入好了。{report}。")
            return redirect(url_for("liaisons"), code=303)
        except BadInput as error:
            faults = [str(fault) for fault in error.faults]
        except SurveyError as error:
            faults = [str(error)]
    more = max(len(faults) - SHOWN_FAULTS, 0)
    status = 400 if faults else 200
    return render_template("liaison_load.html", faults=faults[:SHOWN_FAULTS], more=more), status


def name_of(gazetteer: Gazetteer, code: str) -> str:
    """A county's or unit's short name."""
    node = gazetteer.unit(code) or gazetteer.place(code)
    return node.short_name if node else code


ROUTES = (
    Route("/liaisons/", "liaisons", index, LOOKERS),
    Route("/liaisons/export", "liaisons_export", export, LOOKERS),
    Route("/liaisons/new", "liaison_new", new, OFFICE, methods=("GET", "POST")),
    Route("/liaisons/load", "liaison_load", load, OFFICE, methods=("GET", "POST"), max_bytes=MAX_FILE_BYTES),
)
