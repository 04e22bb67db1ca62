"""0011 adds tasks beside the accounts that ask for them."""

from sqlalchemy import text
from sqlalchemy.engine import Connection


def load_before(connection: Connection) -> None:
    """An account."""
    connection.execute(
        text("INSERT INTO staff VALUES (1, '张三', 'office', 'argon2', '2026-12-01 01:00:00', NULL, '', '')")
    )


def check_after_upgrade(connection: Connection) -> None:
    """It is there still."""
    assert connection.execute(text("SELECT name FROM staff")).scalar_one() == "张三"


def load_after(connection: Connection) -> None:
    """A task it asked for, and one asked for by command."""
    for task_id, asked_by in ((1, 1), (2, None)):
        connection.execute(
            text(
                "INSERT INTO task (id, kind, title, params, asked_by, asked_at, state, next_at, attempts,"
                " crashes, done, total, say, file_name, file_path, file_sha256)"
                " VALUES (:id, 'codes.posters', '海报', '{}', :asked_by, '2026-12-01 01:00:00', 'waiting',"
                " '2026-12-01 01:00:00', 0, 0, 0, 0, '', '', '', '')"
            ),
            {"id": task_id, "asked_by": asked_by},
        )


def check_after_downgrade(connection: Connection) -> None:
    """The account is there still."""
    assert connection.execute(text("SELECT name FROM staff")).scalar_one() == "张三"
