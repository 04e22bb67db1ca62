"""One's own account: a new password, the second factor, and where one is signed in."""

from typing import Any

from flask import g, redirect, render_template, request, session, url_for
from wtforms import PasswordField
from wtforms.validators import InputRequired

from admin.address import client_address
from admin.forms import ChineseForm
from admin.guard import SESSION_TOKEN
from admin.parts import parts
from admin.routes import ANY_STAFF, Route
from admin.screens.login import this_browser
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import SurveyError
from core.people.service import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, change_own_password
from core.signin.sessions import end_all, end_one, list_sessions, start_session
from core.signin.throttle import Attempt, count_attempt, forgive
from core.signin.totp import standing


class PasswordForm(ChineseForm):
    """The old one, and the new one twice."""

    old = PasswordField("现在的密码", validators=[InputRequired("请填现在的密码。")])
    new = PasswordField("新密码", validators=[InputRequired("请填新密码。")])
    again = PasswordField("新密码再输一次", validators=[InputRequired("请把新密码再输一次。")])


def show() -> str:
    """What there is to do."""
    with parts().reading() as connection:
        sessions = list_sessions(connection, g.staff.staff_id, parts().clock())
        factor = standing(connection, g.staff.staff_id)
    return render_template("own_account.html", sessions=sessions, factor=factor, settings=parts().settings)


def change_password() -> Any:
    """A new password; whoever is signed in elsewhere under this account is signed out."""
    form = PasswordForm(request.form)
    refusal = ""
    if form.is_sent_and_good():
        if form.new.data != form.again.data:
            refusal = "两次输入的新密码不一样。"
        else:
            try:
                _change(str(form.old.data), str(form.new.data))
                return redirect(url_for("own_account"), code=303)
            except SurveyError as error:
                refusal = str(error)
    status = 400 if request.method == "POST" else 200
    rules = (
        f"{MIN_PASSWORD_CHARS}到{MAX_PASSWORD_CHARS}个字符，不能包含账号名，也不能一猜就中（比如1234567890）"
    )
    return render_template("own_password.html", form=form, refusal=refusal, rules=rules), status


def _change(old: str, new: str) -> None:
    settings, now = parts().settings, parts().clock()
    address = client_address(request.environ, settings.trusted_proxies)
    attempt = Attempt.of(g.staff.name, address, settings.secret_key)
    with parts().writing() as writing:
        count_attempt(writing, attempt, now)
    with parts().writing() as writing:
        staff = change_own_password(writing, g.staff.staff_id, old, new)
        forgive(writing, attempt, now)
        end_all(writing, staff.id)
        token = start_session(writing, staff, now, this_browser())
        record(writing, Act.PASSWORD_SET, g.staff.who, about("staff", staff.id), {"账号": staff.name})
    session[SESSION_TOKEN] = token


def end_session(session_id: str) -> Any:
    """Sign out a browser elsewhere."""
    with parts().writing() as writing:
        end_one(writing, g.staff.staff_id, session_id)
        record(writing, Act.SESSION_ENDED, g.staff.who, about("staff", g.staff.staff_id))
    return redirect(url_for("own_account"), code=303)


def end_others() -> Any:
    """Sign out all browsers but this one."""
    with parts().writing() as writing:
        count = end_all(writing, g.staff.staff_id, but=g.staff.session_id)
        details = {"个数": count}
        record(writing, Act.SESSION_ENDED, g.staff.who, about("staff", g.staff.staff_id), details)
    return redirect(url_for("own_account"), code=303)


ROUTES = (
    Route("/account", "own_account", show, ANY_STAFF),
    Route("/account/password", "own_password", change_password, ANY_STAFF, methods=("GET", "POST")),
    Route("/account/sessions/end", "own_sessions_end", end_others, ANY_STAFF, methods=("POST",)),
    Route("/account/sessions/<session_id>/end", "own_session_end", end_session, ANY_STAFF, methods=("POST",)),
)
