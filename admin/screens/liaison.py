"""One liaison: facts in full, the phone that is bound, a code to bind one with, the account."""

import logging
from secrets import token_urlsafe
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from markupsafe import Markup

from admin.parts import parts
from admin.routes import OFFICE, Route
from admin.screens.liaisons import form_for, name_of
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import SurveyError
from core.liaisons.accounts import make_account, reset_password
from core.liaisons.binding import (
    CODE_LIVES,
    NoLivingCode,
    let_go,
    living_code,
    make_code,
    note_picture,
    revoke,
)
from core.liaisons.codes import in_groups
from core.liaisons.kinds import KIND_TITLES
from core.liaisons.service import Known, change_liaison, find_liaison
from core.signin.wechat import WeChatDown
from qrcodes.code import make_code as draw_code
from qrcodes.colours import Palette

log = logging.getLogger(__name__)

SCENE = "b_{code}"


def show(liaison_id: int) -> str:
    """All of them, unmasked."""
    return _page(_opened(liaison_id, Act.NAME_SHOWN, Act.PHONE_SHOWN))


def _opened(liaison_id: int, *seen: Act) -> Known:
    """Somebody whose name, or also number, is about to be shown; that is written down before."""
    with parts().writing() as writing:
        found = find_liaison(writing.connection(), parts().keys, g.staff.reach, liaison_id)
        for act in seen:
            record(writing, act, g.staff.who, about("liaison", liaison_id))
    return found


def edit(liaison_id: int) -> Any:
    """Other facts."""
    known = _opened(liaison_id, Act.NAME_SHOWN, Act.PHONE_SHOWN)
    form = form_for(
        known.subject_code,
        name=known.name,
        phone=known.phone,
        kind=known.kind.value,
        from_day=known.from_day,
        until_day=known.until_day,
        stands_in_for=str(known.stands_in_for or ""),
    )
    problem = ""
    if form.is_sent_and_good():
        try:
            with parts().writing() as writing:
                change_liaison(writing, parts().keys, liaison_id, form.facts)
                record(writing, Act.LIAISON_CHANGED, g.staff.who, about("liaison", liaison_id))
            return redirect(url_for("liaison", liaison_id=liaison_id), code=303)
        except SurveyError as error:
            problem = str(error)
    status = 400 if request.method == "POST" else 200
    return render_template("liaison_form.html", form=form, problem=problem, known=known), status


def new_code(liaison_id: int) -> Any:
    """
    A new code; its picture comes from WeChat, which may take seconds or fail.

    No transaction is open meanwhile, and without the picture the eight characters do the same.
    """
    now = parts().clock()
    with parts().writing() as writing:
        find_liaison(writing.connection(), parts().keys, g.staff.reach, liaison_id)
        made = make_code(writing, parts().keys, liaison_id, now)
        record(writing, Act.LIAISON_CODE_MADE, g.staff.who, about("liaison", liaison_id))
    _draw(made.id, made.code)
    return redirect(url_for("liaison_sheet", liaison_id=liaison_id), code=303)


def draw_again(liaison_id: int) -> Any:
    """WeChat made no picture the first time."""
    with parts().reading() as connection:
        find_liaison(connection, parts().keys, g.staff.reach, liaison_id)
        living = living_code(connection, parts().keys, liaison_id, parts().clock())
    if not living.url:
        _draw(living.id, living.code)
    return redirect(url_for("liaison_sheet", liaison_id=liaison_id), code=303)


def _draw(code_id: int, code: str) -> None:
    door = parts().wechat
    if door is None:
        return
    try:
        url = door.temporary_code(SCENE.format(code=code), int(CODE_LIVES.total_seconds()))
    except WeChatDown as error:
        log.warning("liaison_code_without_picture", extra={"reason": type(error.__cause__).__name__})
        return
    with parts().writing() as writing:
        note_picture(writing, code_id, url)


