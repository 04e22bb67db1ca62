"""
The only door to the platform's API.

Every call has a time limit, is timed, counted and logged with its error code and `rid`; an error is raised
as `WeChatError` with the reaction it asks for. A refused token is renewed and the call made once more,
never twice. What may be called, and what to do about an error, is for the callers.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import chain
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar

import httpx

from bot.metrics import BotMetrics
from bot.wechat.errors import NO_FILE, SYSTEM_BUSY, TOKEN_REFUSED, WeChatError
from bot.wechat.token import AccessTokens
from bot.wechat.token_stores import TokenStore
from core.clock import Clock
from core.config import WeChat

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(8.0, connect=3.0)
LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=30.0)

# A file may take longer than any other call; whoever sends it drop by drop is cut off.
DOWNLOAD_SECONDS = 120.0
# An error is some hundred bytes of JSON, also where a file was asked for.
MAX_ERROR_BYTES = 64 * 1024

# Nothing of the call had left when these were raised.
_NEVER_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

T = TypeVar("T")

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
        return self._with_token(lambda token: self._send("GET", call, {**parameters, **token}, None))

    def ask(self, call: str, **parameters: str) -> dict[str, Any]:
        """A call that carries a secret of its own in place of the access token. Raises WeChatError."""
        return self._send("GET", call, parameters, None)

    def post(self, call: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Act; the answer's fields. Raises WeChatError."""
        return self._with_token(lambda token: self._send("POST", call, token, body))

    @contextmanager
    def download(self, call: str, **parameters: str) -> Iterator[Iterator[bytes]]:
        """
        A file, in pieces as they arrive; leaving the block before the last of them ends the call.

        WeChatError when the platform refuses (it does so with HTTP 200 and JSON, so the first bytes are
        looked at and not the header), gives JSON that is no file, or breaks off, also between two pieces.
        """
        with ExitStack() as call_under_way:

            def start(token: dict[str, str]) -> Iterator[bytes]:
                return call_under_way.enter_context(self._download(call, {**parameters, **token}))

            yield self._with_token(start)

    def _with_token(self, send: Callable[[dict[str, str]], T]) -> T:
        """Send with the token, and once more with another when it was refused."""
        token = self.tokens.current()
        try:
            return send({"access_token": token})
        except WeChatError as error:
            if error.code not in TOKEN_REFUSED:
                raise
        return send({"access_token": self.tokens.instead_of(token)})

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
        with self._written_down(call) as noted:
            answer = self._exchange(method, call, parameters, body)
            noted["rid"] = _rid(answer)
            _refuse_error(call, answer)
        return answer

    @contextmanager
    def _download(self, call: str, parameters: Mapping[str, str]) -> Iterator[Iterator[bytes]]:
        # Packed bytes would have to be unpacked, to nobody knows what size.
        headers = {"Accept-Encoding": "identity"}
        address = f"{self._wechat.api}{call}"
        with (
            self._written_down(call),
            _as_busy(call),
            self._http.stream("GET", address, params=parameters, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise WeChatError(call, SYSTEM_BUSY)
            pieces = _in_time(call, response.iter_raw())
            first = next(pieces, b"")
            if first.lstrip().startswith(b"{"):
                _refuse_answer(call, first, pieces)
            yield chain((first,), pieces)

    @contextmanager
    def _written_down(self, call: str) -> Iterator[dict[str, str]]:
        """Time, count and log what happens inside; the block may note the `rid` of an answer."""
        started = time.perf_counter()
        code, noted = 0, {"rid": ""}
        try:
            yield noted
        except WeChatError as error:
            code, noted["rid"] = error.code, error.rid
            raise
        finally:
            seconds = time.perf_counter() - started
            self._metrics.api_seconds.labels(call).observe(seconds)
            if code:
                self._metrics.api_errors.labels(call, str(code)).inc()
            log.log(
                logging.WARNING if code else logging.INFO,
                "wechat_call",
                extra={
                    "call": call,
                    "code": code,
                    "rid": noted["rid"],
                    "milliseconds": round(seconds * 1000),
                },
            )

    def _exchange(
        self, method: str, call: str, parameters: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        # Raw UTF-8: escaped as \uXXXX, Chinese words have been shown to people literally.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {} if content is None else {"Content-Type": "application/json; charset=utf-8"}
        with _as_busy(call):
            response = self._http.request(
                method, f"{self._wechat.api}{call}", params=parameters, content=content, headers=headers
            )
            if response.status_code != httpx.codes.OK:
                raise WeChatError(call, SYSTEM_BUSY)
            return _fields(call, response.content)


@contextmanager
def _as_busy(call: str) -> Iterator[None]:
    """No answer, half an answer or none that can be read: nobody knows what became of the call."""
    try:
        yield
    except _NEVER_REACHED as error:
        raise WeChatError(call, SYSTEM_BUSY, was_reached=False) from error
    except httpx.HTTPError as error:
        raise WeChatError(call, SYSTEM_BUSY) from error


def _fields(call: str, content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise WeChatError(call, SYSTEM_BUSY) from error
    if not isinstance(answer, dict):
        raise WeChatError(call, SYSTEM_BUSY)
    return answer


def _refuse_error(call: str, answer: Mapping[str, Any]) -> None:
    code = answer.get("errcode")
    if isinstance(code, int) and code != 0:
        raise WeChatError(call, code, _rid(answer))


def _refuse_answer(call: str, first: bytes, pieces: Iterator[bytes]) -> NoReturn:
    """JSON came in place of a file: the error in it, or NO_FILE when there is none."""
    content = bytearray(first)
    for piece in pieces:
        content += piece
        if len(content) > MAX_ERROR_BYTES:
            raise WeChatError(call, SYSTEM_BUSY)
    _refuse_error(call, _fields(call, bytes(content)))
    raise WeChatError(call, NO_FILE)


def _in_time(call: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, as long as they come within `DOWNLOAD_SECONDS` altogether."""
    give_up = time.monotonic() + DOWNLOAD_SECONDS
    for piece in pieces:
        if time.monotonic() > give_up:
            raise WeChatError(call, SYSTEM_BUSY)
        yield piece


def _rid(answer: Mapping[str, Any]) -> str:
    found = _RID.search(str(answer.get("errmsg", "")))
    return found[1] if found else ""
