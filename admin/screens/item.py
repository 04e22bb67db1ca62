"""One item: how it stands, its timeline with photos, and what whoever looks can do now, each act a form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, send_file, url_for
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from admin.audit import note_item, note_view
from admin.downloads import make_download
from admin.item_forms import TEXT_LABELS, ActForm, details_of, fields_of, sent_photos
from admin.item_roles import ITEM_ACTORS, ITEM_LOOKERS, author
from admin.parts import parts
from admin.routes import LOOKERS, Route
from core.audit.acts import Act as Audited
from core.audit.acts import about
from core.clock import local_day
from core.errors import NotFound, Refused
from core.media.photos import MAX_PHOTO_BYTES
from core.media.reasons import Unfit
from core.media.service import NoSuchMedia, open_media
from core.media.store import MediaStore, NotStored
from core.media.uploads import keep_photo
from core.opinions.asking import MAY_BE_ASKED, asked_about
from core.opinions.handing import Behind, opinions_behind
from core.opinions.models import Opinion
from core.opinions.same_items import items_like
from core.people.roles import Role
from core.rectification import regroup
from core.rectification.authors import who_is
from core.rectification.models import Item, ItemFile
from core.rectification.service import (
    HELD_BY,
    MAX_FILES_PER_ACT,
    UNDO_SECONDS,
    Outcome,
    do,
    get_item,
    known_subjects,
    possible_acts,
    withdraw,
)
from core.rectification.standing import Standing
from core.rectification.tables_out import write_timeline
from core.rectification.timeline import timeline
from core.rectification.words import ACT_TITLES, IN_HAND, OPEN, STATE_TITLES, Act
from core.rectification.workflow import Missing, Need
from core.reports.scope import TOWNSHIP_DIGITS

# The largest photos there may be, and as many of them as an act takes.
MAX_UPLOAD_BYTES = MAX_FILES_PER_ACT * MAX_PHOTO_BYTES + 2**20
BROWSER_KEEPS_SECONDS = 3600
# Acts whose words are worth showing with pictures.
WITH_PHOTOS = frozenset(
    {Act.MEASURES, Act.PROGRESS, Act.APPLY, Act.ASK_EXTENSION, Act.RESEARCH, Act.SUPERVISE}
)
# Those have pages or fields of their own.
ELSEWHERE = frozenset({Act.SPLIT, Act.ABSORB, Act.CORRECT, Act.TRANSCRIBE})


@dataclass(frozen=True, slots=True)
class Offered:
    """An act that is possible now: its form, what it asks for (and whether it must be there)."""

    act: Act
    title: str
    form: ActForm
    asks: dict[Need, bool]
    text_label: str
    takes_photos: bool
    problem: str = ""


def show(number: int) -> str:
    """The page."""
    return _page(number)


def export(number: int) -> Any:
    """How it stands and its timeline, as a workbook."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        item, _standing = get_item(looking, number, author())
        entries = timeline(looking, number, author(), parts().clock())
        names = known_subjects(looking)
        download = make_download(
            f"{number}号办理经过", "xlsx", lambda path: write_timeline(item, entries, names, path, "xlsx")
        )
    note_view(Audited.LIST_EXPORTED, about("item", number), download.details)
    return download.send()


def act(number: int, act_name: str) -> Any:
    """Do an act; what is refused is said at its form, with what was typed."""
    try:
        wanted = Act(act_name)
    except ValueError:
        raise NotFound("没有这个办法。请回到事项的页面，点上面的按钮。") from None
    if wanted not in {act for act in Act if act not in (Act.CORRECT, Act.SPLIT, Act.ABSORB)}:
        raise NotFound("没有这个办法。请回到事项的页面，点上面的按钮。")
    form = ActForm(request.form)
    with parts().reading() as connection, Session(bind=connection) as looking:
        get_item(looking, number, author())
        form.offer_units(known_subjects(looking))
    if not form.validate():
        return _page(number, wanted, form), 400
    try:
        done = _do(number, wanted, form)
    except NotFound:
        raise
    except (Refused, Unfit, NotStored) as error:
        return _page(number, wanted, form, str(error)), 409
    told = f"{number}号办好了：{ACT_TITLES[wanted]}。"
    flash(told + (f"{UNDO_SECONDS}秒以内可以在下面撤回。" if done.undo_until else ""))
    return redirect(url_for("item", number=done.number), code=303)


def undo(number: int, act_id: int) -> Any:
    """Take back one's last act, within its minute."""
    try:
        with parts().writing() as writing:
            done = withdraw(writing, act_id, author(), parts().clock())
            note_item(writing, number, "撤回")
        flash(f"撤回了。{done.number}号现在是“{STATE_TITLES[done.standing.state]}”。")
    except Refused as error:
        flash(str(error))
    return redirect(url_for("item", number=number), code=303)


def file(number: int, key: str) -> Response:
    """A photo or voice of an item, for those whom the item is shown to."""
    with parts().reading() as connection, Session(bind=connection) as looking:
        get_item(looking, number, author())
        belongs = looking.scalar(
            select(ItemFile.media_key).where(ItemFile.media_key == key, ItemFile.item_number == number)
        )
        if belongs is None:
            raise NoSuchMedia
        opened = open_media(connection, MediaStore(parts().settings.var), key)
    if request.range is None or request.range.ranges[0][0] == 0:  # a player asks for the rest in pieces
        note_view(Audited.MEDIA_SHOWN, about("media", key), {"整改事项": number})
    sent = send_file(opened.path, mimetype=opened.mime, conditional=True)
    sent.headers["Cache-Control"] = f"private, max-age={BROWSER_KEEPS_SECONDS}"
    return sent


