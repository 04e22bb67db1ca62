"""
Posters: what was made, ordering more, and how one would look.

The texts pass the coaching guard, colours and logo what a phone can read, before anything is queued; the
worker draws.
"""

import io
from typing import Any

from flask import Response, g, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length

from admin.filters import PAGE_SIZE, read_page
from admin.forms import ChineseForm
from admin.paging import Paging
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from admin.screens.codes import LEVEL_WORDS, PLAIN_WORD
from admin.screens.codes_new import Checkboxes
from admin.screens.tasks import viewer
from admin.uploads import read_file
from core.audit.acts import Act, about
from core.audit.chain import Details
from core.audit.service import record
from core.coaching.gate import refuse_steering_texts
from core.codes.listing import LEVELS, CodeFilter, tally_codes
from core.codes.materials import material_name
from core.codes.printing import Printing, find_printing
from core.errors import SurveyError
from core.places.gazetteer import Gazetteer
from core.tasks.service import ask_task, count_tasks, list_tasks
from core.tasks.uploads import keep_upload, read_upload
from qrcodes.orders import BARE, DEFAULT_PALETTE, PALETTES, TASK_KIND, PosterOrder
from qrcodes.press import Press
from qrcodes.sign import Owner, Sign
from qrcodes.templates.registry import TEMPLATES, template_named
from qrcodes.texts import AFTERWARDS, FOR_PLACES, FOR_UNITS, HOW, MAX_LINE_CHARS, MAX_QUESTION_CHARS

MAX_LOGO_BYTES = 4 * 1024 * 1024
# A preview is looked at, not printed; the roll-up is two metres high.
PREVIEW_WIDTH_PX = 700
SHIPPED = {
    "place_question": FOR_PLACES.question,
    "unit_question": FOR_UNITS.question,
    "how": HOW,
    "afterwards": AFTERWARDS,
}


def _at_most(chars: int) -> Length:
    return Length(max=chars, message=f"最多{chars}个字。")


class PosterForm(ChineseForm):
    """An order, as a person fills it in; choices that depend on the lists are put in by `_form`."""

    template = SelectField(
        "样式",
        choices=[(each.name, each.title) for each in TEMPLATES.values()] + [(BARE, "只要二维码，不要文字")],
        default="a4",
    )
    county = SelectField("县（区）", choices=[], default="")
    levels = Checkboxes("要哪几类", choices=[(level, LEVEL_WORDS[level]) for level in LEVELS], default=[])
    material = SelectField("载体", choices=[], default="")
    form = RadioField(
        "怎么给",
        choices=[("zip", "ZIP，每个县（区）一个文件夹"), ("merged", "合成一个 PDF，前面有目录")],
        default="zip",
    )
    suffix = SelectField(
        "每个文件的格式",
        choices=[
            ("", "按样式：纸上的 PDF，屏幕的 PNG"),
            ("pdf", "PDF"),
            ("png", "PNG 图片"),
            ("svg", "SVG 矢量图"),
        ],
        default="",
    )
    palette = SelectField(
        "颜色", choices=[(name, title) for name, (title, _) in PALETTES.items()], default=DEFAULT_PALETTE
    )
    field_colour = StringField("自己的颜色", validators=[_at_most(7)])
    place_question = StringField("问题（地方的二维码）", validators=[_at_most(MAX_QUESTION_CHARS)])
    unit_question = StringField("问题（单位的二维码）", validators=[_at_most(MAX_QUESTION_CHARS)])
    how = StringField("怎么答", validators=[_at_most(MAX_LINE_CHARS)])
    afterwards = StringField("回答怎么用", validators=[_at_most(MAX_LINE_CHARS)])

    def order(self, scene: str, logo_key: str) -> PosterOrder:
        """What was filled in; shipped texts are left out, nobody has to look at them again."""
        material = self.material.data
        return PosterOrder(
            template=self.template.data,
            form="one" if scene else self.form.data,
            suffix=self.suffix.data,
            county_code="" if scene else self.county.data,
            levels=() if scene else tuple(self.levels.data or ()),
            material=None if scene or not material else "" if material == PLAIN_WORD else material,
            scene=scene,
            palette=self.palette.data,
            field_colour=str(self.field_colour.data or "").strip(),
            logo_key=logo_key,
            place_question=self._own("place_question"),
            unit_question=self._own("unit_question"),
            how=self._own("how"),
            afterwards=self._own("afterwards"),
        )

    def _own(self, name: str) -> str:
        """A text as it was filled in, '' for the shipped one."""
        given = str(self[name].data or "").strip()
        return "" if given == SHIPPED[name] else given


def index() -> str:
    """What was made, newest first."""
    page = read_page(request.args)
    with parts().reading() as connection:
        paging = Paging(page, count_tasks(connection, viewer(), (TASK_KIND,)), PAGE_SIZE)
        tasks = list_tasks(connection, viewer(), (TASK_KIND,), paging.offset, paging.size)
    return render_template("posters.html", tasks=tasks, paging=paging)


