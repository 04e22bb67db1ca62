"""Setting up one's own second factor: a QR code for the app, the first code, recovery codes shown once."""

import io
from typing import Any

import qrcode
from flask import Response, g, redirect, render_template, request, url_for
from qrcode.image.svg import SvgPathImage
from wtforms import StringField
from wtforms.validators import InputRequired

from admin.address import client_address
from admin.forms import ChineseForm
from admin.parts import parts
from admin.routes import ANY_STAFF, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import Refused, SurveyError
from core.people.roles import Role
from core.signin.sessions import end_all
from core.signin.throttle import Attempt, count_attempt, forgive
from core.signin.totp import address_of, begin, check, confirm, new_recovery_codes, reset, standing

GROUP = 4


class CodeForm(ChineseForm):
    """Six digits."""

    code = StringField("手机上的6位数字", validators=[InputRequired("请填手机上的6位数字。")])


class StillRequired(Refused):
    """The office's accounts keep theirs."""

    say = "办公室账号必须用动态口令，不能关掉。换手机请另一位同事在“账号”里替您去掉，再重新设置。"


def set_up() -> Any:
    """Scan, type the first code, keep the recovery codes."""
    form = CodeForm(request.form)
    with parts().reading() as connection:
        if standing(connection, g.staff.staff_id).is_on:
            return redirect(url_for("own_account"), code=303)
    with parts().writing() as writing:
        renew = request.method == "GET"
        secret = begin(writing, parts().keys, g.staff.staff_id, parts().clock(), renew=renew)
    refusal = ""
    if form.is_sent_and_good():
        try:
            return render_template("recovery_codes.html", codes=_confirmed(str(form.code.data)))
        except SurveyError as error:
            refusal = str(error)
    groups = [secret[at : at + GROUP] for at in range(0, len(secret), GROUP)]
    status = 400 if request.method == "POST" else 200
    is_required = parts().settings.office_totp == "required"
    shown = {"form": form, "refusal": refusal, "groups": groups, "is_required": is_required}
    return render_template("totp_setup.html", **shown), status


def code_picture() -> Response:
    """The QR code of the secret that waits to be confirmed."""
    with parts().writing() as writing:
        secret = begin(writing, parts().keys, g.staff.staff_id, parts().clock())
    drawn = io.BytesIO()
    qrcode.make(address_of(secret, g.staff.name), image_factory=SvgPathImage).save(drawn)
    return Response(drawn.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


def renew_codes() -> Any:
    """Ten new recovery codes, for a code of the moment."""
    return _with_code("recovery", "换一批恢复码")


def switch_off() -> Any:
    """No second factor any more, for a code of the moment; not where it is required."""
    if g.staff.role == Role.OFFICE and parts().settings.office_totp == "required":
        raise StillRequired
    return _with_code("off", "关掉动态口令")


def _with_code(what: str, title: str) -> Any:
    form = CodeForm(request.form)
    refusal = ""
    if form.is_sent_and_good():
        try:
            codes = _done(what, str(form.code.data))
            if codes:
                return render_template("recovery_codes.html", codes=codes)
            return redirect(url_for("own_account"), code=303)
        except SurveyError as error:
            refusal = str(error)
    status = 400 if request.method == "POST" else 200
    return render_template("totp_code.html", form=form, refusal=refusal, title=title, what=what), status


def _done(what: str, typed: str) -> list[str]:
    now, me = parts().clock(), about("staff", g.staff.staff_id)
    attempt = _counted()
    with parts().writing() as writing:
        if check(writing, parts().keys, g.staff.staff_id, typed, now) is None:
            raise Refused("动态口令不对，或者已经用过。请等手机上换了数字再试。")
        forgive(writing, attempt, now)
        if what == "off":
            reset(writing, g.staff.staff_id)
            record(writing, Act.TOTP_RESET, g.staff.who, me)
            return []
        codes = new_recovery_codes(writing, g.staff.staff_id)
        record(writing, Act.RECOVERY_CODES_MADE, g.staff.who, me)
        return codes


def _confirmed(typed: str) -> list[str]:
    now = parts().clock()
    attempt = _counted()
    with parts().writing() as writing:
        codes = confirm(writing, parts().keys, g.staff.staff_id, typed, now)
        forgive(writing, attempt, now)
        # Who is signed in elsewhere showed no second factor.
        end_all(writing, g.staff.staff_id, but=g.staff.session_id)
        record(writing, Act.TOTP_SET, g.staff.who, about("staff", g.staff.staff_id))
    return codes


def _counted() -> Attempt:
    settings = parts().settings
    address = client_address(request.environ, settings.trusted_proxies)
    attempt = Attempt.of_code(g.staff.staff_id, address, settings.secret_key)
    with parts().writing() as writing:
        count_attempt(writing, attempt, parts().clock())
    return attempt


ROUTES = (
    Route("/account/totp", "totp_setup", set_up, ANY_STAFF, methods=("GET", "POST")),
    Route("/account/totp/code.svg", "totp_code", code_picture, ANY_STAFF),
    Route("/account/totp/recovery", "totp_recovery", renew_codes, ANY_STAFF, methods=("GET", "POST")),
    Route("/account/totp/off", "totp_off", switch_off, ANY_STAFF, methods=("GET", "POST")),
)
