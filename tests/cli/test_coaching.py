"""`coaching` on a command line: checking files, and letting a text pass with two people."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.rounds.drafts import QUESTIONNAIRES, text_of

REASON = "培训用的例子，不对外公布。"


@pytest.fixture
def steering(tmp_path: Path) -> Path:
    """A questionnaire that asks for an answer."""
    path = tmp_path / "residents-2021.yaml"
    path.write_text(
        text_of("residents-2021", edit=("没有对错，照您自己的想法选。", "请您都选满意。")), "utf-8"
    )
    return path


def test_shipped_questionnaires_pass(cli: Cli) -> None:
    outcome = cli("coaching", "check", *QUESTIONNAIRES.glob("*.yaml"))

    assert outcome.code == 0
    assert outcome.out == "没有查出诱导的话。\n"


def test_each_finding_is_a_line_with_its_reason(cli: Cli, steering: Path, tmp_path: Path) -> None:
    poster = tmp_path / "海报.txt"
    poster.write_text("住在这里，您觉得怎么样？\n完成问卷可抽奖。\n", "utf-8")

    outcome = cli("coaching", "check", steering, poster)

    assert outcome.code == 1
    first, second = outcome.out.splitlines()
    assert first.startswith(f"{steering}:6: 开头的话“请您都选满意”：告诉人家该怎么答")
    assert second.startswith(f"{poster}:2: 海报“抽奖”：给东西会让人顺着")
    assert "共有2处诱导" in outcome.err


def test_a_lost_file_and_a_faulty_questionnaire_are_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("format: 1\n", "utf-8")

    assert "文件读不了" in cli("coaching", "check", tmp_path / "lost.txt").err
    assert cli("coaching", "check", tmp_path / "x.yaml").code == 1


def test_a_round_opens_after_a_second_person_agreed(migrated: Cli, steering: Path) -> None:
    for name, password in (("王小明", "correct horse 9"), ("李小红", "another horse 8")):
        migrated("staff", "add", name, "--role", "office", typed=f"{password}\n")
    migrated("questionnaire", "load", steering)
    migrated("round", "create", "今年", "--questionnaire", "residents-2021", "--closes", "2099-12-31")
    ask = ("coaching", "ask", steering, "--as", "王小明", "--reason", REASON)

    refused = migrated("round", "open", "今年")
    wrong = migrated(*ask, typed="another horse 8\n")
    asked = migrated(*ask, typed="correct horse 9\n")
    own = migrated("coaching", "approve", "1", "--as", "王小明", typed="correct horse 9\n")
    waiting = migrated("coaching", "list")
    approved = migrated("coaching", "approve", "1", "--as", "李小红", typed="another horse 8\n")

    assert refused.code == 1
    assert "开头的话“请您都选满意”" in refused.err
    assert (wrong.code, wrong.err) == (1, "账号或密码不对。\n")
    assert asked.code == 0
    assert "编号1" in asked.out
    assert (own.code, own.err) == (1, "申请和批准要两个人：自己申请的，不能自己批准。\n")
    assert "等人批准" in waiting.out
    assert approved.code == 0
    assert "李小红批准" in migrated("coaching", "list").out
    assert migrated("round", "open", "今年").code == 0


def test_an_empty_list_says_so(migrated: Cli) -> None:
    assert migrated("coaching", "list").out == "还没有放行申请。\n"
