"""
Web sign-in: the page a browser is sent to, and the code it brings back. WeChat docs, web authorisation.

On a real phone the client knows who holds it; here the phone page says so by cookie, else a page asks.
"""

import re
import secrets
from urllib.parse import urlsplit

import httpx
from flask import Response, make_response, redirect, render_template, request

from simulator.api.calls import Answer, Api
from simulator.errcodes import ApiError

CODE_SECONDS = 300.0
PHONE_COOKIE = "simulated_phone"
# Chosen on the asking page: the virtual user that preview pages (快照页) are opened by.
SNAPSHOT = "snapshot"
_STATE = re.compile(r"[a-zA-Z0-9]{0,128}")


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    @api.blueprint.get("/connect/oauth2/authorize")
    def authorize() -> Response:
        target, wrong = request.args.get("redirect_uri", ""), _wrong_request(world.config.oauth_domain)
        if request.args.get("appid") != world.config.app_id:
            wrong = "appid 不是本公众号的"
        if wrong:
            return make_response(render_template("authorize.html", wrong=wrong, phones=[]), 400)
        who = request.args.get("as") or request.cookies.get(PHONE_COOKIE, "")
        if who != SNAPSHOT and world.followers.find(who) is None:
            chances = [(phone.name, _here_as(phone.openid)) for phone in world.followers.everyone()[-20:]] + [
                ("快照页的虚拟用户", _here_as(SNAPSHOT))
            ]
            return make_response(render_template("authorize.html", wrong="", phones=chances))
        code = secrets.token_hex(16)
        openid = "oSNAPSHOT" + secrets.token_hex(10)[:19] if who == SNAPSHOT else who
        world.store.change(
            "INSERT INTO sign_in VALUES (?, ?, ?, ?, 0)", code, openid, who == SNAPSHOT, world.at()
        )
        brought = {"code": code, "state": request.args.get("state", "")}
        return make_response(redirect(str(httpx.URL(target).copy_merge_params(brought))))

    @api.call("GET", "/sns/oauth2/access_token", token=False)
    def access_token() -> Answer:
        if request.args.get("appid") != world.config.app_id:
            raise ApiError(40013)
        if request.args.get("secret") != world.config.app_secret:
            raise ApiError(40125)
        if request.args.get("grant_type") != "authorization_code":
            raise ApiError(40002)
        code = request.args.get("code", "")
        if not code:
            raise ApiError(41008)
        fresh = world.store.change("UPDATE sign_in SET used = used + 1 WHERE code = ? AND used = 0", code)
        row = world.store.row("SELECT * FROM sign_in WHERE code = ?", code)
        if row is None or world.at() > row["made_at"] + CODE_SECONDS:
            raise ApiError(40029)
        if not fresh:
            raise ApiError(40163)
        answer = {
            "access_token": secrets.token_urlsafe(64),
            "expires_in": 7200,
            "refresh_token": secrets.token_urlsafe(64),
            "openid": row["openid"],
            "scope": "snsapi_base",
        }
        return answer | ({"is_snapshotuser": 1} if row["is_snapshot"] else {})


def _wrong_request(domain: str | None) -> str:
    """Why the page cannot be shown, in Chinese, or nothing."""
    target = urlsplit(request.args.get("redirect_uri", ""))
    if target.scheme not in ("http", "https") or not target.hostname:
        return "redirect_uri 不是完整的网址"
    if domain is not None and target.hostname != domain:
        return "redirect_uri 域名与后台配置不一致（10003）"
    if request.args.get("response_type") != "code":
        return "response_type 只能是 code"
    if request.args.get("scope") not in ("snsapi_base", "snsapi_userinfo"):
        return "scope 只能是 snsapi_base 或 snsapi_userinfo"
    if not _STATE.fullmatch(request.args.get("state", "")):
        return "state 只能用字母和数字，最多 128 个"
    return ""


def _here_as(who: str) -> str:
    """This very address, with the phone chosen."""
    return str(httpx.URL(request.url).copy_set_param("as", who))
