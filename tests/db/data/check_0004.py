"""0004 adds responses beside the conversations under way."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0002, check_0003


def load_before(connection: Connection) -> None:
    """A round, and a person in the middle of it."""
    check_0002.load_after(connection)
    check_0003.load_after(connection)


def check_after_upgrade(connection: Connection) -> None:
    """They are where they were."""
    _check_conversation(connection)


def load_after(connection: Connection) -> None:
    """One response with one answer."""
    connection.execute(
        text(
            "INSERT INTO response (id, round_id, questionnaire_id, questionnaire_version, status, channel, "
            "account_hash, code, source_kind, source_code, subject_kind, subject_code, place_code, "
            "started_at, finished_at, last_question, flags, superseded_by) VALUES "
            "(9000000000, 1, 'residents-2021', 1, 'complete', 'wechat', 'h', "
            "'p_451203100', 'place', '451203100', 'none', '', '451203', '2026-12-01 01:00:00', "
            "'2026-12-01 01:05:00', '', '', NULL)"
        )
    )
    connection.execute(text("INSERT INTO answer VALUES (9000000000, 'road', '', 's5', NULL, NULL, NULL)"))


def check_after_downgrade(connection: Connection) -> None:
    """The conversation is there still."""
    _check_conversation(connection)


def _check_conversation(connection: Connection) -> None:
    assert connection.execute(text("SELECT person, round_id FROM conversation")).one() == ("p", 1)
    assert connection.execute(text("SELECT count(*) FROM delivery")).scalar_one() == 1
