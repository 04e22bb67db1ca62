"""0010 adds the office's own calendar beside everything else."""

from sqlalchemy import text
from sqlalchemy.engine import Connection


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
    """A day off."""
    connection.execute(
        text("INSERT INTO special_day VALUES ('2027-01-01', false, '元旦', '2026-12-01 01:00:00')")
    )


def check_after_downgrade(connection: Connection) -> None:
    """The account is there still."""
    check_after_upgrade(connection)
