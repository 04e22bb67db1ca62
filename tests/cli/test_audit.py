"""The audit log on a command line: commands write into it, `doctor` finds what was done to it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from core.db.engine import open_engine
from tests.cli.conftest import Cli

PASSWORD = "correct horse 9\n"


@pytest.fixture
def log(migrated: Cli) -> Cli:
    """Five acts by command."""
    for name in ("王小明", "李小红", "张三", "李四"):
        migrated("staff", "add", name, "--role", "office", typed=PASSWORD)
    migrated("staff", "passwd", "张三", typed="another horse 8\n")
    return migrated


def tamper(installation: Path, *statements: str) -> None:
    engine = open_engine(f"sqlite:///{installation / 'minyi.db'}")
    with engine.begin() as connection:
        for act in ("UPDATE", "DELETE"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_{act}"))
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def of_the_log(told: str) -> list[str]:
    return [line for line in told.splitlines() if "操作记录：" in line]


@pytest.fixture(autouse=True)
def _nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINYI_WECHAT_API", "http://127.0.0.1:1")


def test_a_whole_log_is_well(log: Cli) -> None:
    assert of_the_log(log("doctor").out) == ["✓ 操作记录：5条，没有改过、删过、截过"]
    assert log("audit", "check").out == "5条，没有改过、删过、截过。\n"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["UPDATE audit_entry SET details = '{}' WHERE number = 3"], "第3条被改过"),
        (["DELETE FROM audit_entry WHERE number = 3"], "第3条被删掉了"),
        (
            [
                "DELETE FROM audit_entry WHERE number > 3",
                "UPDATE audit_head SET number = 3, mac = (SELECT mac FROM audit_entry WHERE number = 3)",
            ],
            "末尾少了：数据库里到第3条，外面记着有第5条",
        ),
    ],
    ids=["edit", "removal", "cut tail"],
)
def test_doctor_finds_an_edit_a_removal_and_a_cut_tail(
    log: Cli, installation: Path, statements: list[str], told: str
) -> None:
    tamper(installation, *statements)

    doctor, check = log("doctor"), log("audit", "check")

    assert (doctor.code, check.code) == (1, 1)
    assert of_the_log(doctor.out)[0] == f"✗ 操作记录：{told}"
    assert "audit accept" in of_the_log(doctor.out)[1]
    assert check.out == f"{told}\n"


def test_many_troubles_are_not_a_flood(log: Cli, installation: Path) -> None:
    for number in range(8):
        log("staff", "add", f"再一个{number}", "--role", "office", typed=PASSWORD)
    tamper(installation, "UPDATE audit_entry SET who_name = 'x'")

    lines = of_the_log(log("doctor").out)

    assert len(lines) == 6
    assert "另外还有8处" in lines[-1]


def test_a_restored_backup_is_answered_for_and_that_is_written_down(log: Cli, installation: Path) -> None:
    head = "UPDATE audit_head SET number = 3, mac = (SELECT mac FROM audit_entry WHERE number = 3)"
    tamper(installation, "DELETE FROM audit_entry WHERE number > 3", head)
    accept = ("audit", "accept", "--as", "王小明", "--reason", "服务器坏了，恢复了昨天的备份")

    assert log(*accept, typed="wrong\n").code == 1
    assert log("audit", "accept", "--as", "王小明", "--reason", "短", typed=PASSWORD).code == 1
    accepted = log(*accept, typed=PASSWORD)

    assert accepted.out == "记下了。操作记录从这里接着往下记。\n"
    assert of_the_log(log("doctor").out) == ["✓ 操作记录：4条，没有改过、删过、截过"]


def test_only_the_office_answers_for_the_log(log: Cli) -> None:
    log("staff", "add", "审计员", "--role", "auditor", typed=PASSWORD)

    refused = log(
        "audit", "accept", "--as", "审计员", "--reason", "服务器坏了，恢复了昨天的备份", typed=PASSWORD
    )

    assert refused.code == 1
    assert "只有办公室" in refused.err


def test_a_file_that_lags_after_a_crash_is_a_note_and_no_alarm(log: Cli, installation: Path) -> None:
    kept = installation / "audit" / "newest"
    before = kept.read_text()
    log("staff", "passwd", "张三", typed="third horse 77\n")
    kept.write_text(before)

    doctor = log("doctor")

    assert of_the_log(doctor.out)[0].startswith("！ 操作记录：6条，一条没动过；外面的记号落后1条")
    assert doctor.code == 0


def test_what_is_done_to_accounts_by_command_is_written_down(log: Cli) -> None:
    assert log("staff", "disable", "张三").out == "账号“张三”停用了。\n"
    assert "张三　办公室　没有动态口令　已停用" in log("staff", "list").out
    assert log("staff", "enable", "张三").out == "账号“张三”恢复了。\n"
    assert log("staff", "totp", "reset", "张三").out == "账号“张三”没有设过动态口令。\n"
    assert log("staff", "totp", "reset", "没有的").code == 1
    assert "8条" in log("audit", "check").out


def test_doctor_says_when_the_office_needs_no_second_factor(
    log: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINYI_DEMO", "0")
    monkeypatch.setenv("MINYI_OFFICE_TOTP", "optional")
    assert "！ 登录：办公室账号没有要求动态口令" in log("doctor").out
    monkeypatch.delenv("MINYI_OFFICE_TOTP")
    assert "✓ 登录：办公室账号必须用动态口令" in log("doctor").out
