"""`privacy` on a command line."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from core.conversation.models import HelpRequest
from core.db.engine import open_engine
from tests.cli.conftest import Cli


def test_what_is_due_is_counted_then_deleted(migrated: Cli, installation: Path) -> None:
    engine = open_engine(f"sqlite:///{installation / 'minyi.db'}")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with Session(engine) as session, session.begin():
        session.add(HelpRequest(person="p", at=long_ago, done_at=long_ago, phone=b"sealed"))

    assert "等回电话的号码（办完的）：从办完起留30天" in migrated("privacy", "show").out
    assert migrated("privacy", "sweep", "--dry-run").out == "等回电话的号码（办完的）：会清掉1个\n"
    assert migrated("privacy", "sweep").out == "等回电话的号码（办完的）：清掉了1个\n"
    assert migrated("privacy", "sweep").out == "没有到期的。\n"
    assert "清理了0个" in migrated("privacy", "show").out
    with Session(engine) as session:
        assert session.query(HelpRequest.phone).all() == [(None,)]
    engine.dispose()


def test_a_faulty_file_is_told_and_nothing_is_deleted(migrated: Cli, installation: Path) -> None:
    (installation / "retention.yaml").write_text("nonsense: 3\n", "utf-8")

    outcome = migrated("privacy", "sweep")

    assert outcome.code == 1
    assert "没有“nonsense”这一种" in outcome.err
