"""0023 adds second factors; whoever is signed in stays so."""

from sqlalchemy import text
from sqlalchemy.engine import Connection


def load_before(connection: Connection) -> None:
    """An account and its session."""
    connection.execute(
        text(
            "INSERT INTO staff (id, name, role, password_hash, created_at, county_code, unit_code)"
            " VALUES (1, '张三', 'office', 'argon2', '2026-12-01 01:00:00', '', '')"
        )
    )
    connection.execute(
        text(
            "INSERT INTO staff_session (token_hash, staff_id, password_mark, started_at, seen_at)"
            " VALUES ('hash', 1, 'mark', '2026-12-01 01:00:00', '2026-12-01 01:00:00')"
        )
    )


def check_after_upgrade(connection: Connection) -> None:
    """Nothing waits for a code, no password has to be changed."""
    assert not connection.execute(text("SELECT password_is_given FROM staff")).scalar_one()
    found = connection.execute(text("SELECT browser, waits_for_code FROM staff_session")).one()
    assert (found.browser, bool(found.waits_for_code)) == ("", False)


def load_after(connection: Connection) -> None:
    """A second factor and a recovery code."""
    connection.execute(
        text("INSERT INTO staff_totp VALUES (1, :secret, '2026-12-01 01:00:00', NULL, 0)"),
        {"secret": b"sealed"},
    )
    connection.execute(text("INSERT INTO recovery_code VALUES ('hash', 1)"))


def check_after_downgrade(connection: Connection) -> None:
    """The account and its session are there."""
    assert connection.execute(text("SELECT name FROM staff")).scalars().all() == ["张三"]
    assert connection.execute(text("SELECT token_hash FROM staff_session")).scalars().all() == ["hash"]
