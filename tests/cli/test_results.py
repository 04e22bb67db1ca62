"""`results` on the command line: recounting proves the tallies, and says what was wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from core.config import Settings
from core.db.engine import open_engine
from core.people.keys import KeyRing
from core.reports.models import EndedTally
from core.reports.tallying import advance
from tests.cli.conftest import Cli
from tests.reports.factories import make_places, make_response, make_round

# The commands have a clock of their own; the round is over for it.
THEN = datetime(2025, 11, 1, 1, tzinfo=UTC)
LATER = datetime(2025, 11, 2, 1, tzinfo=UTC)


@pytest.fixture
def engine(migrated: Cli, installation: Path) -> Iterator[Engine]:
    """A small city whose round has three answers, all counted."""
    settings = Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)})
    engine = open_engine(settings.database_url)
    with Session(engine) as session, session.begin():
        make_places(session)
        held = make_round(session, KeyRing(settings.data_key))
        for code in ("s5", "s5", "s1"):
            make_response(session, held.id, {"gov": code}, finished_at=THEN)
    advance(engine, LATER)
    yield engine
    engine.dispose()


def test_recount_finds_a_planted_error_tells_where_and_sets_it_right(cli: Cli, engine: Engine) -> None:
    first = cli("results", "recount")
    with engine.begin() as connection:
        connection.execute(update(EndedTally).values(count=5))

    checked = cli("results", "recount", "--check-only")
    mended = cli("results", "recount")
    after = cli("results", "recount")

    assert (first.code, first.out) == (0, "核对过了：累计的数和3份原始答卷一致。\n")
    assert checked.code == mended.code == 1
    assert checked.out == "答卷份数 1 residents-2021 451203100 wechat complete：应改-2\n"
    assert "没有改" in checked.err
    assert "已经按原始答卷改正" in mended.err
    assert after == first
