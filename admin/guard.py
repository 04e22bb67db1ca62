"""
Who is let in: every request is stopped unless its route allows the role of whoever is signed in.

Also what every answer carries: headers that forbid scripts, frames and foreign content.
"""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, abort, g, redirect, request, session, url_for

from admin.parts import parts
from admin.routes import EVERYBODY, Allowed
from core.errors import Refused
from core.people.roles import Role
from core.signin.sessions import SignedIn, find_session, note_seen

log = logging.getLogger(__name__)

SESSION_TOKEN = "token"  # noqa: S105  (the name of a field, not a secret)
# In the address of a page that asks for itself again: that is nobody at the desk, so the idle time goes on.
BY_ITSELF = "by_itself"
READER_BYTES = 512 * 1024
# What can be reached before the password is one's own.
ALWAYS = frozenset({"logout", "own_password"})
# What can be reached before the second factor is set up.
SETTING_UP = frozenset({"totp_setup", "totp_code", "own_password"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Unstorable(Refused):
    """What was sent holds a character that PostgreSQL keeps in no text. Programs paste it"""

    say = "填的内容里有存不下的字符（多半是从别的程序粘贴来的）。请回到上一页，把那段文字重新打一遍再提交。"


def guard(app: Flask, roles: Mapping[str, Allowed]) -> None:
    """Put the guard before every request. `roles` by endpoint; what is missing there is refused."""

    @app.before_request
    def let_in() -> Any:
        g.staff = None
        if request.endpoint is None:
            return None  # there is no such page; Flask says so
        g.staff = _signed_in()
        allowed = roles.get(request.endpoint)
        if allowed == EVERYBODY:
            return None
        if g.staff is None:
            return _to_sign_in()
        if allowed is None or g.staff.role not in allowed:
            log.warning("page_refused", extra={"staff_id": g.staff.staff_id, "endpoint": request.endpoint})
            abort(403)
        if any("\0" in value for values in request.form.listvalues() for value in values):
            raise Unstorable
        return _first_things_first()

    @app.after_request
    def with_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # Nothing of ours may stay in a shared computer's cache, unless a view says otherwise.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def allow_uploads(app: Flask, max_bytes: Mapping[str, int]) -> None:
    """Let more be posted to these endpoints (files), by a browser that holds a session of ours."""

    @app.before_request
    def with_room() -> None:
        room = max_bytes.get(request.endpoint or "")
        if room and SESSION_TOKEN in session:
            request.max_content_length = room
            # The reader's buffer counts as form, and a file's first piece is longer than our forms are.
            request.max_form_memory_size = READER_BYTES


def _first_things_first() -> Any:
    """
    A password that somebody else made up, or a second factor that is missing where it is required: nothing
    else is done before.
    """
    if request.endpoint in ALWAYS:
        return None
    if g.staff.must_change_password:
        return redirect(url_for("own_password"), code=303)
    is_required = parts().settings.office_totp == "required" and g.staff.role == Role.OFFICE
    if is_required and not g.staff.has_totp and request.endpoint not in SETTING_UP:
        return redirect(url_for("totp_setup"), code=303)
    return None


def _signed_in() -> SignedIn | None:
    token = session.get(SESSION_TOKEN)
    if not isinstance(token, str):
        return None
    now = parts().clock()
    with parts().reading() as connection:
        found = find_session(connection, token, now)
    if found is None:
        session.clear()
        g.is_over = True
    elif found.is_due_to_be_seen and BY_ITSELF not in request.args:
        with parts().writing() as writing:
            note_seen(writing, token, now)
    return found


def is_in_wechat() -> bool:
    """Whether the page is looked at inside WeChat, as far as the browser says."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")


def _to_sign_in() -> Any:
    """
    Where to go on after signing in is kept for pages only: what was posted is lost, and that is said.

    Inside WeChat the phone says who it is, and nobody need do anything: a pushed link opens its page.
    """
    if request.method != "GET":
        abort(401)
    here = request.full_path.rstrip("?")
    if is_in_wechat() and parts().wechat is not None:
        return redirect(url_for("wechat_sign_in", next=here), code=303)
    return redirect(url_for("login", next=here, over="1" if g.get("is_over") else None), code=303)
