"""Personal data: whether others on this machine can read it, and whether what is due is deleted at night."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError

from cli.checks.finding import Finding, Health
from core.clock import Clock
from core.config import Settings
from core.db.engine import open_engine
from core.db.reading import reading
from core.db.revision import is_current
from core.errors import BadInput
from core.upkeep.retention import Days, read_days
from core.upkeep.sweeping import count_due, last_sweeps

SUBJECT = "个人信息"
# Every night, and one night may be missed.
SWEPT_WITHIN = timedelta(days=2)


def check_privacy(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """One finding for each thing that is wrong; one if all is well."""
    found = [] if settings.demo else [*_guarded(settings)]
    try:
        days = read_days(settings.var)
    except BadInput as error:
        words = f"留存天数的文件写错了，到期的一样也不会清理：{error}"
        found.append(Finding(SUBJECT, Health.BAD, words))
    else:
        found += _swept(settings, clock, days)
    yield from found
    if not found:
        yield Finding(SUBJECT, Health.GOOD, "到期的都清理了")


def _guarded(settings: Settings) -> Iterator[Finding]:
    """What others may enter and read. Our programs make files only their owner reads (`cli.__main__`)."""
    if os.name != "posix" or not _is_open(settings.var):
        return
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and _is_open(Path(url.database)):
        words = f"这台机器上别的用户能读数据库 {url.database}"
    else:
        words = f"这台机器上别的用户能进数据文件夹 {settings.var}"
    yield Finding(SUBJECT, Health.BAD, f"{words}。请运行 chmod -R o= {settings.var}")


def _is_open(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & stat.S_IRWXO)


def _swept(settings: Settings, clock: Clock, days: Days) -> Iterator[Finding]:
    """Whether something is due that nobody has looked at for days."""
    # What is wrong with the database is told by its own check.
    try:
        engine = open_engine(settings.database_url)
        try:
            if is_current(engine):
                yield from _overdue(engine, clock, days)
        finally:
            engine.dispose()
    except (DBAPIError, OSError):
        return


def _overdue(engine: Engine, clock: Clock, days: Days) -> Iterator[Finding]:
    now = clock()
    with reading(engine) as connection:
        due = sum(count_due(connection, days, now).values())
        last = max((row.last_at for row in last_sweeps(connection).values()), default=None)
    if due and (last is None or now - last > SWEPT_WITHIN):
        words = f"有{due}个到期的没有清理。每天夜里由 worker 清理，请看它开了没有：python -m cli worker"
        yield Finding(SUBJECT, Health.BAD, words)
