"""The platform's API, tied from the settings: the client, and where processes share its access token."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry
from redis import Redis
from sqlalchemy import Engine

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.token_stores import DatabaseTokenStore, RedisTokenStore, TokenStore
from bot.wechat.web_sign_in import WebSignIn
from core.clock import Clock
from core.config import WECHAT_API, Settings
from core.signin.wechat import WeChatDoor

# Where browsers inside WeChat are asked who holds the phone.
OPEN_WECHAT = "https://open.weixin.qq.com"


@contextmanager
def open_client(settings: Settings, engine: Engine, clock: Clock) -> Iterator[WeChatClient]:
    """A client for as long as the block lasts; its figures are nobody's but the log's."""
    metrics = BotMetrics(CollectorRegistry())
    with WeChatClient(settings.wechat, token_store(settings, engine, clock), clock, metrics) as client:
        yield client


def wechat_door(settings: Settings, engine: Engine, clock: Clock) -> WeChatDoor:
    """WeChat as the browser's pages need it. Demonstrations find the simulated platform on this server."""
    if settings.demo:
        host = settings.public_url
    else:
        host = OPEN_WECHAT if settings.wechat.api == WECHAT_API else settings.wechat.api
    return WebSignIn(settings.wechat, host, lambda: open_client(settings, engine, clock))


def token_store(settings: Settings, engine: Engine, clock: Clock) -> TokenStore:
    """Where the access token is kept: Redis, or a row where there is none."""
    app_id = settings.wechat.app_id
    if settings.redis_url:
        return RedisTokenStore(Redis.from_url(settings.redis_url), app_id)
    return DatabaseTokenStore(engine, app_id, clock)
