"""0025 adds the publicity ledger beside the accounts that are there."""

from sqlalchemy import text
from sqlalchemy.engine import Connection


def load_before(connection: Connection) -> None:
    """An account."""
    connection.execute(
        text(
            "INSERT INTO staff (id, name, role, password_hash, created_at)"
            " VALUES (1, '张三', 'office', 'argon2', '2026-12-01 01:00:00')"
        )
    )


def check_after_upgrade(connection: Connection) -> None:
    """It is there still."""
    assert connection.execute(text("SELECT count(*) FROM staff")).scalar_one() == 1


def load_after(connection: Connection) -> None:
    """Something that was hung up, with a photo."""
    connection.execute(
        text(
            "INSERT INTO publicity_post (id, subject_code, place_code, words, hung_on, at, origin, staff_id)"
            " VALUES (1, '451228', '451228100', '镇政府门口', '2026-12-01', '2026-12-01 02:00:00', 'web', 1)"
        )
    )
    connection.execute(text("INSERT INTO publicity_photo VALUES ('key', 1, '2026-12-01 02:00:00')"))


def check_after_downgrade(connection: Connection) -> None:
    """The account is there still."""
    assert connection.execute(text("SELECT count(*) FROM staff")).scalar_one() == 1
