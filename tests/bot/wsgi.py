"""Calling the webhook: as a function, or over real HTTP."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.metrics import BotMetrics
from bot.robot import build_robot
from bot.webhook import Webhook
from core.config import WeChatMode
from tests.bot import platform
from tests.hand_clock import HandClock


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


class Bench:
    """A webhook on fakes: `turns` keeps what it was given, `registry` what was counted."""

    def __init__(self, mode: WeChatMode = "safe", *, previous: str = "", reply: str = "") -> None:
        self.turns = platform.FakeTurns(reply)
        self.registry = CollectorRegistry()
        self.clock = HandClock(datetime.fromtimestamp(platform.NOW, UTC))
        metrics = BotMetrics(self.registry)
        robot = build_robot(self.turns, metrics)
        self.webhook = Webhook(platform.wechat(mode, previous=previous), robot, self.clock, metrics)

    def counted(self, name: str, **labels: str) -> float:
        """A counter's value, 0 when it never moved."""
        return self.registry.get_sample_value(name, labels) or 0.0

    def call(self, method: str, query: str, body: bytes = b"", **environ: Any) -> Answer:
        """One request, as a WSGI server makes it. An environ value of None takes the key away."""
        full = {
            "REQUEST_METHOD": method,
            "PATH_INFO": "/wechat",
            "QUERY_STRING": query,
            "CONTENT_TYPE": "text/xml",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        } | environ
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            started.append((status, headers))

        pieces = self.webhook({k: v for k, v in full.items() if v is not None}, start_response)
        status, headers = started[0]
        sent = b"".join(pieces)
        assert int(dict(headers)["Content-Length"]) == len(sent)
        return Answer(int(status[:3]), dict(headers), sent.decode())

    def push(self, xml: str, **stamp: Any) -> Answer:
        """An encrypted push, in safe mode."""
        query, body = platform.sealed(xml, **stamp)
        return self.call("POST", query, body)

    def push_plain(self, xml: str) -> Answer:
        """A push as it is, for plain mode."""
        return self.call("POST", platform.query(), xml.encode(errors="surrogatepass"))


class _QuietHandler(WSGIRequestHandler):
    """Writes no line a request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def served(app: Any) -> Iterator[tuple[str, int]]:
    """The app behind a real HTTP server; gives its host and port."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield "127.0.0.1", server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
