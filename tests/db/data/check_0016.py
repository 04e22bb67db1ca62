"""0016 adds liaisons beside the accounts that are there, and binds one phone to each at a time."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

BINDING = (
    "INSERT INTO liaison_binding (liaison_id, person, bound_at, ended_at, ended_why)"
    " VALUES (1, :person, '2026-12-01 02:00:00', :ended_at, '')"
)


def load_before(connection: Connection) -> None:
    """An account."""
    connection.execute(
        text(
            "INSERT INTO staff (id, name, role, password_hash, created_at)"
            " VALUES (1, '张三', 'liaison', 'argon2', '2026-12-01 01:00:00')"
        )
    )


def check_after_upgrade(connection: Connection) -> None:
    """It is there still."""
    assert connection.execute(text("SELECT count(*) FROM staff")).scalar_one() == 1


def load_after(connection: Connection) -> None:
    """A liaison with a phone, and one before; not with two at once."""
    connection.execute(
        text(
            "INSERT INTO liaison (id, subject_code, kind, name, phone, staff_id, added_at)"
            " VALUES (1, 'U017', 'liaison', 'x', 'y', 1, '2026-12-01 01:30:00')"
        )
    )
    connection.execute(text(BINDING), {"person": "first", "ended_at": "2026-12-01 03:00:00"})
    connection.execute(text(BINDING), {"person": "second", "ended_at": None})
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(text(BINDING), {"person": "third", "ended_at": None})


def check_after_downgrade(connection: Connection) -> None:
    """The account is there still."""
    assert connection.execute(text("SELECT count(*) FROM staff")).scalar_one() == 1
