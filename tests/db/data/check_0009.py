"""0009 ties accounts to a county or unit; those that are there are tied to nothing."""

from sqlalchemy import text
from sqlalchemy.engine import Connection


def load_before(connection: Connection) -> None:
    """An account."""
    connection.execute(
        text("INSERT INTO staff VALUES (1, '张三', 'liaison', 'argon2', '2026-12-01 01:00:00', NULL)")
    )


def check_after_upgrade(connection: Connection) -> None:
    """It reaches nothing yet."""
    found = connection.execute(text("SELECT name, county_code, unit_code FROM staff")).one()
    assert tuple(found) == ("张三", "", "")


def load_after(connection: Connection) -> None:
    """It is tied to a unit."""
    connection.execute(text("UPDATE staff SET unit_code = 'U017'"))


def check_after_downgrade(connection: Connection) -> None:
    """The account is there, without."""
    assert connection.execute(text("SELECT name FROM staff")).scalars().all() == ["张三"]
