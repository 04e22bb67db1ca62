"""0002 adds rounds beside the places that are there."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.db.data import check_0001


def load_before(connection: Connection) -> None:
    """Places."""
    check_0001.load_after(connection)


def check_after_upgrade(connection: Connection) -> None:
    """They are as they were."""
    _check_places(connection)


def load_after(connection: Connection) -> None:
    """A round with a questionnaire."""
    connection.execute(
        text(
            "INSERT INTO questionnaire_version VALUES "
            "('residents-2021', 1, '调查', 'residents', 'hash', 'text', '2026-12-01 01:00:00', NULL)"
        )
    )
    connection.execute(
        text(
            "INSERT INTO round VALUES (1, '2026年度', 'open', '2026-12-01 01:00:00', '2026-12-31 01:00:00', "
            "'2026-11-01 01:00:00', :account_key)"
        ),
        {"account_key": b"wrapped"},
    )
    connection.execute(
        text("INSERT INTO round_questionnaire VALUES (1, 'residents-2021', 1, 'residents', NULL)"),
    )


def check_after_downgrade(connection: Connection) -> None:
    """The places are there still."""
    _check_places(connection)


def _check_places(connection: Connection) -> None:
    assert connection.execute(text("SELECT count(*) FROM place")).scalar_one() == 2
    assert connection.execute(text("SELECT new_code FROM place_change")).scalar_one() == "451203100"
