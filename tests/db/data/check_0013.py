"""0013 adds the audit log beside what is there, and lets nobody change an entry."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError


def load_before(connection: Connection) -> None:
    """An account."""
    connection.execute(
        text(
            "INSERT INTO staff (id, name, role, password_hash, created_at)"
            " VALUES (1, '张三', 'office', 'argon2', '2026-12-01 01:00:00')"
        )
    )


def check_after_upgrade(connection: Connection) -> None:
    """The chain begins with nothing."""
    assert tuple(connection.execute(text("SELECT id, number, mac FROM audit_head")).one()) == (1, 0, "")


def load_after(connection: Connection) -> None:
    """An entry can be added, and neither changed nor deleted."""
    connection.execute(
        text(
            "INSERT INTO audit_entry VALUES"
            " (1, '2026-12-01 01:00:00', 'signed_in', 'staff', 1, '张三', '', '{}', 'key', 'mac')"
        )
    )
    for statement in ("UPDATE audit_entry SET who_id = 2", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="only added to"), connection.begin_nested():
            connection.execute(text(statement))


def check_after_downgrade(connection: Connection) -> None:
    """The account is there still."""
    assert connection.execute(text("SELECT name FROM staff")).scalars().all() == ["张三"]