def create() -> Any:
    """The form, how one would look, and then a task."""
    scene = request.values.get("scene", "")[:64]
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
        counts = tally_codes(connection, CodeFilter(), g.staff.reach, gazetteer)
    form = _form(gazetteer, {each.material for each in counts})
    refusal, preview_key, logo_key = "", "", ""
    if request.method == "POST" and form.validate():
        try:
            logo_key = _logo_key()
            order = form.order(scene, logo_key)
            signs, printing = _checked(order)
            if "preview" not in request.form:
                task_id = _asked(order, len(signs), gazetteer)
                return redirect(url_for("task", task_id=task_id), code=303)
            preview_key = keep_upload(parts().settings.var, _picture(order, signs))
            refusal = printing.left_out
        except SurveyError as error:
            refusal = str(error)
    is_bad = request.method == "POST" and not preview_key
    return render_template(
        "posters_new.html",
        form=form,
        scene=scene,
        scene_name=_scene_name(scene, gazetteer),
        refusal=refusal,
        preview_key=preview_key,
        logo_key=logo_key,
        made=sum(each.count for each in counts if each.state == "created"),
    ), 400 if is_bad else 200


def preview(key: str) -> Response:
    """A picture that `create` made to be looked at."""
    content = read_upload(parts().settings.var, key)
    return send_file(io.BytesIO(content), mimetype="image/png")


def _form(gazetteer: Gazetteer, used: set[str]) -> PosterForm:
    given = request.form if request.method == "POST" else None
    form = PosterForm(given, data=dict(SHIPPED, levels=list(_default_levels())))
    form.county.choices = [("", "全市")] + [(each.code, each.short_name) for each in gazetteer.counties]
    form.material.choices = [("", "全部载体")] + [
        (material or PLAIN_WORD, material_name(material)) for material in sorted(used)
    ]
    if given is None:
        county = request.args.get("county", "")
        form.county.data = county if any(county == code for code, _ in form.county.choices) else ""
    return form


def _default_levels() -> tuple[str, ...]:
    """What a link from the list asked for, else everything but villages."""
    asked = request.args.get("level", "")
    return (asked,) if asked in LEVELS else ("county", "township", "unit")


def _logo_key() -> str:
    """The logo that was handed in now or with the preview before; '' for none."""
    sent = request.files.get("logo")
    if sent is not None and sent.filename:
        _name, content = read_file("logo")
        return keep_upload(parts().settings.var, content)
    return "" if "no_logo" in request.form else request.form.get("logo_key", "")


def _checked(order: PosterOrder) -> tuple[list[Sign], Printing]:
    """The signs of an order that can be carried out; SurveyError with the reason for any other."""
    office, var = parts().settings.office, parts().settings.var
    logo = read_upload(var, order.logo_key) if order.logo_key else None
    look = order.look(Owner(office.name, office.phone), logo)
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
        printing = find_printing(connection, order.filter, g.staff.reach, gazetteer)
        with Session(bind=connection) as looking:
            refuse_steering_texts(looking, order.own_texts)
    signs = [look.sign(line) for line in printing.lines]
    signs[0].code()  # refuses a logo that would spoil it
    return signs, printing


def _picture(order: PosterOrder, signs: list[Sign]) -> bytes:
    """How the first of them would look."""
    if order.template == BARE:
        return signs[0].code().png(80, 220)
    template = template_named(order.template)
    dpi = PREVIEW_WIDTH_PX / template.width_pt * 72
    return Press(parts().clock()).png(template, signs[: template.per_page], dpi)[0]


def _asked(order: PosterOrder, count: int, gazetteer: Gazetteer) -> int:
    now = parts().clock()
    title = order.title_in(gazetteer)
    with parts().writing() as session:
        task = ask_task(session, TASK_KIND, f"{title}（{count}张）", order.dump(), g.staff.staff_id, now)
        task.total = count
        details: Details = {"内容": title, "个数": count}
        record(session, Act.POSTERS_ASKED, g.staff.who, about("job", task.id), details)
        task_id = task.id
    parts().wake_worker()
    return task_id


def _scene_name(scene: str, gazetteer: Gazetteer) -> str:
    if not scene:
        return ""
    with parts().reading() as connection:
        printing = find_printing(connection, CodeFilter(scene=scene), g.staff.reach, gazetteer)
    line = printing.lines[0]
    return f"{line.full_name}（{line.material_name}）"


ROUTES = (
    Route("/posters/", "posters", index, LOOKERS),
    Route("/posters/new", "posters_new", create, OFFICE, methods=("GET", "POST"), max_bytes=MAX_LOGO_BYTES),
    Route("/posters/preview/<key>", "poster_preview", preview, OFFICE),
)
