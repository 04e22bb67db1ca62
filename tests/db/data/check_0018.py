"""0018 adds the inbox beside the answers that are there, and lets no answer in twice."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

OPINION = (
    "INSERT INTO opinion (id, response_id, question, item, round_id, questionnaire_id, dimension, place_code,"
    " unit_code, said_at, has_media, state, gone) VALUES (:id, 7, 'suggest', '', 1, 'residents-2021', '',"
    " '451203100', '', '2026-12-01 02:00:00', false, 'new', '')"
)


def load_before(connection: Connection) -> None:
    """A round and a response."""
    connection.execute(
        text(
            "INSERT INTO round (id, name, state, opens_at, closes_at, account_key, created_at)"
            " VALUES (1, '评议', 'open', '2026-12-01 00:00:00', '2026-12-31 00:00:00', '\\x01',"
            " '2026-11-30 00:00:00')"
        )
    )
    connection.execute(
        text(
            "INSERT INTO response (id, round_id, questionnaire_id, questionnaire_version, status, channel,"
            " code, source_kind, source_code, subject_kind, subject_code, place_code, started_at,"
            " finished_at, last_question, flags) VALUES (7, 1, 'residents-2021', 1, 'complete', 'wechat',"
            " 'p_451203100', 'place', '451203100', 'none', '', '451203100', '2026-12-01 01:00:00',"
            " '2026-12-01 02:00:00', '', '')"
        )
    )


def check_after_upgrade(connection: Connection) -> None:
    """The inbox is empty; the worker fills it."""
    assert connection.execute(text("SELECT count(*) FROM opinion")).scalar_one() == 0


def load_after(connection: Connection) -> None:
    """One opinion; the same answer once more is refused."""
    connection.execute(text(OPINION), {"id": 1})
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(text(OPINION), {"id": 2})


def check_after_downgrade(connection: Connection) -> None:
    """The response is there still."""
    assert connection.execute(text("SELECT id FROM response")).scalars().all() == [7]
