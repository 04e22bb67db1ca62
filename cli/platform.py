"""The platform's API, tied from the settings: the client, and where processes share its access token."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry
from redis import Redis
from sqlalchemy import Engine

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.token_stores import DatabaseTokenStore, RedisTokenStore, TokenStore
from core.clock import Clock
from core.config import Settings


@contextmanager
def open_client(settings: Settings, engine: Engine, clock: Clock) -> Iterator[WeChatClient]:
    """A client for as long as the block lasts; its figures are nobody's but the log's."""
    metrics = BotMetrics(CollectorRegistry())
    with WeChatClient(settings.wechat, token_store(settings, engine, clock), clock, metrics) as client:
        yield client


def token_store(settings: Settings, engine: Engine, clock: Clock) -> TokenStore:
    """Where the access token is kept: Redis, or a row where there is none."""
    app_id = settings.wechat.app_id
    if settings.redis_url:
        return RedisTokenStore(Redis.from_url(settings.redis_url), app_id)
    return DatabaseTokenStore(engine, app_id, clock)
