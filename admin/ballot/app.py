"""The leaders' ballot as a WSGI application of its own, below `/ballot/`."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException

from admin.ballot import views
from admin.ballot.tools import EXTENSION_TOOLS, Tools
from admin.ballot.visitor import PATH, came_from_elsewhere
from admin.guard import HEADERS
from admin.parts import EXTENSION, Parts
from core.ballots.draft_keys import DraftKeys
from core.ballots.slips import Hasher
from core.errors import SurveyError

log = logging.getLogger(__name__)

MAX_FORM_BYTES = 64 * 1024
STATIC_AGE = timedelta(days=30)
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
SAID = {
    400: ("请求不完整", "请回到上一页，刷新后再试。"),
    403: ("这张表不是从本页交来的", "请从纸票上的网址打开，再填一次。"),
    404: ("没有这一页", "网址可能抄错了。请从纸票上的网址打开。"),
    405: ("不能这样打开", "请从纸票上的网址打开，点页面上的按钮。"),
    413: ("写得太长了", "请删短一些再交。"),
    500: ("系统出错了", "刚才的操作没有完成，已经填好的还在。请稍后再试；还不行，请给办公室打电话。"),
}


def create_ballot_app(parts: Parts) -> Flask:
    """The application that answers everything below `/ballot`."""
    app = Flask(__name__, static_folder="static", static_url_path=f"{PATH}/static")
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    with parts.writing() as session:
        hasher = Hasher.open(session, parts.keys, parts.clock())
    app.extensions[EXTENSION] = parts
    app.extensions[EXTENSION_TOOLS] = Tools(hasher, DraftKeys(parts.settings.var), not _is_local(parts))
    version = format(int((Path(app.root_path) / "static" / "ballot.css").stat().st_mtime), "x")
    for path, name, view, methods in views.ROUTES:
        app.add_url_rule(PATH + path, endpoint=name, view_func=view, methods=methods)

    @app.before_request
    def only_our_own_forms() -> None:
        if request.method == "POST" and came_from_elsewhere():
            abort(403)

    @app.after_request
    def with_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # A form that was handed in must not be in the cache of a shared computer.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.context_processor
    def around() -> dict[str, Any]:
        return {"office": parts.settings.office, "stylesheet_version": version}

    _answer_failures(app)
    return app


def _answer_failures(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        return _told(error.code, *SAID.get(error.code, SAID[400]))

    @app.errorhandler(SurveyError)
    def foreseen(error: SurveyError) -> Any:
        return _told(409, "现在不行", str(error))

    @app.errorhandler(Exception)
    def bug(error: Exception) -> Any:
        log.exception("ballot_page_failed", extra={"endpoint": request.endpoint})
        return _told(500, *SAID[500])


def _told(status: int, title: str, next_step: str) -> Any:
    return render_template("message.html", title=title, words=next_step), status


def _is_local(parts: Parts) -> bool:
    """Whether it is served over plain http: a demonstration, or on one's own machine."""
    address = urlsplit(parts.settings.public_url)
    return parts.settings.demo or (address.scheme == "http" and address.hostname in LOCAL_HOSTS)
