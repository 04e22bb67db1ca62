"""What the machine gives: Redis, and room on the disk."""

import shutil
from collections.abc import Iterator

import redis

from cli.checks.finding import Finding, Health
from core.clock import Clock
from core.config import Settings

REDIS_TIMEOUT_SECONDS = 3
GIB = 1024**3
LEAST_FREE_BYTES = GIB
COMFORTABLE_FREE_BYTES = 5 * GIB


def check_redis(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Whether the server answers, where one is set."""
    if settings.redis_url is None:
        yield Finding("Redis", Health.GOOD, "没有用。只有一台机器时可以这样")
        return
    try:
        with redis.Redis.from_url(
            settings.redis_url,
            socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
            socket_timeout=REDIS_TIMEOUT_SECONDS,
        ) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        words = f"连不上：{error}。请检查 MINYI_REDIS_URL，Redis 开了没有"
        yield Finding("Redis", Health.BAD, words)
    else:
        yield Finding("Redis", Health.GOOD, "连得上")


def check_disk(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Room where the data folder is, or will be."""
    folder = next(path for path in (settings.var, *settings.var.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    words = f"{settings.var} 还有{free / GIB:.1f}GB"
    if free < LEAST_FREE_BYTES:
        yield Finding("磁盘", Health.BAD, f"{words}，太少了。请腾出地方，或把 MINYI_VAR 放到别处")
    elif free < COMFORTABLE_FREE_BYTES:
        yield Finding("磁盘", Health.NOTE, f"{words}，不多了")
    else:
        yield Finding("磁盘", Health.GOOD, words)
