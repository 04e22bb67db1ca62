"""
The keys of ballots on their way: whether others can read them or a backup takes them along, and whether keys
and ballots belong together. See `docs/ballots.md`.
"""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, make_url, select
from sqlalchemy.exc import DBAPIError

from cli.checks.finding import Finding, Health
from core.ballots.draft_keys import DraftKeys
from core.ballots.mixing import STRAY_AFTER
from core.ballots.models import BallotBox, BallotDraft
from core.clock import Clock
from core.config import Settings
from core.db.engine import open_engine
from core.db.revision import is_current

SUBJECT = "选票钥匙"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_ballot_keys(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """One finding for each thing that is wrong or worth knowing; one if all is well, or nobody votes."""
    keys = DraftKeys(settings.var)
    # What is wrong with the database is told by its own check.
    try:
        engine = open_engine(settings.database_url)
        try:
            if not is_current(engine):
                return
            with engine.connect().execution_options(read_only=True) as connection:
                if connection.scalar(select(BallotBox.round_id).limit(1)) is None:
                    yield Finding(SUBJECT, Health.GOOD, "没有投票箱，用不到")
                    return
                found = [*_belonging(connection, keys), *_guarded(keys), *_place(settings, keys.folder)]
        finally:
            engine.dispose()
    except (DBAPIError, OSError):
        return
    yield from found
    if not any(each.health is Health.BAD for each in found):
        yield Finding(SUBJECT, Health.GOOD, "只有本系统的用户能读，和选票对得上")


def _guarded(keys: DraftKeys) -> Iterator[Finding]:
    """Whether anybody but the owner could read them, and whether programs for backups are told."""
    folder = keys.folder
    if not folder.is_dir():
        return
    if os.name == "posix":
        names = ("", *(name for name, _ in keys.names()))
        if any((folder / name).stat().st_mode & OTHERS for name in names):
            words = f"{folder} 别的用户能读，选票在混票以前就不保密了。请运行 chmod -R go= {folder}"
            yield Finding(SUBJECT, Health.BAD, words)
    if not keys.is_tagged:
        words = f"{folder} 里没有 CACHEDIR.TAG，备份程序会把钥匙一起备走。请在备份里排除这个文件夹"
        yield Finding(SUBJECT, Health.BAD, words)


def _place(settings: Settings, folder: Path) -> Iterator[Finding]:
    """Whoever copies the folder of an SQLite database copies its keys, unless they lie elsewhere."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    real = folder.resolve()
    if real.is_relative_to(Path(url.database).resolve().parent) and not folder.is_mount():
        words = (
            f"和数据库在同一个文件夹（{settings.var}），整个复制就把钥匙也备份了。"
            f"备份请排除 {folder.name}，最好把它挂到内存（tmpfs）"
        )
        yield Finding(SUBJECT, Health.NOTE, words)


def _belonging(connection: Connection, keys: DraftKeys) -> Iterator[Finding]:
    """Ballots whose key is gone, and keys that no ballot needs."""
    rows = connection.execute(select(BallotDraft.key_name, BallotDraft.holder)).all()
    there = dict(keys.names())
    lost = [row for row in rows if row.key_name not in there]
    waiting = sum(row.holder is None for row in lost)
    if waiting:
        words = (
            f"有{waiting}张交上的选票，钥匙不在 {keys.folder} 里，开不出来，开票时数目会对不上。"
            "多半是换了机器、清了文件夹，或几个进程用的不是同一个文件夹；请找回来，找不回就写进开票记录"
        )
        yield Finding(SUBJECT, Health.BAD, words)
    if len(lost) > waiting:
        words = f"有{len(lost) - waiting}份填了一半的，钥匙不在了，本人再扫一次从头填，纸票没有用掉"
        yield Finding(SUBJECT, Health.NOTE, words)
    needed = {row.key_name for row in rows}
    oldest = time.time() - 2 * STRAY_AFTER.total_seconds()
    idle = sum(name not in needed and made_at < oldest for name, made_at in there.items())
    if idle:
        words = f"有{idle}把早该销毁的钥匙还在。worker 每分钟销毁一次，请看它开了没有：python -m cli worker"
        yield Finding(SUBJECT, Health.BAD, words)
