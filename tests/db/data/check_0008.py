"""0008 adds overrides beside the accounts that are there, and refuses one person in both roles."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

OVERRIDE = (
    "INSERT INTO coaching_override"
    " (id, request_id, content_hash, rules, asked_by, approved_by, reason, approved_at)"
    " VALUES (:id, 1, 'h', 'reward', 1, :approved_by, '理由', '2026-12-01 02:00:00')"
)


def load_before(connection: Connection) -> None:
    """Two accounts."""
    connection.execute(
        text(
            "INSERT INTO staff VALUES (1, '张三', 'office', 'argon2', '2026-12-01 01:00:00', NULL),"
            " (2, '李四', 'office', 'argon2', '2026-12-01 01:00:00', NULL)"
        )
    )


def check_after_upgrade(connection: Connection) -> None:
    """They are there still."""
    assert connection.execute(text("SELECT count(*) FROM staff")).scalar_one() == 2


def load_after(connection: Connection) -> None:
    """A request, and its approval by the other one; not by the same."""
    connection.execute(
        text(
            "INSERT INTO coaching_request VALUES (1, 'h', '问卷', 'reward', 1, '理由', '2026-12-01 01:30:00')"
        )
    )
    with pytest.raises(IntegrityError, match="ck_coaching_override_two_people"), connection.begin_nested():
        connection.execute(text(OVERRIDE), {"id": 1, "approved_by": 1})
    connection.execute(text(OVERRIDE), {"id": 2, "approved_by": 2})


def check_after_downgrade(connection: Connection) -> None:
    """The accounts are there still."""
    assert connection.execute(text("SELECT count(*) FROM staff")).scalar_one() == 2
