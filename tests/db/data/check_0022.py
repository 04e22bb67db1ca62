"""0022 adds wishes and votes beside the answers that are there, and lets nobody wish twice."""

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

WISH = (
    "INSERT INTO outcome_wish (response_id, person, openid, wished_at, state, by)"
    " VALUES (7, 'p', NULL, '2026-12-01 02:00:00', 'waiting', '')"
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
    """Nobody wishes anything yet."""
    assert connection.execute(text("SELECT count(*) FROM outcome_wish")).scalar_one() == 0


def load_after(connection: Connection) -> None:
    """One wish a response."""
    connection.execute(text(WISH))
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(text(WISH))


def check_after_downgrade(connection: Connection) -> None:
    """The response is there still."""
    assert connection.execute(text("SELECT id FROM response")).scalars().all() == [7]
