"""The audit log: whether an entry was changed, removed or cut off the end."""

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from cli.checks.finding import Finding, Health
from core.audit.chain import AuditLog
from core.audit.kept_head import BrokenFile
from core.audit.service import newest
from core.audit.verify import find_troubles
from core.clock import Clock
from core.config import Settings
from core.db.engine import open_engine
from core.db.reading import reading
from core.db.revision import is_current
from core.errors import ConfigError

SUBJECT = "操作记录"
MOST_TOLD = 5
ADVICE = "请保留现场，查明是谁动过数据库；如果是恢复了旧备份，请由办公室运行 audit accept 说明"


def check_audit(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Every trouble up to a few, or that all is well."""
    engine = None
    try:
        audit_log = AuditLog.of(settings, clock)
        engine = open_engine(settings.database_url)
        yield from _looked_at(engine, audit_log)
    except (DBAPIError, OSError):
        yield Finding(SUBJECT, Health.NOTE, "数据库用不了，没法检查")
    except ConfigError as error:
        yield Finding(SUBJECT, Health.BAD, str(error))
    finally:
        if engine is not None:
            engine.dispose()


def _looked_at(engine: Engine, audit_log: AuditLog) -> Iterator[Finding]:
    if not is_current(engine):
        yield Finding(SUBJECT, Health.NOTE, "数据库要先升级，没法检查")
        return
    with reading(engine) as connection:
        troubles = find_troubles(connection, audit_log)
        told = list(islice(troubles, MOST_TOLD))
        more = sum(1 for _ in troubles)
        count = newest(connection).number
    for trouble in told:
        yield Finding(SUBJECT, Health.BAD, trouble.words)
    if told:
        yield Finding(SUBJECT, Health.BAD, (f"另外还有{more}处。" if more else "") + ADVICE)
    else:
        yield _whole(audit_log, count)


def _whole(audit_log: AuditLog, count: int) -> Finding:
    try:
        kept = audit_log.kept.read()
    except (BrokenFile, OSError):
        kept = None
    behind = count - kept.number if kept else 0
    if behind > 0:
        words = f"{count}条，一条没动过；外面的记号落后{behind}条，worker 运行一分钟内会补上"
        return Finding(SUBJECT, Health.NOTE, words)
    return Finding(SUBJECT, Health.GOOD, f"{count}条，没有改过、删过、截过")
