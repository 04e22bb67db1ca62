"""0014 adds the funnel and populations beside the places that are there."""

from sqlalchemy import text
from sqlalchemy.engine import Connection


def load_before(connection: Connection) -> None:
    """A county."""
    connection.execute(
        text(
            "INSERT INTO place (code, name, short_name, level, parent_code, retired)"
            " VALUES ('451203', '宜州区', '宜州区', 'county', NULL, false)"
        )
    )


def check_after_upgrade(connection: Connection) -> None:
    """It is there still."""
    assert connection.execute(text("SELECT short_name FROM place")).scalar_one() == "宜州区"


def load_after(connection: Connection) -> None:
    """A scan, numbered by the database; what it counts as; how far that goes; who lives in the county."""
    connection.execute(
        text(
            "INSERT INTO funnel_event"
            " (round_id, kind, owner, township, scene, material, question, person, hour, at) VALUES"
            " (1, 'scan', '451203', '451203', 'p_451203', '-', '', 'ab', 498900, '2026-12-01 01:00:00')"
        )
    )
    connection.execute(
        text("INSERT INTO funnel_count VALUES (1, 'round', 'owner', '451203', '', '', 0, '', 'scan', 1, 1)")
    )
    connection.execute(text("INSERT INTO funnel_mark VALUES (1, 1, 0)"))
    connection.execute(text("INSERT INTO population VALUES ('451203', 600000, 2020, '人口普查')"))
    assert connection.execute(text("SELECT id FROM funnel_event")).scalar_one() == 1


def check_after_downgrade(connection: Connection) -> None:
    """The county is there still."""
    assert connection.execute(text("SELECT short_name FROM place")).scalar_one() == "宜州区"
