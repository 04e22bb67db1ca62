"""What went wrong, in plain Chinese, and what to do next: one page for every kind of failure."""

import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from core.errors import Busy, NotFound, Refused, SurveyError
from core.signin.throttle import MustWait

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A failure's title, and what to do next."""

    title: str
    next_step: str


BY_STATUS = {
    400: Told("请求不完整", "请回到上一页，刷新后再试一次。"),
    401: Told("登录已经过期", "请重新登录，再做一次刚才的操作；刚才填的内容没有保存。"),
    403: Told("您的账号不能看这一页", "如果工作需要，请找办公室的同事给您的账号换角色。"),
    404: Told("没有这一页", "网址可能抄错了，或者内容已经不在。请从首页进去找。"),
    405: Told("不能这样打开这个网址", "请从首页进去，点页面上的按钮。"),
    413: Told("提交的内容太大", "请把文字删短；照片请少选几张，分几次附上。"),
    500: Told("系统出错了", "刚才的操作没有完成，错误已经记下。请稍后再试；还不行，请告诉管理员出错的时间。"),
}
# An address that takes more than this takes files.
FILES_FROM_BYTES = 1_000_000
EXPIRED = Told("表单已经过期", "可能是登录状态变了，或者页面开得太久。请回到上一页，刷新后再提交一次。")


class BadFilter(SurveyError):
    """The address asks for something that is not there: an unknown code, dates the wrong way round."""


def install(app: Flask) -> None:
    """Answer every failure with a page."""

    @app.errorhandler(CSRFError)
    def form_expired(_error: CSRFError) -> Any:
        return _page(400, EXPIRED)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        if error.code == 413 and request.max_content_length and request.max_content_length > FILES_FROM_BYTES:
            most = request.max_content_length // 1_000_000
            return _page(413, Told("文件太大", f"这里的文件最大{most}MB。请换一个小一些的。"))
        return _page(error.code, BY_STATUS.get(error.code, BY_STATUS[400]))

    @app.errorhandler(SurveyError)
    def foreseen(error: SurveyError) -> Any:
        status = _status_of(error)
        log.info("request_refused", extra={"reason": type(error).__name__, "endpoint": request.endpoint})
        return _page(status, Told("这样不行" if status < 500 else "现在办不了", str(error)))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Any:
        log.error("request_failed", exc_info=error, extra={"endpoint": request.endpoint})
        return _page(500, BY_STATUS[500])


def _status_of(error: SurveyError) -> int:
    for kind, status in ((NotFound, 404), (MustWait, 429), (Refused, 409), (Busy, 503), (BadFilter, 400)):
        if isinstance(error, kind):
            return status
    return 500


def _page(status: int, told: Told) -> Any:
    has_filters = request.method == "GET" and bool(request.query_string)
    return render_template("error.html", told=told, status=status, has_filters=has_filters), status
