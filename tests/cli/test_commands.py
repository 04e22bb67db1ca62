"""Setting an installation up by its commands, and what each mistake looks like."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from sqlalchemy.orm import Session

from cli.app import COMMANDS
from cli.app import cli as root
from cli.groups import Group
from core.db.engine import open_engine
from core.people.service import verify_staff
from core.places.shipped import PLACE_FILES, UNIT_FILES
from tests.cli.conftest import Cli
from tests.rounds.drafts import QUESTIONNAIRES, text_of

RESIDENTS = QUESTIONNAIRES / "residents-2021.yaml"
REPOSITORY = QUESTIONNAIRES.parents[1]


def command_paths(group: Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command, groups too, as it is typed."""
    found = [path] if path else []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found += command_paths(command, (*path, name)) if isinstance(command, Group) else [(*path, name)]
    return found


def test_migrate_makes_the_tables_and_may_be_repeated(cli: Cli, installation: Path) -> None:
    first, again = cli("migrate"), cli("migrate")

    assert (first.code, again.code) == (0, 0)
    assert "建好了" in first.out
    assert "已经是最新的" in again.out
    assert (installation / "minyi.db").exists()


def test_without_tables_every_command_says_to_migrate(cli: Cli) -> None:
    outcome = cli("round", "list")

    assert outcome.code == 1
    assert outcome.err == "数据库还没有建好，或者要升级。请先运行：python -m cli migrate\n"


def test_places_and_units_are_loaded_and_loaded_again(migrated: Cli) -> None:
    assert "新增1819" in migrated("places", "load", *PLACE_FILES).out
    assert "新增0，改名0，停用0" in migrated("places", "load", *PLACE_FILES).out
    assert "新增82" in migrated("units", "load", *UNIT_FILES).out


def test_a_faulty_file_is_told_line_by_line_and_nothing_is_written(migrated: Cli, tmp_path: Path) -> None:
    (tmp_path / "坏.csv").write_text("code,name\n451200,河池市\n4512,坏\n45120x,也坏\n", "utf-8")

    outcome = migrated("places", "load", tmp_path / "坏.csv")

    assert outcome.code == 1
    assert [line[:11] for line in outcome.err.splitlines()] == ["坏.csv 第3行“代", "坏.csv 第4行“代"]
    assert "新增1819" in migrated("places", "load", *PLACE_FILES).out


def test_a_round_goes_from_draft_to_closed(migrated: Cli) -> None:
    migrated("questionnaire", "load", RESIDENTS)
    create = ("round", "create", "今年", "--questionnaire", "residents-2021")

    assert "草稿" in migrated(*create, "--opens", "2020-01-01", "--closes", "2099-12-31 18:00").out
    assert "进行中" in migrated("round", "open", "今年").out
    assert "2020-01-01 00:00 至 2099-12-31 18:00" in migrated("round", "list").out
    assert "已关闭" in migrated("round", "close", "今年").out


def test_times_are_shanghais_unless_they_say_otherwise(migrated: Cli) -> None:
    migrated("questionnaire", "load", RESIDENTS)
    create = ("round", "create", "今年", "--questionnaire", "residents-2021")

    outcome = migrated(*create, "--opens", "2026/12/01 09:00", "--closes", "2026-12-31T00:00:00+00:00")

    assert "2026-12-01 09:00 至 2026-12-31 08:00" in outcome.out


def test_a_refused_round_is_one_sentence(migrated: Cli) -> None:
    migrated("questionnaire", "load", RESIDENTS)
    create = ("round", "create", "今年", "--questionnaire", "residents-2021")

    outcome = migrated(*create, "--opens", "2026-12-31", "--closes", "2026-12-01")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("结束时间（")
    assert migrated("round", "list").out.startswith("还没有调查")


