"""
The platform: whether it is reached, whether our clock agrees with its, whether it gives us an access token.

Asks by `stable_token` without force: that gives the token in use and makes no other one invalid.
"""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.wechat.errors import KNOWN, UNKNOWN
from cli.checks.finding import Finding, Health
from core.clock import Clock
from core.config import Settings

TIMEOUT_SECONDS = 5
# A push older than ten minutes is refused; long before that something is wrong with a clock.
MOST_CLOCK_DIFFERENCE = timedelta(seconds=60)
CALL = "/cgi-bin/stable_token"

ADVICE = {
    40164: "请在公众平台后台“开发—基本配置”的 IP 白名单里加上这台服务器的出口 IP，约5分钟生效",
    40125: "请核对 MINYI_WECHAT_APP_SECRET；忘了只能在公众平台后台重置",
    40013: "请核对 MINYI_WECHAT_APP_ID",
    40243: "请在公众平台后台解除 AppSecret 的冻结",
    89503: "请公众号管理员在微信里确认这个 IP",
    45009: "今天的次数用完了，明天零点恢复",
    45011: "请过一分钟再试",
}


def check_platform(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Clock and token, by one call."""
    wechat = settings.wechat
    if not wechat.app_id or not wechat.app_secret:
        yield Finding("公众号", Health.NOTE, "没有 AppID 或 AppSecret，没法检查")
        return
    question = {"grant_type": "client_credential", "appid": wechat.app_id, "secret": wechat.app_secret}
    try:
        answer = httpx.post(wechat.api + CALL, json=question, timeout=TIMEOUT_SECONDS, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield _not_reached(settings, error)
        return
    yield _clock(answer, clock)
    yield _token(answer)


def _not_reached(settings: Settings, error: Exception) -> Finding:
    if settings.demo:
        return Finding("公众号", Health.NOTE, "模拟平台没有开，运行 serve 时才有")
    words = (
        f"连不上 {settings.wechat.api}（{type(error).__name__}）。请检查这台服务器能不能上网、防火墙和 DNS"
    )
    return Finding("公众号", Health.BAD, words)


def _clock(answer: httpx.Response, clock: Clock) -> Finding:
    try:
        there = parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError):
        return Finding("时钟", Health.NOTE, "平台没有说现在几点，没法对时")
    difference = clock() - there
    seconds = round(abs(difference.total_seconds()))
    if abs(difference) > MOST_CLOCK_DIFFERENCE:
        way = "快" if difference > timedelta(0) else "慢"
        words = (
            f"比平台{way}{seconds}秒，消息会被当成过期的拒收。请打开自动对时（如 timedatectl set-ntp true）"
        )
        return Finding("时钟", Health.BAD, words)
    return Finding("时钟", Health.GOOD, f"和平台相差{seconds}秒")


def _token(answer: httpx.Response) -> Finding:
    try:
        said: Any = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        words = f"回答的不是 JSON（HTTP {answer.status_code}）。请核对 MINYI_WECHAT_API，中间有没有代理"
        return Finding("公众号", Health.BAD, words)
    if said.get("access_token"):
        return Finding("公众号", Health.GOOD, f"取到了 access_token，{said.get('expires_in', '?')}秒内有效")
    code = said.get("errcode")
    known = KNOWN.get(code, UNKNOWN) if isinstance(code, int) else UNKNOWN
    advice = ADVICE.get(code, "请查公众平台文档的“全局返回码”") if isinstance(code, int) else "请稍后再试"
    return Finding("公众号", Health.BAD, f"取不到 access_token：{known.meaning}（{code}）。{advice}")
