"""0021 adds reminders beside everything else."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError


def load_before(connection: Connection) -> None:
    """An account."""
    connection.execute(
        text(
            "INSERT INTO staff (id, name, role, password_hash, created_at, county_code, unit_code)"
            " VALUES (1, '张三', 'office', 'argon2', '2026-12-01 01:00:00', '', '')"
        )
    )


def check_after_upgrade(connection: Connection) -> None:
    """It is there still."""
    assert connection.execute(text("SELECT name FROM staff")).scalar_one() == "张三"


def load_after(connection: Connection) -> None:
    """A reminder, which cannot be written twice; the run has its row."""
    row = (
        "INSERT INTO reminder (id, rule, item_number, occasion, level, code, words, fired_at)"
        " VALUES ({}, 'due', 12, '2026-12-31:3', 'unit', 'U001', 'w', '2026-12-01 01:00:00')"
    )
    connection.execute(text(row.format(1)))
    with pytest.raises(IntegrityError, match="reminder"), connection.begin_nested():
        connection.execute(text(row.format(2)))
    assert connection.execute(text("SELECT count(*) FROM reminder_run")).scalar_one() == 1


def check_after_downgrade(connection: Connection) -> None:
    """The account is there still."""
    check_after_upgrade(connection)
