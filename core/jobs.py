"""
Jobs and their schedule: one Huey for every program, on Redis where there is one, else in a SQLite file.

Here stands how a job is queued and run, not what it does: `cli/worker.py` ties jobs to the services that do
the work. Every job may run twice (a worker can die between the work and the note that it was done), so each
must be harmless the second time.
"""

from pathlib import Path

from huey import Huey, RedisHuey, SqliteHuey

QUEUE_NAME = "minyi"


def open_queue(var: Path, redis_url: str | None) -> Huey:
    """The queue. Times in it are UTC."""
    if redis_url:
        return RedisHuey(QUEUE_NAME, url=redis_url, utc=True)
    var.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(QUEUE_NAME, filename=str(var / "jobs.db"), utc=True, fsync=True)
