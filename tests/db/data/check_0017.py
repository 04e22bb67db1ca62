"""0017 adds codes beside the tasks that make them; no scene comes twice."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from tests.db.data import check_0011

CODE = (
    "INSERT INTO qr_code (id, scene, kind, subject_code, material, state, source, ticket, url, reason,"
    " task_id, planned_at)"
    " VALUES (:id, 'p_451203100_bus', 'place', '451203100', 'bus', 'planned', 'made', '', '', '', 1,"
    " '2026-12-01 01:00:00')"
)


def load_before(connection: Connection) -> None:
    """Tasks."""
    check_0011.load_before(connection)
    check_0011.load_after(connection)


def check_after_upgrade(connection: Connection) -> None:
    """They are there still."""
    assert connection.execute(text("SELECT count(*) FROM task")).scalar_one() == 2


def load_after(connection: Connection) -> None:
    """A planned code; the same scene again is refused."""
    connection.execute(text(CODE), {"id": 1})
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(text(CODE), {"id": 2})


def check_after_downgrade(connection: Connection) -> None:
    """The tasks are there still."""
    assert connection.execute(text("SELECT count(*) FROM task")).scalar_one() == 2
