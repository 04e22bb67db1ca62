"""The database: reached, migrated, writable, and durable."""

from collections.abc import Iterator

from sqlalchemy import Engine, text, update
from sqlalchemy.exc import DBAPIError

from cli.checks.finding import Finding, Health
from core.clock import Clock
from core.config import Settings
from core.db.catalog_version import CatalogVersion
from core.db.engine import open_engine
from core.db.revision import current, newest

SUBJECT = "数据库"


def check_database(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """One finding: the first thing that is wrong, or that all is well."""
    engine = None
    try:
        engine = open_engine(settings.database_url)
        yield _looked_at(engine)
    except (DBAPIError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        yield Finding(SUBJECT, Health.BAD, f"用不了：{reason}。请检查 MINYI_DATABASE_URL，数据库开了没有")
    finally:
        if engine is not None:
            engine.dispose()


def _looked_at(engine: Engine) -> Finding:
    version = current(engine)
    if version != newest():
        told = f"版本是{version}，" if version else "里面还没有表，"
        return Finding(SUBJECT, Health.BAD, f"{told}要{newest()}。请运行 python -m cli migrate")
    with engine.connect() as connection:
        # Taken back at the end of the block: nothing is changed, but a read-only database says so.
        connection.execute(update(CatalogVersion).values(version=CatalogVersion.version))
        connection.rollback()
        name = engine.dialect.name
        if name == "sqlite":
            durable = connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            advice = "不能用 WAL 方式，断电会丢答案。请把数据文件夹放在本机磁盘上，不要放在网络盘"
        else:
            durable = connection.execute(text("SHOW fsync")).scalar() == "on"
            advice = "fsync 是关的，断电会丢答案。请在 postgresql.conf 里打开"
    if not durable:
        return Finding(SUBJECT, Health.BAD, advice)
    return Finding(SUBJECT, Health.GOOD, f"{name} 能读能写，版本{version}，提交即落盘")
