"""0003 adds conversations beside the rounds they belong to."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0002


def load_before(connection: Connection) -> None:
    """A round."""
    check_0002.load_after(connection)


def check_after_upgrade(connection: Connection) -> None:
    """It is as it was."""
    _check_rounds(connection)


def load_after(connection: Connection) -> None:
    """One person in the middle of a questionnaire, who also asked for a human."""
    connection.execute(text("INSERT INTO conversation VALUES ('p', '{}', 1, 0, '2026-12-01 01:00:00')"))
    connection.execute(text("INSERT INTO delivery VALUES ('k', '您好', '2026-12-01 01:00:00')"))
    connection.execute(text("INSERT INTO delivery_stamp VALUES ('1:2', 'k', '2026-12-01 01:00:00')"))
    connection.execute(text("INSERT INTO shed_mark VALUES ('p', '2026-12-01 01:00:00')"))
    connection.execute(
        text(
            "INSERT INTO help_request (person, at, place_code, question) "
            "VALUES ('p', '2026-12-01 01:00:00', '', '')"
        )
    )


def check_after_downgrade(connection: Connection) -> None:
    """The round is there still."""
    _check_rounds(connection)


def _check_rounds(connection: Connection) -> None:
    assert connection.execute(text("SELECT name FROM round")).scalar_one() == "2026年度"
    assert connection.execute(text("SELECT who FROM round_questionnaire")).scalar_one() == "residents"
