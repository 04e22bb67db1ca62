"""
The WSGI application of one server process.

It answers `/wechat` (the platform's webhook), `/healthz`, `/metrics`, everything below `/admin`, the leaders'
ballot at `/ballot/`, and in a demonstration what the simulated platform answers; anything else is not found.
Browser faces are made when they are first asked for: a process that serves only the webhook stays small.
"""

import hmac
import json
import logging
import os
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from threading import Lock
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cli.proxies import see_through
from cli.serving import Serving
from core.config import Settings
from core.logs import setup_logs

log = logging.getLogger(__name__)

Wsgi = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
LOCAL_ADDRESSES = ("127.0.0.1", "::1")
PLAIN = "text/plain; charset=utf-8"
ADMIN = "/admin"
BALLOT = "/ballot"
# Paths of the simulated platform; `simulator.factory` has the same list.
PHONE_PATHS = ("/demo", "/cgi-bin/", "/sns/", "/connect/")


def build() -> "Application":
    """What the server loads in each of its processes."""
    setup_logs()
    return Application(Serving.open(Settings.load(os.environ, Path(".env"))))


class Application:
    """Sends each request to the part that answers it, by its path."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._making = Lock()
        self._by_path: dict[str, Wsgi] = {
            "/wechat": serving.webhook,
            "/healthz": self._health,
            "/metrics": self._metrics,
            "/": self._front,
            ADMIN: self._to_admin,
            BALLOT: self._to_ballot,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        answer = self._by_path.get(path)
        if self._serving.settings.trusted_proxies:
            see_through(environ, self._serving.settings.trusted_proxies)
        if answer is None:
            with self._making:
                answer = self._face_at(path)
        return answer(environ, start_response)

    def _face_at(self, path: str) -> Wsgi:
        """The browser face this path belongs to; made now if nobody asked for it before."""
        if path.startswith(f"{ADMIN}/"):
            return self._admin
        if path.startswith(f"{BALLOT}/"):
            return self._ballot
        if self._serving.settings.demo and path.startswith(PHONE_PATHS):
            return self._phones
        return self._nothing

    @cached_property
    def _admin(self) -> Wsgi:
        from admin.app import create_app
        from admin.parts import Parts
        from cli.kept_media import kept_media
        from cli.platform import wechat_door
        from cli.task_jobs import waker
        from core.jobs import open_queue

        serving = self._serving
        parts = Parts(
            engine=serving.engine,
            settings=serving.settings,
            clock=serving.clock,
            keys=serving.keys,
            find_media=kept_media,
            wake_worker=waker(open_queue(serving.settings.var, serving.settings.redis_url)),
            wechat=wechat_door(serving.settings, serving.engine, serving.clock),
        )
        return create_app(parts).wsgi_app

    @cached_property
    def _ballot(self) -> Wsgi:
        from admin.ballot.app import create_ballot_app
        from admin.parts import Parts

        serving = self._serving
        parts = Parts(
            engine=serving.engine, settings=serving.settings, clock=serving.clock, keys=serving.keys
        )
        return create_ballot_app(parts).wsgi_app

    @cached_property
    def _phones(self) -> Wsgi:
        from cli.demo_phone import demo_phone

        return demo_phone(self._serving.settings, self._serving.engine)

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
        # A proxy that we were not told of makes every request look like one from this machine.
        return environ.get("REMOTE_ADDR", "") in LOCAL_ADDRESSES and "HTTP_X_FORWARDED_FOR" not in environ

    def _front(self, _environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Where a look begins: the phones of a demonstration, else the office's screens."""
        return _redirect(start_response, "/demo/" if self._serving.settings.demo else f"{ADMIN}/")

    def _to_admin(self, _environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return _redirect(start_response, f"{ADMIN}/")

    def _to_ballot(self, _environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return _redirect(start_response, f"{BALLOT}/")

    def _nothing(self, _environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return _send(start_response, "404 Not Found", PLAIN, "没有这个网页。\n")


def _redirect(start_response: StartResponse, to: str) -> Iterable[bytes]:
    start_response("302 Found", [("Location", to), ("Content-Length", "0")])
    return []


def _send(start_response: StartResponse, status: str, content_type: str, body: str) -> Iterable[bytes]:
    sent = body.encode()
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(sent)))])
    return [sent]
