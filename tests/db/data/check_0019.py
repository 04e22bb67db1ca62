"""0019 adds the outbox beside everything else."""

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
    """A message with its history, and a halt that the account ended; the pace has its row."""
    connection.execute(
        text(
            "INSERT INTO outbox_message (id, key, kind, to_kind, to_id, about_code, fields, body, link,"
            " state, channel, refused, edition, attempts, tries, queued_at, next_try_at, platform_id,"
            " reason, call)"
            " VALUES (1, 'k', 'digest', 'liaison', 7, 'U001', '{}', 'b', '', 'sent',"
            " 'template', '', 1, 1, 1, '2026-12-01 01:00:00', '2026-12-01 01:00:00', '9000000000000', '', '')"
        )
    )
    connection.execute(
        text(
            "INSERT INTO outbox_event (id, message_id, at, what, edition, channel)"
            " VALUES (1, 1, '2026-12-01 01:00:00', 'sent', 1, 'template')"
        )
    )
    connection.execute(
        text(
            "INSERT INTO outbox_halt (id, scope, code, words, since, is_alarm, ended_at, ended_by)"
            " VALUES (1, '', 40125, 'w', '2026-12-01 01:00:00', true, '2026-12-01 02:00:00', 1)"
        )
    )
    assert connection.execute(text("SELECT count(*) FROM outbox_pace WHERE trouble = 0")).scalar_one() == 1


def check_after_downgrade(connection: Connection) -> None:
    """The account is there still."""
    check_after_upgrade(connection)
