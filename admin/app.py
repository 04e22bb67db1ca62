"""
The application, made from its parts. The only place where screens are tied to addresses.

To add a screen, write a module in `admin/screens/` with a tuple `ROUTES` and put it into `SCREENS`.
"""

from datetime import timedelta
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]

from admin import error_pages, words
from admin.guard import allow_uploads, guard
from admin.parts import EXTENSION, Parts
from admin.routes import EVERYBODY, PREFIX, ROLES, Route
from admin.screens import (
    accounts,
    answers,
    audit_log,
    ballot_roster,
    ballots,
    codes,
    codes_load,
    codes_new,
    export,
    exports,
    feedback,
    funnel,
    funnel_compare,
    funnel_rounds,
    funnel_times,
    help_requests,
    home,
    inbox,
    item,
    item_ask,
    item_board,
    item_load,
    item_new,
    item_pdf,
    item_same,
    items,
    liaison,
    liaisons,
    login,
    login_code,
    media,
    office,
    opinion,
    opinions,
    outbox,
    own_account,
    own_totp,
    parts_of_round,
    population,
    posters,
    privacy,
    publicity,
    questionnaires,
    reminders,
    responses,
    results,
    results_files,
    round_states,
    rounds,
    set_aside,
    tasks,
    urging,
    wechat_sign_in,
)
from core.config import Settings
from core.signin.sessions import LONGEST

SCREENS: tuple[ModuleType, ...] = (
    login,
    login_code,
    own_account,
    own_totp,
    accounts,
    privacy,
    questionnaires,
    home,
    help_requests,
    rounds,
    round_states,
    answers,
    parts_of_round,
    responses,
    results,
    results_files,
    set_aside,
    opinions,
    media,
    export,
    exports,
    feedback,
    ballots,
    ballot_roster,
    codes,
    codes_new,
    codes_load,
    posters,
    funnel_rounds,
    funnel,
    funnel_times,
    funnel_compare,
    population,
    tasks,
    office,
    audit_log,
    item_board,
    item_new,
    item_pdf,
    item_load,
    items,
    item,
    item_same,
    item_ask,
    inbox,
    opinion,
    liaisons,
    liaison,
    wechat_sign_in,
    reminders,
    urging,
    outbox,
    publicity,
)
# Forms here are short; anything longer is a mistake or an attack.
MAX_FORM_BYTES = 64 * 1024
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
STATIC_AGE = timedelta(days=30)


def create_app(parts: Parts) -> Flask:
    """The WSGI application that answers everything below `/admin`."""
    app = Flask(__name__, static_folder="static", static_url_path=f"{PREFIX}/static")
    app.config.update(
        SECRET_KEY=parts.settings.secret_key,
        SESSION_COOKIE_NAME="minyi_admin",
        SESSION_COOKIE_PATH=PREFIX,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not _is_local(parts.settings),
        PERMANENT_SESSION_LIFETIME=LONGEST,
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        # Behind https, a form must have been sent from our own page.
        WTF_CSRF_SSL_STRICT=True,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions[EXTENSION] = parts
    routes: list[Route] = [route for screen in SCREENS for route in screen.ROUTES]
    # Before the forms' tokens are looked at: that reads what was posted.
    allow_uploads(app, {route.name: route.max_bytes for route in routes if route.max_bytes})
    CSRFProtect(app)

    for route in routes:
        app.add_url_rule(
            PREFIX + route.path, endpoint=route.name, view_func=route.view, methods=route.methods
        )
    roles = {"static": EVERYBODY} | {route.name: route.roles for route in routes}
    app.extensions[ROLES] = roles
    guard(app, roles)
    stylesheet = Path(app.root_path) / "static" / "admin.css"
    words.install(app, parts.settings.office, _version_of(stylesheet))
    error_pages.install(app)
    return app


def _is_local(settings: Settings) -> bool:
    """Whether it is served over plain http: a demonstration, or on one's own machine."""
    address = urlsplit(settings.public_url)
    return settings.demo or (address.scheme == "http" and address.hostname in LOCAL_HOSTS)


def _version_of(stylesheet: Path) -> str:
    """Changes with the stylesheet, so that browsers fetch it anew after an update."""
    return format(int(stylesheet.stat().st_mtime), "x")
