"""A log with a few acts in it, and ways to tamper with it as somebody with the database's password could."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.audit.acts import Act, about
from core.audit.chain import AuditLog
from core.audit.service import record
from core.audit.verify import Trouble, find_troubles
from core.audit.who import Who
from core.db.reading import reading

WANG = Who.staff(1, "王小明")
Tamper = Callable[[str], None]


def note(engine: Engine, count: int = 1, act: Act = Act.ROUND_OPENED) -> None:
    """So many acts, a transaction each."""
    for number in range(count):
        with Session(engine) as session, session.begin():
            record(session, act, WANG, about("round", number + 1), {"名称": f"第{number + 1}次"})


def troubles(engine: Engine, audit_log: AuditLog) -> list[Trouble]:
    with reading(engine) as connection:
        return list(find_troubles(connection, audit_log))


@pytest.fixture
def tamper(engine: Engine) -> Tamper:
    """Runs a statement on the log after switching off what forbids it."""

    def run(statement: str) -> None:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_UPDATE"))
                connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_DELETE"))
            else:
                connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
            connection.execute(text(statement))

    return run
