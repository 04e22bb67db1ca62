"""
Signing in and out.

What is told never depends on whether a name exists, and neither does the work done: the password is always
hashed, except for those who have to wait.
"""

import hmac
import logging
from typing import Any
from urllib.parse import urlsplit

from flask import g, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from admin.address import client_address
from admin.browser_words import browser_words
from admin.forms import ChineseForm
from admin.guard import SESSION_TOKEN, is_in_wechat
from admin.parts import parts
from admin.routes import ANY_STAFF, EVERYBODY, PREFIX, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.audit.who import NOBODY, Who
from core.people.models import Staff
from core.people.service import find_staff, verify_staff
from core.signin.sessions import end_session, start_session
from core.signin.throttle import Attempt, MustWait, count_attempt, forgive
from core.signin.totp import standing

log = logging.getLogger(__name__)

# Where the cookie holds the token of a session that waits for its code.
WAITING_TOKEN = "waiting"  # noqa: S105  (the name of a field, not a secret)
# Where it holds what the first step was, and the two there are, as the audit log has them.
BEGAN_WITH = "began_with"
PASSWORD, WECHAT = "密码", "微信"
WRONG = "账号或密码不对。请再看一遍大小写和输入法。"


class SignInForm(ChineseForm):
    """Name and password."""

    name = StringField("账号", validators=[InputRequired("请填账号。")])
    password = PasswordField("密码", validators=[InputRequired("请填密码。")])


def sign_in() -> Any:
    """The form; and signing in, which begins a new session whatever the browser brought."""
    form = SignInForm(request.form)
    problem = ""
    status = 200
    if form.is_sent_and_good():
        name, password = str(form.name.data).strip(), str(form.password.data)
        attempt = _attempt(name)
        try:
            with parts().writing() as writing:
                count_attempt(writing, attempt, parts().clock())
            next_page = _enter(name, password, attempt)
            if next_page:
                return redirect(next_page, code=303)
            problem, status = WRONG, 401
        except MustWait as error:
            log.warning("sign_in_must_wait", extra={"seconds": error.seconds})
            problem, status = str(error), 429
    elif request.method == "POST":
        status = 400
    is_over = bool(request.args.get("over"))
    return render_template(
        "login.html", form=form, problem=problem, is_over=is_over, offers_wechat=_offers_wechat()
    ), status


def sign_out() -> Any:
    """End the session here and in the database."""
    token = session.pop(SESSION_TOKEN, "")
    session.clear()
    with parts().writing() as writing:
        end_session(writing, token)
        record(writing, Act.SIGNED_OUT, g.staff.who, about("staff", g.staff.staff_id))
    return redirect(url_for("login"), code=303)


def _offers_wechat() -> bool:
    """WeChat's sign-in works inside WeChat only; a demonstration has it everywhere."""
    return parts().wechat is not None and (is_in_wechat() or parts().settings.demo)


def _attempt(name: str) -> Attempt:
    settings = parts().settings
    return Attempt.of(name, client_address(request.environ, settings.trusted_proxies), settings.secret_key)


def _enter(name: str, password: str, attempt: Attempt) -> str:
    """The page to go on with; '' when the password is wrong. Who has a second factor goes on to its page."""
    now = parts().clock()
    found = _look_up(name, password) if name.isprintable() else None
    if found is None:
        _note_failure(name)
        return ""
    staff_id, has_old_hash = found
    with parts().writing() as writing:
        staff = verify_staff(writing, name, password) if has_old_hash else writing.get(Staff, staff_id)
        if staff is None:
            return ""
        forgive(writing, attempt, now)
        waits = standing(writing.connection(), staff_id).is_on
        token = start_session(writing, staff, now, this_browser(), waits_for_code=waits)
        if not waits:
            note_signed_in(writing, staff_id, staff.name, PASSWORD)
    session.clear()
    if waits:
        session[WAITING_TOKEN], session[BEGAN_WITH] = token, PASSWORD
        return url_for("login_code", next=request.args.get("next") or None)
    session[SESSION_TOKEN] = token
    return where_to(request.args.get("next", ""))


def this_browser() -> str:
    """What the browser of this request calls itself."""
    return browser_words(request.user_agent.string)


def note_signed_in(writing: Session, staff_id: int, name: str, how: str) -> None:
    """They are in."""
    details = {"方式": how, "来源": source()}
    record(writing, Act.SIGNED_IN, Who.staff(staff_id, name), about("staff", staff_id), details)
    log.info("signed_in", extra={"staff_id": staff_id})


def _note_failure(name: str) -> None:
    """Whose account was tried, if there is one; what else was typed may be a password, and is not kept."""
    log.warning("sign_in_failed")
    with parts().writing() as writing:
        tried = find_staff(writing, name) if name.isprintable() else None
        details = {"账号": tried.name if tried else "没有这个账号", "来源": source()}
        record(writing, Act.SIGN_IN_FAILED, NOBODY, about("staff", tried.id) if tried else "", details)


def source() -> str:
    """The same eight characters for the same address; the address itself is not kept."""
    settings = parts().settings
    address = client_address(request.environ, settings.trusted_proxies)
    return hmac.digest(settings.secret_key.encode(), f"audit {address}".encode(), "sha256").hex()[:8]


def _look_up(name: str, password: str) -> tuple[int, bool] | None:
    """
    The account's id, and whether its hash is of an older kind and wants to be replaced; None when wrong.

    Hashing takes its time, so it is done where no writer has to wait for it.
    """
    with parts().reading() as connection, Session(bind=connection) as looking:
        staff = verify_staff(looking, name, password)
        return (staff.id, staff in looking.dirty) if staff is not None else None


def where_to(wanted: str) -> str:
    """The page they came for, when it is one of ours."""
    address = urlsplit(wanted)
    is_ours = not address.scheme and not address.netloc and wanted.startswith(f"{PREFIX}/")
    return wanted if is_ours and "\\" not in wanted else url_for("home")


ROUTES = (
    Route("/login", "login", sign_in, EVERYBODY, methods=("GET", "POST")),
    Route("/logout", "logout", sign_out, ANY_STAFF, methods=("POST",)),
)
