"""A token store of each kind, and a platform that answers what it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from redis import Redis
from werkzeug.wrappers import Request, Response

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.token_stores import DatabaseTokenStore, RedisTokenStore, TokenStore
from core.config import WeChat
from core.db.engine import open_engine
from tests.bot.platform import wechat
from tests.bot.wsgi import served
from tests.hand_clock import HandClock

MakeStore = Callable[[], TokenStore]


@pytest.fixture(params=["redis", "sqlite", "postgresql"])
def make_store(request: pytest.FixtureRequest, clock: HandClock) -> Iterator[MakeStore]:
    """Makes stores that share one token, as separate processes have them."""
    if request.param == "redis":
        client = Redis.from_url(request.getfixturevalue("redis_url"))
        yield lambda: RedisTokenStore(client, "wx1")
        client.close()
        return
    engine = open_engine(
        request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    )
    yield lambda: DatabaseTokenStore(engine, "wx1", clock)
    engine.dispose()


Answer = Callable[[Request], Response]


@dataclass
class Platform:
    """Gives tokens t1, t2, …; answers other calls as `answers` says, the last for ever."""

    answers: list[Answer] = field(default_factory=list)
    token_answer: Answer | None = None
    tokens_given: int = 0
    requests: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        with self.lock:
            body = request.get_data()
            token = request.args.get("access_token", "")
            self.requests.append((request.method, request.path, token, body))
            if request.path == "/cgi-bin/stable_token":
                answer = self.token_answer or self._give_token
            else:
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(request)(environ, start_response)

    def _give_token(self, request: Request) -> Response:
        self.tokens_given += 1
        return said(access_token=f"t{self.tokens_given}", expires_in=7200)(request)

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Path and token of each call but those for a token."""
        return [(path, token) for _, path, token, _ in self.requests if not path.endswith("stable_token")]


def said(status: int = 200, **fields: Any) -> Answer:
    """A JSON answer."""
    return lambda request: Response(
        json.dumps(fields, ensure_ascii=False), status=status, content_type="application/json"
    )


def refused(code: int) -> Answer:
    """An error as the platform words it."""
    return said(errcode=code, errmsg="some words rid: 5f1a2b3c-0a1b2c3d-4e5f6a7b")


@pytest.fixture
def fake_platform() -> Platform:
    """A platform that knows nothing but success."""
    return Platform([said(errcode=0, errmsg="ok", answer="好")])


@pytest.fixture
def address(fake_platform: Platform) -> Iterator[str]:
    """Where it is served."""
    with served(fake_platform) as (host, port):
        yield f"http://{host}:{port}"


def account(api: str) -> WeChat:
    """The account's settings with this address of the platform."""
    plain = wechat()
    return WeChat(
        app_id=plain.app_id, mode=plain.mode, api=api, token=plain.token, app_secret="the-secret",
        aes_key=plain.aes_key, aes_key_previous="",
    )  # fmt: skip


@pytest.fixture
def registry() -> CollectorRegistry:
    """Where calls are counted."""
    return CollectorRegistry()


@pytest.fixture
def client(
    address: str, redis_url: str, clock: HandClock, registry: CollectorRegistry
) -> Iterator[WeChatClient]:
    """A client that shares its token in Redis."""
    with (
        Redis.from_url(redis_url) as redis,
        WeChatClient(account(address), RedisTokenStore(redis, "wx1"), clock, BotMetrics(registry)) as made,
    ):
        yield made
