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


def test_words_as_they_are_go_only_to_the_office_for_a_reason(migrated: Cli, tmp_path: Path) -> None:
    migrated("questionnaire", "load", Path(__file__).parents[2] / "bot/questionnaires/residents-2021.yaml")
    migrated("round", "create", "今年", "--questionnaire", "residents-2021", "--closes", "2099-12-31")
    for name, role in (("王小明", "office"), ("审计员", "auditor")):
        migrated("staff", "add", name, "--role", role, typed="correct horse 9\n")
    export = ("export", "answers", "--round", "今年", "--out", tmp_path / "a.csv")
    raw = (*export, "--raw", "--reason", "信访件核实，要回访这位群众", "--as")

    assert migrated(*export, "--raw").code == 1
    assert migrated(*raw, "审计员", typed="correct horse 9\n").code == 1
    assert migrated(*raw, "王小明", typed="wrong\n").code == 1
    assert not (tmp_path / "a.csv").exists()
    assert migrated(*raw, "王小明", typed="correct horse 9\n").code == 0
    assert migrated(*export).code == 0