def _do(number: int, wanted: Act, form: ActForm) -> Outcome:
    now = parts().clock()
    photos = sent_photos()
    if len(photos) > MAX_FILES_PER_ACT:
        raise Missing(f"一次最多附{MAX_FILES_PER_ACT}张照片。")
    with parts().writing() as writing:
        get_item(writing, number, author())
        note_item(writing, number, ACT_TITLES[wanted])
        if wanted is Act.MERGE:
            return regroup.merge(writing, number, _other_number(), author(), now, str(form.text.data or ""))
        keys = [
            keep_photo(writing, MediaStore(parts().settings.var), photo, HELD_BY, now) for photo in photos
        ]
        details = details_of(form, request.form.get("file", ""))
        return do(writing, number, wanted, author(), now, details, seen_version=_seen(), files=keys)


def _seen() -> int | None:
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() else None


def _other_number() -> int:
    given = request.form.get("into", "").strip().removesuffix("号")
    if not (given.isascii() and given.isdigit() and len(given) < 9):
        raise Missing("请填要并入的那一条的编号，比如 12。")
    return int(given)


def _page(number: int, tried: Act | None = None, sent: ActForm | None = None, problem: str = "") -> str:
    now = parts().clock()
    with parts().reading() as connection, Session(bind=connection) as looking:
        item, standing = get_item(looking, number, author())
        names = known_subjects(looking)
        entries = timeline(looking, number, author(), now)
        children = looking.scalars(select(Item.number).where(Item.split_from == number)).all()
        # What a resident said is for the office; a unit has the item's own words.
        behind = opinions_behind(connection, number) if g.staff.role in LOOKERS else []
        # Whoever may merge is shown what could be merged.
        same = items_like(looking, item, g.staff.reach) if g.staff.role == Role.OFFICE else []
        residents = _residents(connection, item, behind, now) if g.staff.role in LOOKERS else {}
        looking.expunge_all()
    acts = possible_acts(standing, author())
    offered = [_offered(each, standing, names) for each in acts if each not in ELSEWHERE]
    if tried and sent is not None:
        offered = _with_problem(offered, tried, sent, problem)
    return render_template(
        "item.html",
        item=item,
        standing=standing,
        names=names,
        entries=entries,
        offered=offered,
        problem="" if any(each.problem for each in offered) else problem,
        can_split=Act.SPLIT in acts,
        can_transcribe=Act.TRANSCRIBE in acts,
        children=children,
        same=same,
        behind=behind,
        **residents,
        today=local_day(now),
        is_open=standing.state in OPEN,
        is_in_hand=standing.state in IN_HAND,
        Need=Need,
        Act=Act,
        max_files=MAX_FILES_PER_ACT,
        is_own=g.staff.reach.code == item.lead_code,
    )


def _residents(connection: Connection, item: Item, behind: list[Behind], now: datetime) -> dict[str, Any]:
    """What residents say of it, and what asking them needs."""
    gazetteer = parts().catalog(connection).gazetteer
    asked = asked_about(connection, item.number, now)
    is_free = item.state in MAY_BE_ASKED and not any(each.is_on for each in asked)
    said_at = (
        select(Opinion.place_code).where(Opinion.id.in_([each.id for each in behind])).order_by(Opinion.id)
    )
    return {
        "asked": asked,
        "may_ask": is_free and g.staff.role == Role.OFFICE,
        "places": [(county, gazetteer.children(county.code)) for county in gazetteer.counties],
        "ask_place": (connection.scalars(said_at).first() or "")[:TOWNSHIP_DIGITS],
        "gazetteer": gazetteer,
    }


def _offered(act: Act, standing: Standing, names: dict[str, str]) -> Offered:
    who = who_is(author(), standing)
    assert who is not None, "something is possible"
    form = ActForm(data={"percent": standing.percent or None, "units": list(standing.assist)})
    if act is Act.GRANT_EXTENSION:
        form.until.data = standing.asked_until
    form.offer_units(names)
    asks = fields_of(act, standing.state, who)
    label = TEXT_LABELS.get(act, "说明") + ("" if asks.get(Need.TEXT) else "（可以不填）")
    return Offered(act, ACT_TITLES[act], form, asks, label, act in WITH_PHOTOS)


def _with_problem(offered: list[Offered], tried: Act, sent: ActForm, problem: str) -> list[Offered]:
    """The form that was sent, as it was sent, with what is wrong."""
    said = problem or "请看下面标红的地方。"
    return [
        Offered(each.act, each.title, sent, each.asks, each.text_label, each.takes_photos, said)
        if each.act is tried
        else each
        for each in offered
    ]


ROUTES = (
    Route("/items/<int:number>", "item", show, ITEM_LOOKERS),
    Route("/items/<int:number>/export", "item_export", export, ITEM_LOOKERS),
    Route(
        "/items/<int:number>/do/<act_name>",
        "item_act",
        act,
        ITEM_ACTORS,
        methods=("POST",),
        max_bytes=MAX_UPLOAD_BYTES,
    ),
    Route("/items/<int:number>/undo/<int:act_id>", "item_undo", undo, ITEM_ACTORS, methods=("POST",)),
    Route("/items/<int:number>/files/<key>", "item_file", file, ITEM_LOOKERS),
)
