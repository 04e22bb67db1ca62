"""
The real parts, tied together: settings → database → keys. The only place where commands get them.

`python -m cli` reads `.env` in the folder it is started in.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.audit.chain import AuditLog, attach
from core.clock import Clock, system_clock
from core.config import Settings
from core.db.engine import open_engine
from core.db.revision import is_current
from core.errors import Refused
from core.people.keys import KeyRing

DOTENV = Path(".env")


class NotMigrated(Refused):
    """The database lacks tables, or has older ones."""

    say = "数据库还没有建好，或者要升级。请先运行：python -m cli migrate"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a command works with."""

    settings: Settings
    engine: Engine
    clock: Clock

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end of the block, and takes everything back on an error."""
        with Session(self.engine) as session, session.begin():
            yield session

    @property
    def keys(self) -> KeyRing:
        """The key ring; ConfigError when the data key is missing."""
        return KeyRing(self.settings.require_data_key())


def load_settings() -> Settings:
    """The settings of this process; ConfigError with every bad value."""
    return Settings.load(os.environ, DOTENV)


@contextmanager
def open_parts(*, migrated: bool = True, clock: Clock = system_clock) -> Iterator[Parts]:
    """
    The parts, let go of at the end.

    NotMigrated when the database is not up to date; `migrated=False` takes it as it is.
    """
    settings = load_settings()
    engine = open_engine(settings.database_url)
    try:
        if migrated and not is_current(engine):
            raise NotMigrated
        attach(engine, AuditLog.of(settings, clock))
        yield Parts(settings, engine, clock)
    finally:
        engine.dispose()
