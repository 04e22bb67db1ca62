"""
Liaisons sign in by the phone they are bound with: WeChat says who it is, no password is typed.

`state` ties the way back to the browser that set out. What a phone may see is its liaison's reach; a phone
that acts for several is asked for which. The bound phone is what they have, so no more is asked; but whose
account has set up a second factor is asked for it here as well: else WeChat would be a way around it.
"""

import hmac
import logging
import secrets
from typing import Any

from flask import redirect, render_template, request, session, url_for

from admin.guard import SESSION_TOKEN
from admin.parts import parts
from admin.routes import EVERYBODY, Route
from admin.screens.login import BEGAN_WITH, WAITING_TOKEN, WECHAT, source, this_browser, where_to
from core.audit.acts import Act, about
from core.audit.service import record
from core.audit.who import NOBODY, Who
from core.clock import local_day
from core.errors import Refused, SurveyError
from core.liaisons.accounts import account_for_wechat
from core.liaisons.binding import Bound, bound_to, liaison_of
from core.liaisons.kinds import KIND_TITLES
from core.people.keys import named_key, person_hash
from core.signin.sessions import start_session
from core.signin.totp import standing
from core.signin.wechat import NotThisWay, WeChatDown

log = logging.getLogger(__name__)

STATE, PERSON, NEXT = "wechat_state", "wechat_person", "wechat_next"
MAX_NEXT_CHARS = 500
MAX_ID_DIGITS = 9
# The key conversations are hashed under, and so are bindings; see `cli/serving.py`.
PERSON_KEY = "person"


class NotALiaison(Refused):
    """This phone acts for nobody today."""

    say = "这个微信没有绑定联络员，或者不在代班的日期里。请向办公室要绑定码，发到公众号里，再来登录。"


class AccountDisabled(Refused):
    """The liaison's account was disabled."""

    say = "您的账号停用了。请联系办公室。"


def begin() -> Any:
    """Off to WeChat."""
    door = parts().wechat
    if door is None:
        return _failed(WeChatDown("这里没有接微信，请用账号和密码登录。"))
    session[STATE] = state = secrets.token_hex(16)
    session[NEXT] = request.args.get("next", "")[:MAX_NEXT_CHARS]
    back = parts().settings.public_url + url_for("wechat_back")
    return redirect(door.sign_in_address(back, state), code=303)


def back() -> Any:
    """Back from WeChat with a code: who is it, and for whom do they act?"""
    door, known = parts().wechat, session.pop(STATE, "")
    given = request.args.get("state", "")
    try:
        if door is None or not known or not hmac.compare_digest(known.encode(), given.encode()):
            raise NotThisWay
        openid = door.openid_of(request.args.get("code", "")[:128])
        with parts().writing() as writing:
            person = person_hash(named_key(writing, parts().keys, PERSON_KEY, parts().clock()), openid)
        bound = _acting(person)
        if not bound:
            raise NotALiaison
        if len(bound) == 1:
            return _enter(person, bound[0].liaison_id)
    except SurveyError as error:
        return _refused(error)
    session[PERSON] = person
    return _choice(bound)


def choose() -> Any:
    """One of several."""
    person = session.get(PERSON, "")
    liaison_id = request.form.get("liaison", "", str)
    if not person or not (liaison_id.isascii() and liaison_id.isdigit() and len(liaison_id) <= MAX_ID_DIGITS):
        return _failed(NotThisWay())
    try:
        return _enter(person, int(liaison_id))
    except SurveyError as error:
        return _refused(error)


def _acting(person: str) -> list[Bound]:
    with parts().reading() as connection:
        return [each for each in bound_to(connection, person, parts().clock()) if each.acts]


def _enter(person: str, liaison_id: int) -> Any:
    now = parts().clock()
    with parts().writing() as writing:
        if not liaison_of(writing.connection(), person, liaison_id, local_day(now)):
            raise NotALiaison
        staff = account_for_wechat(writing, liaison_id, now)
        if staff.disabled_at is not None:
            raise AccountDisabled
        waits = standing(writing.connection(), staff.id).is_on
        token = start_session(writing, staff, now, this_browser(), waits_for_code=waits)
        if not waits:
            who = Who.staff(staff.id, staff.name)
            details = {"方式": WECHAT, "来源": source()}
            record(writing, Act.SIGNED_IN, who, about("liaison", liaison_id), details)
    wanted = session.get(NEXT, "")
    session.clear()
    if waits:
        session[WAITING_TOKEN], session[BEGAN_WITH] = token, WECHAT
        return redirect(url_for("login_code", next=wanted or None), code=303)
    session[SESSION_TOKEN] = token
    return redirect(where_to(wanted), code=303)


def _choice(bound: list[Bound]) -> Any:
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
    names = {}
    for each in bound:
        node = gazetteer.unit(each.subject_code) or gazetteer.place(each.subject_code)
        whose = node.short_name if node else each.subject_code
        names[each.liaison_id] = f"{whose}（{KIND_TITLES[each.kind]}）"
    return render_template("wechat_choose.html", names=names)


def _refused(error: SurveyError) -> Any:
    """
    Whom WeChat knows and we do not let in is written down; what never came from WeChat is not, or anybody
    could fill the log.
    """
    log.warning("wechat_sign_in_refused", extra={"reason": type(error).__name__})
    if isinstance(error, NotALiaison | AccountDisabled):
        with parts().writing() as writing:
            record(writing, Act.SIGN_IN_FAILED, NOBODY, details={"方式": WECHAT, "来源": source()})
    return _failed(error)


def _failed(error: SurveyError) -> Any:
    wanted = session.get(NEXT) or None
    return render_template("wechat_failed.html", problem=str(error), wanted=wanted), 403


ROUTES = (
    Route("/wechat", "wechat_sign_in", begin, EVERYBODY),
    Route("/wechat/back", "wechat_back", back, EVERYBODY),
    Route("/wechat/choose", "wechat_choose", choose, EVERYBODY, methods=("POST",)),
)
