"""The worker's jobs, run as the queue runs them."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from huey import MemoryHuey
from redis import Redis

from cli.media_jobs import schedule_media
from core.config import Settings
from core.media.receiving import forget_received
from core.media.store import MediaStore
from tests.bot.platform import APP_ID
from tests.bot.wechat.conftest import account
from tests.media.office import VOICE, Office, photo

Run = Callable[[str], None]


@pytest.fixture
def run(small_office: Office, settings: Settings) -> Run:
    """Runs one of the scheduled jobs by its name."""
    small_office.store = MediaStore(settings.var)
    queue = MemoryHuey(immediate=True, utc=True)
    ours = replace(settings, wechat=account(small_office.address))
    schedule_media(queue, small_office.engine, ours, small_office.clock)
    jobs = {task.name: task for task in queue._registry.periodic_tasks}
    return lambda name: queue.execute(jobs[name])


def test_jobs_fetch_delete_what_was_forgotten_and_sweep(small_office: Office, run: Run) -> None:
    media_id = small_office.receives("voice", VOICE)

    run("fetch_media")
    assert small_office.states() == ["kept"]

    with small_office.engine.begin() as connection:
        forget_received(connection, [media_id])
    run("delete_forgotten_media")
    assert small_office.files() == []

    small_office.receives("voice", VOICE)
    small_office.clock.advance(days=2)
    run("sweep_media")
    assert small_office.states() == []


def test_the_token_is_shared_in_redis_where_there_is_one(
    small_office: Office, settings: Settings, redis_url: str
) -> None:
    queue = MemoryHuey(immediate=True, utc=True)
    ours = replace(settings, wechat=account(small_office.address), redis_url=redis_url)
    schedule_media(queue, small_office.engine, ours, small_office.clock)
    small_office.receives("voice", VOICE)

    for task in queue._registry.periodic_tasks:
        if task.name == "fetch_media":
            queue.execute(task)

    with Redis.from_url(redis_url) as redis:
        assert redis.get(f"minyi:access_token:{APP_ID}")
    assert small_office.states() == ["kept"]


def test_a_job_that_is_not_done_yet_is_not_begun_again(small_office: Office, run: Run) -> None:
    small_office.receives("voice", VOICE)
    small_office.faults("slow", 0.6)
    slow = threading.Thread(target=run, args=("fetch_media",))
    slow.start()
    time.sleep(0.2)
    small_office.receives("photo", photo())

    run("fetch_media")

    assert slow.is_alive()
    assert small_office.states() == ["waiting", "waiting"]
    slow.join()
    assert small_office.states() == ["kept", "kept"]
