"""The second step of signing in: six digits from the phone, or a recovery code."""

import logging
from typing import Any

from flask import redirect, render_template, request, session, url_for
from wtforms import StringField
from wtforms.validators import InputRequired

from admin.address import client_address
from admin.forms import ChineseForm
from admin.guard import SESSION_TOKEN
from admin.parts import parts
from admin.routes import EVERYBODY, Route
from admin.screens.login import (
    BEGAN_WITH,
    PASSWORD,
    WAITING_TOKEN,
    note_signed_in,
    source,
    this_browser,
    where_to,
)
from core.audit.acts import Act, about
from core.audit.service import record
from core.people.service import get_staff
from core.signin.sessions import SignedIn, end_session, find_waiting, start_session
from core.signin.throttle import Attempt, MustWait, count_attempt, forgive
from core.signin.totp import check

log = logging.getLogger(__name__)

WRONG = "动态口令不对，或者已经用过。请看手机上现在的6位数字；总不对，请检查手机的时间准不准。"
HOW = {"totp": "动态口令", "recovery": "恢复码"}


class CodeForm(ChineseForm):
    """The six digits, or a recovery code."""

    code = StringField("动态口令", validators=[InputRequired("请填手机上的6位数字。")])


def enter_code() -> Any:
    """The form; and being let in."""
    token = session.get(WAITING_TOKEN)
    waiting = _waiting(token)
    if waiting is None:
        session.pop(WAITING_TOKEN, None)
        return redirect(url_for("login", next=request.args.get("next") or None), code=303)
    form = CodeForm(request.form)
    problem, status = "", 200
    if form.is_sent_and_good():
        try:
            if _enter(waiting, str(token), str(form.code.data)):
                return redirect(where_to(request.args.get("next", "")), code=303)
            problem, status = WRONG, 401
        except MustWait as error:
            problem, status = str(error), 429
    elif request.method == "POST":
        status = 400
    return render_template("login_code.html", form=form, problem=problem, name=waiting.name), status


def _waiting(token: object) -> SignedIn | None:
    if not isinstance(token, str):
        return None
    with parts().reading() as connection:
        return find_waiting(connection, token, parts().clock())


def _enter(waiting: SignedIn, token: str, typed: str) -> bool:
    settings, now = parts().settings, parts().clock()
    address = client_address(request.environ, settings.trusted_proxies)
    attempt = Attempt.of_code(waiting.staff_id, address, settings.secret_key)
    # Counted first and in a transaction of its own, so that a hundred tries at once are no better.
    with parts().writing() as writing:
        count_attempt(writing, attempt, now)
    with parts().writing() as writing:
        kind = check(writing, parts().keys, waiting.staff_id, typed, now)
        if kind is None:
            who = about("staff", waiting.staff_id)
            record(writing, Act.CODE_FAILED, waiting.who, who, {"来源": source()})
            return False
        forgive(writing, attempt, now)
        end_session(writing, token)
        staff = get_staff(writing, waiting.staff_id)
        fresh = start_session(writing, staff, now, this_browser())
        began = session.get(BEGAN_WITH, PASSWORD)
        note_signed_in(writing, staff.id, staff.name, f"{began}和{HOW[kind]}")
    session.clear()
    session[SESSION_TOKEN] = fresh
    return True


ROUTES = (Route("/login/code", "login_code", enter_code, EVERYBODY, methods=("GET", "POST")),)
