"""How a database is opened: durable, in UTC, with writers that take turns."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import redis
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from core.db.catalog_version import CatalogStamp, bump_catalog, catalog_stamp
from core.db.engine import SQLITE_REOPEN_SECONDS
from core.db.statistics import refresh_statistics
from core.people.models import WrappedKey


def test_a_commit_on_sqlite_is_on_disk(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        pragmas = [
            connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")
        ]

    assert pragmas == ["wal", 2]


def test_a_commit_on_postgresql_is_on_disk(postgres_engine: Engine) -> None:
    with postgres_engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


def test_times_come_back_aware_and_in_utc(engine: Engine) -> None:
    there = datetime(2026, 12, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    with Session(engine) as session, session.begin():
        session.add(WrappedKey(name="k", wrapped=b"w", created_at=there))

    with Session(engine) as session:
        stored = session.scalars(select(WrappedKey.created_at)).one()

    assert stored == there
    assert stored.tzinfo is UTC


def test_a_time_without_zone_is_refused(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(WrappedKey(name="k", wrapped=b"w", created_at=datetime(2026, 12, 1)))
        with pytest.raises(StatementError, match="without zone"):
            session.flush()


def test_the_catalogs_version_moves_with_each_change(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        bump_catalog(session)
    with Session(engine) as session, session.begin():
        bump_catalog(session, places=True)

    with engine.connect() as connection:
        assert catalog_stamp(connection) == CatalogStamp(version=2, places_version=1)


def test_a_change_taken_back_does_not_count(engine: Engine) -> None:
    with Session(engine) as session:
        bump_catalog(session)

    with engine.connect() as connection:
        assert catalog_stamp(connection) == CatalogStamp(version=0, places_version=0)


def test_a_connection_opened_later_knows_how_rows_are_spread(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        for name in "abc":
            session.add(WrappedKey(name=name, wrapped=b"w", created_at=datetime(2026, 12, 1, tzinfo=UTC)))

    refresh_statistics(engine)

    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            known = connection.execute(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'wrapped_key'")).all()
        assert known == [("3 1",)]
        assert engine.pool._recycle == SQLITE_REOPEN_SECONDS


def test_redis_is_real_and_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        assert client.set("k", "v")
