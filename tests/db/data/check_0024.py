"""0024 adds what was agreed to; earlier responses stay without."""

from sqlalchemy import text
from sqlalchemy.engine import Connection


def load_before(connection: Connection) -> None:
    """A round with a response."""
    connection.execute(
        text(
            "INSERT INTO round (id, name, state, opens_at, closes_at, created_at, account_key)"
            " VALUES (1, '今年', 'open', '2026-12-01', '2026-12-31', '2026-11-01', :key)"
        ),
        {"key": b"wrapped"},
    )
    connection.execute(
        text(
            "INSERT INTO response (id, round_id, questionnaire_id, questionnaire_version, status, channel,"
            " code, source_kind, source_code, subject_kind, subject_code, place_code, started_at,"
            " finished_at, last_question, flags) VALUES (5, 1, 'residents-2021', 1, 'complete', 'wechat',"
            " '', '', '', '', '', '', '2026-12-01', '2026-12-01', '', '')"
        )
    )


def check_after_upgrade(connection: Connection) -> None:
    """It is there, and says nothing of consent."""
    assert tuple(connection.execute(text("SELECT id, consent_id FROM response")).one()) == (5, None)


def load_after(connection: Connection) -> None:
    """A wording, pointed to; a sweep."""
    connection.execute(text("INSERT INTO consent_text VALUES ('c', '同意吗', '2026-12-01')"))
    connection.execute(text("UPDATE response SET consent_id = 'c'"))
    connection.execute(text("INSERT INTO retention_sweep VALUES ('phones', '2026-12-01', 3, 9)"))


def check_after_downgrade(connection: Connection) -> None:
    """The response is there still."""
    assert connection.execute(text("SELECT id FROM response")).scalars().all() == [5]
