"""
The only door to the platform's API.

Every call has a time limit, is timed, counted and logged with its error code and `rid`; an error is raised
as `WeChatError` with the reaction it asks for. A refused token is renewed and the call made once more, never
twice. What may be called, and what to do about an error, is for the callers.
"""

import json
import logging
import re
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from bot.metrics import BotMetrics
from bot.wechat.errors import SYSTEM_BUSY, TOKEN_REFUSED, WeChatError
from bot.wechat.token import AccessTokens
from bot.wechat.token_stores import TokenStore
from core.clock import Clock
from core.config import WeChat

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(8.0, connect=3.0)
LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=30.0)

# errmsg ends in ` rid: 5f1a2b3c-…`; the platform's support and its rid query ask for it.
_RID = re.compile(r"rid: ?([0-9A-Za-z-]+)")


def open_http() -> httpx.Client:
    """The connections to the platform. Proxies and other settings of the environment are not looked at."""
    # These loggers write whole addresses, and ours carry the access token.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.Client(timeout=TIMEOUT, limits=LIMITS, trust_env=False, follow_redirects=False)


class WeChatClient:
    """Calls by path, as in the platform's documents: `get("/cgi-bin/user/info", openid=…)`."""

    def __init__(
        self,
        wechat: WeChat,
        store: TokenStore,
        clock: Clock,
        metrics: BotMetrics,
        http: httpx.Client | None = None,
    ) -> None:
        self._wechat = wechat
        self._http = http or open_http()
        self._metrics = metrics
        self.tokens = AccessTokens(store, self._fetch_token, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, call: str, **parameters: str) -> dict[str, Any]:
        """Ask; the answer's fields. Raises WeChatError."""
        return self._with_token("GET", call, parameters, None)

    def post(self, call: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Act; the answer's fields. Raises WeChatError."""
        return self._with_token("POST", call, {}, body)

    def _with_token(
        self, method: str, call: str, parameters: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        token = self.tokens.current()
        try:
            return self._send(method, call, {**parameters, "access_token": token}, body)
        except WeChatError as error:
            if error.code not in TOKEN_REFUSED:
                raise
        token = self.tokens.instead_of(token)
        return self._send(method, call, {**parameters, "access_token": token}, body)

    def _fetch_token(self) -> tuple[str, int]:
        call = "/cgi-bin/stable_token"
        answer = self._send(
            "POST",
            call,
            {},
            {
                "grant_type": "client_credential",
                "appid": self._wechat.app_id,
                "secret": self._wechat.app_secret,
                "force_refresh": False,
            },
        )
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise WeChatError(call, SYSTEM_BUSY)
        return token, seconds

    def _send(
        self, method: str, call: str, parameters: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """One request, timed, counted and logged."""
        started = time.perf_counter()
        code, rid = SYSTEM_BUSY, ""
        try:
            answer = self._exchange(method, call, parameters, body)
            code = answer["errcode"] if isinstance(answer.get("errcode"), int) else 0
            rid = _rid(answer)
        finally:
            seconds = time.perf_counter() - started
            self._metrics.api_seconds.labels(call).observe(seconds)
            if code:
                self._metrics.api_errors.labels(call, str(code)).inc()
            log.log(
                logging.WARNING if code else logging.INFO,
                "wechat_call",
                extra={"call": call, "code": code, "rid": rid, "milliseconds": round(seconds * 1000)},
            )
        if code:
            raise WeChatError(call, code, rid)
        return answer

    def _exchange(
        self, method: str, call: str, parameters: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        # Raw UTF-8: escaped as \uXXXX, Chinese words have been shown to people literally.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {} if content is None else {"Content-Type": "application/json; charset=utf-8"}
        try:
            response = self._http.request(
                method, f"{self._wechat.api}{call}", params=parameters, content=content, headers=headers
            )
            if response.status_code != httpx.codes.OK:
                raise WeChatError(call, SYSTEM_BUSY)
            answer = json.loads(response.content)
        except (httpx.HTTPError, ValueError) as error:
            raise WeChatError(call, SYSTEM_BUSY) from error
        if not isinstance(answer, dict):
            raise WeChatError(call, SYSTEM_BUSY)
        return answer


def _rid(answer: Mapping[str, Any]) -> str:
    found = _RID.search(str(answer.get("errmsg", "")))
    return found[1] if found else ""
