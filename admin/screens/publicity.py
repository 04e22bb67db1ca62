"""The publicity ledger: by township, when last, photos; entering one; reminding a county of the rest."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from admin.filters import PAGE_SIZE, read_page
from admin.forms import ChineseForm
from admin.item_forms import sent_photos
from admin.paging import Paging
from admin.parts import parts
from admin.routes import OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import local_day
from core.errors import NotFound, SurveyError
from core.media.service import NoSuchMedia, open_media
from core.media.store import MediaStore
from core.media.uploads import keep_photo
from core.people.roles import Role
from core.places.gazetteer import Gazetteer, PlaceNode
from core.publicity.reminding import remind
from core.publicity.service import (
    HELD_BY,
    MAX_PHOTOS,
    Hung,
    TownshipLine,
    by_township,
    count_posts,
    hang,
    is_within_reach,
    list_posts,
    withdraw,
)
from core.rectification.service import known_subjects

WHO = frozenset({Role.OFFICE, Role.AUDITOR, Role.COUNTY, Role.LIAISON})
WRITERS = frozenset({Role.OFFICE, Role.LIAISON})
MAX_BYTES = 30 * 2**20
BROWSER_KEEPS_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class CountyLines:
    """A county's townships in the ledger; `line` is None where nothing hangs."""

    county: PlaceNode
    lines: tuple[tuple[PlaceNode, TownshipLine | None], ...]

    @property
    def without(self) -> list[str]:
        """The short names of those that have none."""
        return [town.short_name for town, line in self.lines if line is None]


class PublicityForm(ChineseForm):
    """Where and when; photos come beside."""

    subject = SelectField("哪个县（区）、单位挂的", validators=[InputRequired("请选县（区）或单位。")])
    place = SelectField("乡镇（街道）", default="")
    words = StringField(
        "挂在哪里", validators=[InputRequired("请写挂在哪里。"), Length(max=120, message="最多120个字。")]
    )
    hung_on = DateField("哪天挂的", validators=[InputRequired("请填日期。")])


def index() -> str:
    """By county and township; `none=1` shows those without any."""
    only_none = request.args.get("none") == "1"
    reach = g.staff.reach
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
        found = by_township(connection, reach)
        page = Paging(read_page(request.args), count_posts(connection, reach), PAGE_SIZE)
        posts = list_posts(connection, reach, offset=page.offset, limit=page.size)
    counties = [
        _lines(gazetteer, county, found)
        for county in gazetteer.counties
        if reach.is_all or reach.county_code == county.code
    ]
    return render_template(
        "publicity.html",
        counties=counties,
        only_none=only_none,
        posts=posts,
        paging=page,
        gazetteer=gazetteer,
        today=local_day(parts().clock()),
        may_write=g.staff.role in WRITERS,
    )


def new() -> Any:
    """Enter one with photos."""
    reach = g.staff.reach
    with parts().reading() as connection, Session(bind=connection) as looking:
        gazetteer = parts().catalog(connection).gazetteer
        names = {
            code: name for code, name in known_subjects(looking).items() if reach.is_all or code == reach.code
        }
    own = reach.code if reach.code in names else ""
    today = local_day(parts().clock())
    form = PublicityForm(request.form, subject=own, hung_on=today, place=request.args.get("place", ""))
    form.subject.choices = list(names.items()) if own else [("", "请选"), *names.items()]
    counties = [
        each for each in gazetteer.counties if not reach.county_code or each.code == reach.county_code
    ]
    form.place.choices = [("", "不在乡镇，在本单位")] if not reach.county_code else []
    form.place.choices += [
        (town.code, f"{county.short_name}{town.short_name}")
        for county in counties
        for town in gazetteer.children(county.code)
    ]
    problem = ""
    if form.is_sent_and_good():
        try:
            _enter(form)
            flash("记好了。")
            return redirect(url_for("publicity"), code=303)
        except SurveyError as error:
            problem = f"{error}照片要重新选一次。"
    status = 400 if request.method == "POST" else 200
    return render_template("publicity_new.html", form=form, problem=problem, today=today), status


def _enter(form: PublicityForm) -> None:
    now = parts().clock()
    photos = sent_photos()[:MAX_PHOTOS]
    day = form.hung_on.data
    hung = Hung(
        subject_code=str(form.subject.data),
        place_code=str(form.place.data or ""),
        words=str(form.words.data),
        hung_on=day if isinstance(day, date) else local_day(now),
        origin="web",
        staff_id=g.staff.staff_id,
    )
    with parts().writing() as writing:
        store = MediaStore(parts().settings.var)
        keys = [keep_photo(writing, store, photo, HELD_BY, now) for photo in photos]
        post = hang(writing, hung, keys, now)
        _note(writing, post, "登记")


def photo(key: str) -> Response:
    """A photo, for those who see its entry."""
    with parts().reading() as connection:
        if not is_within_reach(connection, key, g.staff.reach):
            raise NoSuchMedia
        opened = open_media(connection, MediaStore(parts().settings.var), key)
    sent = send_file(opened.path, mimetype=opened.mime, conditional=True)
    sent.headers["Cache-Control"] = f"private, max-age={BROWSER_KEEPS_SECONDS}"
    return sent


def take_back(post_id: int) -> Any:
    """It was entered by mistake."""
    with parts().writing() as writing:
        withdraw(writing, post_id, g.staff.reach, parts().clock())
        _note(writing, post_id, "撤下")
    flash("撤下了这一条。")
    return redirect(url_for("publicity"), code=303)


def urge(county_code: str) -> Any:
    """Tell a county's liaisons which townships have none."""
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
        found = by_township(connection, g.staff.reach)
    county = next((each for each in gazetteer.counties if each.code == county_code), None)
    if county is None:
        raise NotFound("没有这个县（区）。")
    try:
        with parts().writing() as writing:
            told = remind(writing, county.code, _lines(gazetteer, county, found).without, parts().clock())
            details = {"什么": "还没有宣传材料的乡镇"}
            record(writing, Act.REMINDED, g.staff.who, about("unit", county.code), details)
        flash(f"提醒了{county.short_name}的{told}位联络员，工作时间里发出。")
    except SurveyError as error:
        flash(str(error))
    return redirect(url_for("publicity"), code=303)


def _note(writing: Session, post_id: int, what: str) -> None:
    record(writing, Act.PUBLICITY_NOTED, g.staff.who, about("publicity", post_id), {"做法": what})


def _lines(gazetteer: Gazetteer, county: PlaceNode, found: dict[str, TownshipLine]) -> CountyLines:
    towns = gazetteer.children(county.code)
    return CountyLines(county, tuple((town, found.get(town.code)) for town in towns))


ROUTES = (
    Route("/publicity/", "publicity", index, WHO),
    Route("/publicity/new", "publicity_new", new, WRITERS, methods=("GET", "POST"), max_bytes=MAX_BYTES),
    Route("/publicity/photos/<key>", "publicity_photo", photo, WHO),
    Route("/publicity/<int:post_id>/back", "publicity_back", take_back, WRITERS, methods=("POST",)),
    Route("/publicity/remind/<county_code>", "publicity_remind", urge, OFFICE, methods=("POST",)),
)
