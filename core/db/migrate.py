"""
Moving the database to the schema this program needs, and back.

Migrations are `migrations/versions/NNNN_name.py`, numbered without a gap. All steps of one call are one
transaction: a failure leaves the database as it was. Two processes that start together take turns.
"""

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection

from core.db.revision import FOLDER, current, current_on, is_current, newest
from core.errors import Refused

__all__ = ["EMPTY", "DatabaseIsNewer", "current", "downgrade", "is_current", "newest", "upgrade"]

EMPTY = "base"
# Any number will do, as long as nothing else in this database locks by it.
POSTGRES_LOCK = 4512_0001


class DatabaseIsNewer(Refused):
    """The database was migrated by a later version of the program."""

    say = "数据库比程序新：它由更新的版本升级过。请换用那个版本的程序，或恢复升级以前的备份。"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`, by default the newest; nothing happens when it is there."""
    _run(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to `revision` (`base`: no tables at all). What later tables held is lost."""
    _run(engine, command.downgrade, revision)


def _run(engine: Engine, steps: Callable[[Config, str], None], revision: str) -> None:
    with engine.begin() as connection:
        _take_turns(connection)
        config = _config()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        there = current_on(connection)
        if there is not None and there not in known:
            raise DatabaseIsNewer
        config.attributes["connection"] = connection
        steps(config, revision)


def _take_turns(connection: Connection) -> None:
    # On SQLite the transaction itself holds the only write lock from its start.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": POSTGRES_LOCK})


def _config() -> Config:
    # No ini file: the folder stands beside this module, wherever the program is started from.
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