def sheet(liaison_id: int) -> str:
    """The code to be handed over: on the screen, or printed."""
    known = _opened(liaison_id, Act.NAME_SHOWN)
    with parts().reading() as connection:
        living = living_code(connection, parts().keys, liaison_id, parts().clock())
        gazetteer = parts().catalog(connection).gazetteer
    # Drawn by us out of an address of the platform's: nothing a person typed gets into it.
    picture = Markup(draw_code(living.url, Palette()).svg()) if living.url else ""  # noqa: S704
    return render_template(
        "liaison_sheet.html",
        known=known,
        subject=name_of(gazetteer, known.subject_code),
        kind=KIND_TITLES[known.kind],
        code=in_groups(living.code),
        expires_at=living.expires_at,
        picture=picture,
    )


def sure(liaison_id: int) -> str:
    """Ask once before a binding ends, or somebody goes."""
    leaving = request.args.get("leaving") == "1"
    known = _opened(liaison_id, Act.NAME_SHOWN)
    return render_template("liaison_sure.html", known=known, leaving=leaving)


def end(liaison_id: int) -> Any:
    """Revoke the binding; or let them go."""
    leaving = request.form.get("leaving") == "1"
    now = parts().clock()
    with parts().writing() as writing:
        find_liaison(writing.connection(), parts().keys, g.staff.reach, liaison_id)
        (let_go if leaving else revoke)(writing, liaison_id, now)
        act = Act.LIAISON_LEFT if leaving else Act.LIAISON_REVOKED
        record(writing, act, g.staff.who, about("liaison", liaison_id))
    if leaving:
        flash("这位联络员离任了，微信和账号都不能再用；办过的事都留着。")
        return redirect(url_for("liaisons"), code=303)
    return redirect(url_for("liaison", liaison_id=liaison_id), code=303)


def account(liaison_id: int) -> Any:
    """An account with a password, or another password for the one there is; shown once."""
    now, password, problem = parts().clock(), token_urlsafe(9), ""
    try:
        with parts().writing() as writing:
            known = find_liaison(writing.connection(), parts().keys, g.staff.reach, liaison_id)
            if known.staff_id is None:
                name = request.form.get("name", "").strip()
                made = make_account(writing, liaison_id, name, password, now)
                record(writing, Act.STAFF_ADDED, g.staff.who, about("staff", made.id), {"账号": name})
            else:
                name = reset_password(writing, liaison_id, password)
                record(writing, Act.PASSWORD_SET, g.staff.who, about("staff", known.staff_id))
    except SurveyError as error:
        problem = str(error)
    known = _opened(liaison_id, Act.NAME_SHOWN, Act.PHONE_SHOWN)
    return (_page(known, problem=problem), 400) if problem else _page(known, password=password)


def _page(known: Known, *, password: str = "", problem: str = "") -> str:
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
        try:
            living_code(connection, parts().keys, known.id, parts().clock())
            has_code = True
        except NoLivingCode:
            has_code = False
    subject = name_of(gazetteer, known.subject_code)
    return render_template(
        "liaison.html",
        known=known,
        subject=subject,
        kind=KIND_TITLES[known.kind],
        has_code=has_code,
        password=password,
        problem=problem,
        proposed=f"{subject}{known.id}",
    )


ROUTES = (
    Route("/liaisons/<int:liaison_id>", "liaison", show, OFFICE),
    Route("/liaisons/<int:liaison_id>/edit", "liaison_edit", edit, OFFICE, methods=("GET", "POST")),
    Route("/liaisons/<int:liaison_id>/code", "liaison_code", new_code, OFFICE, methods=("POST",)),
    Route("/liaisons/<int:liaison_id>/picture", "liaison_picture", draw_again, OFFICE, methods=("POST",)),
    Route("/liaisons/<int:liaison_id>/sheet", "liaison_sheet", sheet, OFFICE),
    Route("/liaisons/<int:liaison_id>/sure", "liaison_sure", sure, OFFICE),
    Route("/liaisons/<int:liaison_id>/end", "liaison_end", end, OFFICE, methods=("POST",)),
    Route("/liaisons/<int:liaison_id>/account", "liaison_account", account, OFFICE, methods=("POST",)),
)
