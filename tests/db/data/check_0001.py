"""0001 starts from nothing."""

from sqlalchemy import text
from sqlalchemy.engine import Connection


def load_before(connection: Connection) -> None:
    """There is no table yet."""


def check_after_upgrade(connection: Connection) -> None:
    """The counter of changes stands at its beginning."""
    row = connection.execute(text("SELECT id, version, places_version FROM catalog_version")).one()
    assert tuple(row) == (1, 0, 0)


def load_after(connection: Connection) -> None:
    """A county, its township, and a code that was replaced: each points to the one before."""
    connection.execute(
        text("INSERT INTO place VALUES ('451203', '宜州区', '宜州区', 'county', NULL, false)"),
    )
    connection.execute(
        text("INSERT INTO place VALUES ('451203100', '庆远镇', '庆远镇', 'township', '451203', false)")
    )
    connection.execute(text("INSERT INTO place_change VALUES ('451281100', '451203100')"))
    connection.execute(text("INSERT INTO unit VALUES ('U001', '市财政局', '市财政局', '政府部门', false)"))


def check_after_downgrade(connection: Connection) -> None:
    """Nothing is left, as the test has seen."""