def test_without_an_office_nothing_opens(migrated: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    migrated("questionnaire", "load", RESIDENTS)
    migrated("round", "create", "今年", "--questionnaire", "residents-2021", "--closes", "2099-12-31")
    monkeypatch.setattr("core.config.DEMO_OFFICE", {})

    outcome = migrated("round", "open", "今年")

    assert outcome.code == 1
    assert "MINYI_OFFICE_NAME" in outcome.err


def test_lint_prints_file_line_and_message(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "residents-2021.yaml"
    bad.write_text(text_of("residents-2021").replace("subject: ", "sujet: "), "utf-8")

    good, faulty = cli("questionnaire", "lint", RESIDENTS), cli("questionnaire", "lint", bad)

    assert good.code == 0
    assert faulty.code == 1
    assert all(line.startswith(f"{bad}:") for line in faulty.out.splitlines())
    assert cli("questionnaire", "lint", tmp_path / "lost.yaml").code == 1


def test_an_edit_of_an_opened_questionnaire_is_refused(migrated: Cli, tmp_path: Path) -> None:
    migrated("questionnaire", "load", RESIDENTS)
    migrated("round", "create", "今年", "--questionnaire", "residents-2021", "--closes", "2099-12-31")
    migrated("round", "open", "今年")
    edited = tmp_path / "residents-2021.yaml"
    edited.write_text(text_of("residents-2021", edit=("title: ", "title: 新")), "utf-8")

    outcome = migrated("questionnaire", "load", edited)

    assert outcome.code == 1
    assert "请把 version 改成2" in outcome.err
    assert "没有变化" in migrated("questionnaire", "load", RESIDENTS).out


def test_staff_are_added_with_a_typed_or_made_up_password(migrated: Cli, installation: Path) -> None:
    piped = migrated("staff", "add", "王小明", "--role", "office", typed="correct horse 9\n")
    made_up = migrated("staff", "add", "李小红", "--role", "auditor")
    changed = migrated("staff", "passwd", "王小明", typed="another horse 8\n")

    assert (piped.code, made_up.code, changed.code) == (0, 0, 0)
    assert "correct horse 9" not in piped.out
    shown = made_up.out.rsplit("：", 1)[1].strip()
    engine = open_engine(f"sqlite:///{installation / 'minyi.db'}")
    with Session(engine) as session:
        assert verify_staff(session, "王小明", "another horse 8") is not None
        assert verify_staff(session, "李小红", shown) is not None
    engine.dispose()


def test_an_account_is_tied_to_a_county_or_unit_that_exists(migrated: Cli) -> None:
    typed = "correct horse 9\n"

    migrated("places", "load", *PLACE_FILES)
    migrated("units", "load", *UNIT_FILES)
    at_once = migrated("staff", "add", "李小红", "--role", "county", "--county", "451203", typed=typed)
    not_yet = migrated("staff", "add", "韦小花", "--role", "liaison", typed=typed)
    then = migrated("staff", "tie", "韦小花", "--unit", "U017")

    assert "宜州区" in at_once.out
    assert "登录后什么也看不到" in not_yet.out
    assert then.code == 0
    assert "韦小花" in then.out
    for wrong, words in (
        (("--county", "999999"), "没有代码是“999999”的县区"),
        (("--county", "451203100"), "没有代码是“451203100”的县区"),
        (("--unit", "U999"), "没有代码是“U999”的单位"),
        (("--county", "451203", "--unit", "U017"), "一个县区或一个单位"),
    ):
        refused = migrated("staff", "tie", "韦小花", *wrong)
        assert refused.code == 1
        assert words in refused.err


def test_an_account_with_a_wrong_tie_is_not_made(migrated: Cli) -> None:
    refused = migrated(
        "staff", "add", "李小红", "--role", "office", "--unit", "U017", typed="correct horse 9\n"
    )

    assert refused.code == 1
    assert "没有账号" in migrated("staff", "passwd", "李小红", typed="another horse 8\n").err


def test_a_bad_password_an_unknown_account_and_a_wrong_role_are_told(migrated: Cli) -> None:
    assert "密码要有10到128个字符" in migrated("staff", "add", "王", "--role", "office", typed="short\n").err
    assert "没有账号“王”" in migrated("staff", "passwd", "王", typed="correct horse 9\n").err
    wrong = migrated("staff", "add", "王", "--role", "boss")
    assert wrong.code == 2
    assert wrong.err.startswith("--role 只能是 office、auditor")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bogus",), "没有命令 bogus。"),
        (("round", "create", "x"), "缺少 --questionnaire。"),
        (("round", "open"), "缺少 名称。"),
        (("round", "list", "--all"), "没有选项 --all。"),
        (("places", "load"), "缺少 文件…。"),
        (("round", "create", "x", "--questionnaire", "y", "--opens", "明天"), "--opens 不对：“明天”不是时间"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(arguments: tuple[str, ...], words: str, cli: Cli) -> None:
    outcome = cli(*arguments)

    assert outcome.code == 2
    assert outcome.err.startswith(words)
    assert outcome.err.count("\n") == 1


def test_bad_settings_are_all_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("MINYI_WECHAT_MODE", "y")

    outcome = cli("migrate")

    assert outcome.code == 1
    assert [line.split(" ")[1] for line in sorted(outcome.err.splitlines())] == ["MINYI_WECHAT_MODE", "PORT"]


def test_a_database_that_cannot_be_reached_is_one_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINYI_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    outcome = cli("migrate")

    assert outcome.code == 1
    assert outcome.err.startswith("数据库出错：")
    assert outcome.err.count("\n") == 1


def test_a_bug_is_one_line_and_its_traceback_is_kept(
    cli: Cli, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr("cli.migrate.upgrade", broken)

    outcome, shown = cli("migrate"), cli("--debug", "migrate")

    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    assert str(installation / "logs" / "errors.log") in outcome.err
    assert "ZeroDivisionError: boom" in (installation / "logs" / "errors.log").read_text("utf-8")
    assert "Traceback" in shown.err


@pytest.mark.parametrize("path", command_paths(root), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...], cli: Cli) -> None:
    outcome = cli(*path, "--help")

    assert outcome.code == 0
    assert "例：" in outcome.out
    assert f"python -m cli {' '.join(path)}" in outcome.out


def test_help_lists_every_command(cli: Cli) -> None:
    outcome = cli("--help")

    assert outcome.code == 0
    assert all(f"  {name} " in outcome.out for name in COMMANDS)


def test_the_program_starts_as_a_module_and_takes_its_exit_code(installation: Path) -> None:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cli", *arguments]
        return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)

    assert call("--help").returncode == 0
    assert call("bogus").returncode == 2
    failed = call("round", "list")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "Traceback" not in failed.stderr
    # What it made on the way (keys, the database) only its own user can read.
    made = [path for path in installation.rglob("*") if path.is_file()]
    assert made
    assert [path for path in (installation, *made) if path.stat().st_mode & 0o077] == []
