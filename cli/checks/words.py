"""The index by which opinions are found: whether it holds every opinion."""

from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

from cli.checks.finding import Finding, Health
from core.clock import Clock
from core.config import Settings
from core.db.engine import open_engine
from core.opinions.words import count_missing

SUBJECT = "意见搜索"


def check_words(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """One finding; none when the database is not there, which is said elsewhere."""
    try:
        engine = open_engine(settings.database_url)
    except OSError:
        return
    try:
        with engine.connect() as connection:
            missing = count_missing(connection)
    except DBAPIError:
        return
    finally:
        engine.dispose()
    if missing:
        told = f"索引同意见差{missing}条。刚升级的话等后台任务补上；否则请运行 python -m cli opinions reindex"
        yield Finding(SUBJECT, Health.NOTE, told)
    else:
        yield Finding(SUBJECT, Health.GOOD, "每条意见都搜得到")
