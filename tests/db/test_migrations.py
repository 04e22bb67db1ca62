"""The migrations make exactly the tables the models describe, and lead up and down with rows in place."""

import importlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from core.db import migrate
from core.db.engine import open_engine
from core.tables import metadata

VERSIONS = Path(migrate.FOLDER) / "versions"
FILES = sorted(path.name for path in VERSIONS.glob("[0-9]*.py"))
NUMBERS = [name[:4] for name in FILES]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without tables, of each kind."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'e.db'}" if is_sqlite else request.getfixturevalue("empty_postgres_url")
    engine = open_engine(url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if is_a_models(name, "table", {})} - {
        "alembic_version"
    }


def is_a_models(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the models know of it: what finds words differs by database, see `OpinionWords`."""
    known_to_migration = ("opinion_words_index", "ix_opinion_words_grams")
    return kind not in ("table", "index") or not str(name).startswith(known_to_migration)


def data_check(number: str) -> ModuleType:
    """The rows that go through migration `number`, and what must be left of them."""
    return importlib.import_module(f"tests.db.data.check_{number}")


def test_numbers_have_no_gap_and_each_follows_the_one_before() -> None:
    assert [str(n).zfill(4) for n in range(1, len(FILES) + 1)] == NUMBERS
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.py", name) for name in FILES)
    before = None
    for name in FILES:
        module = importlib.import_module(f"core.db.migrations.versions.{name.removesuffix('.py')}")
        assert (module.revision, module.down_revision) == (name[:4], before)
        before = name[:4]
    assert migrate.newest() == before


def test_the_migrated_schema_is_the_models(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)

    with empty_engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": is_a_models}
        )
        assert compare_metadata(context, metadata) == []
    assert tables(empty_engine) == set(metadata.tables)


def test_constraints_have_the_names_of_the_models(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)

    seen = inspect(empty_engine)
    for table in metadata.tables.values():
        assert seen.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"
        keys = {key["name"] for key in seen.get_foreign_keys(table.name)}
        assert keys == {key.name for key in table.foreign_key_constraints}


@pytest.mark.parametrize("number", NUMBERS)
def test_each_step_goes_up_and_down_with_rows_in_place(number: str, empty_engine: Engine) -> None:
    check = data_check(number)
    before = NUMBERS[NUMBERS.index(number) - 1] if number != NUMBERS[0] else migrate.EMPTY
    migrate.upgrade(empty_engine, before)
    tables_before = tables(empty_engine)

    with empty_engine.begin() as connection:
        check.load_before(connection)
    migrate.upgrade(empty_engine, number)
    with empty_engine.begin() as connection:
        check.check_after_upgrade(connection)
        check.load_after(connection)
    migrate.downgrade(empty_engine, before)

    assert tables(empty_engine) == tables_before
    with empty_engine.begin() as connection:
        check.check_after_downgrade(connection)
    migrate.upgrade(empty_engine)
    assert migrate.is_current(empty_engine)


def test_all_the_way_up_down_and_up_again(empty_engine: Engine) -> None:
    assert migrate.current(empty_engine) is None

    migrate.upgrade(empty_engine)
    migrate.upgrade(empty_engine)
    assert migrate.is_current(empty_engine)

    migrate.downgrade(empty_engine, migrate.EMPTY)
    assert tables(empty_engine) == set()

    migrate.upgrade(empty_engine)
    assert tables(empty_engine) == set(metadata.tables)


def test_a_failed_step_leaves_the_database_as_it_was(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine, "0001")
    with empty_engine.begin() as connection:
        # In the way of 0003; 0002 runs before it and must be taken back too.
        connection.execute(text("CREATE TABLE shed_mark (x INTEGER)"))

    with pytest.raises(Exception, match="shed_mark"):
        migrate.upgrade(empty_engine)

    assert migrate.current(empty_engine) == "0001"
    assert "round" not in tables(empty_engine)


def test_a_database_of_a_later_program_is_left_alone(sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(migrate.DatabaseIsNewer, match="数据库比程序新"):
        migrate.upgrade(sqlite_engine)

    assert not migrate.is_current(sqlite_engine)


def test_migrating_works_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")

    migrate.upgrade(engine)

    assert migrate.is_current(engine)
    assert os.listdir() == []
    engine.dispose()


def test_a_database_without_our_tables_says_so(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")

    assert migrate.current(engine) is None
    assert not migrate.is_current(engine)
    engine.dispose()
