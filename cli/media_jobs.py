"""Fetching voice messages and photos, and deleting what nobody needs: the worker's jobs for `core.media`."""

import logging
import threading

from huey import Huey, crontab
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.media import PlatformMedia
from cli.platform import token_store
from core.clock import Clock
from core.config import Settings
from core.media.fetching import fetch_due
from core.media.store import MediaStore
from core.media.sweeps import delete_forgotten, delete_strays, forget_orphans

log = logging.getLogger(__name__)


def schedule_media(queue: Huey, engine: Engine, settings: Settings, clock: Clock) -> None:
    """Fetching what came and deleting what was forgotten, each minute; looking for leftovers at night."""
    store = MediaStore(settings.var)
    tokens = token_store(settings, engine, clock)
    metrics = BotMetrics(CollectorRegistry())

    # A platform that is slow must not take every thread of this worker.
    fetching = threading.Lock()

    @queue.periodic_task(crontab(), name="fetch_media")  # type: ignore[untyped-decorator]
    def _fetch() -> None:
        if not fetching.acquire(blocking=False):
            return
        try:
            # The connections are opened for the job: a minute later the platform would have closed them.
            with WeChatClient(settings.wechat, tokens, clock, metrics) as client:
                counts = fetch_due(engine, store, PlatformMedia(client), clock)
        finally:
            fetching.release()
        if counts:
            log.info("media_fetching_done", extra=dict(counts))

    @queue.periodic_task(crontab(), name="delete_forgotten_media")  # type: ignore[untyped-decorator]
    def _delete_forgotten() -> None:
        if deleted := delete_forgotten(engine, store):
            log.info("media_deleted", extra={"rows": deleted})

    # The queue's times are UTC: 03:40 in Shanghai.
    @queue.periodic_task(crontab(hour="19", minute="40"), name="sweep_media")  # type: ignore[untyped-decorator]
    def _sweep() -> None:
        orphans = forget_orphans(engine, clock())
        log.info("media_swept", extra={"orphans": orphans, "strays": delete_strays(engine, store)})
