"""
The WSGI application of one server process.

It answers `/wechat` (the platform's webhook), `/healthz`, `/metrics` and a front page, and in a demonstration
what the simulated platform answers; anything else is not found.
"""

import hmac
import json
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cli.demo_phone import demo_phone
from cli.serving import Serving
from core.config import Settings
from core.logs import setup_logs
from simulator.factory import PATH_PREFIXES as PHONE_PATHS

log = logging.getLogger(__name__)

Wsgi = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
LOCAL_ADDRESSES = ("127.0.0.1", "::1")
PLAIN = "text/plain; charset=utf-8"
FRONT_PAGE = "民意：系统在运行。微信服务器地址是 /wechat。\n"


def build() -> "Application":
    """What the server loads in each of its processes."""
    setup_logs()
    return Application(Serving.open(Settings.load(os.environ, Path(".env"))))


class Application:
    """Sends each request to the part that answers it, by its path."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._phone = demo_phone(serving.settings, serving.engine) if serving.settings.demo else None
        self._by_path: dict[str, Wsgi] = {
            "/wechat": serving.webhook,
            "/healthz": self._health,
            "/metrics": self._metrics,
            "/": self._front,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        answer = self._by_path.get(path)
        if answer is None:
            is_phones = self._phone is not None and path.startswith(PHONE_PATHS)
            answer = self._phone if is_phones and self._phone else self._nothing
        return answer(environ, start_response)

    def _health(self, _environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Whether the database answers, and how many turns wait; 503 when it does not."""
        database = "ok"
        try:
            with self._serving.engine.connect().execution_options(read_only=True) as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            log.warning("health_database_failed", extra={"reason": type(error).__name__})
            database = "failed"
        found = {"status": database, "database": database, "waiting_turns": self._serving.turns.waiting}
        status = "200 OK" if database == "ok" else "503 Service Unavailable"
        return _send(start_response, status, "application/json", json.dumps(found))

    def _metrics(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Prometheus text, for this machine or whoever brings the token."""
        if not self._may_read_metrics(environ):
            return _send(start_response, "403 Forbidden", PLAIN, "只给本机或带令牌的请求看。\n")
        body = generate_latest(self._serving.registry).decode()
        return _send(start_response, "200 OK", CONTENT_TYPE_LATEST, body)

    def _may_read_metrics(self, environ: WSGIEnvironment) -> bool:
        token = self._serving.settings.metrics_token
        given = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if token and hmac.compare_digest(given.encode(), token.encode()):
            return True
        # Behind a proxy every request comes from this machine, so then only the token counts.
        proxied = bool(self._serving.settings.trusted_proxies) or "HTTP_X_FORWARDED_FOR" in environ
        return environ.get("REMOTE_ADDR", "") in LOCAL_ADDRESSES and not proxied

    def _front(self, _environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Where a look begins: the phones of a demonstration."""
        if self._phone is not None:
            start_response("302 Found", [("Location", "/demo/"), ("Content-Length", "0")])
            return []
        return _send(start_response, "200 OK", PLAIN, FRONT_PAGE)

    def _nothing(self, _environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return _send(start_response, "404 Not Found", PLAIN, "没有这个网页。\n")


def _send(start_response: StartResponse, status: str, content_type: str, body: str) -> Iterable[bytes]:
    sent = body.encode()
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(sent)))])
    return [sent]
