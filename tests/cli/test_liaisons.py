"""`liaisons`: adding, loading, binding, revoking from the command line."""

from pathlib import Path

import pytest

from core.liaisons.codes import typed_code
from core.places.shipped import UNIT_FILES
from tests.cli.conftest import Cli


@pytest.fixture
def units(migrated: Cli) -> Cli:
    """With the units loaded."""
    assert migrated("units", "load", *UNIT_FILES).code == 0
    return migrated


def test_a_list_is_loaded_and_listed_with_names_and_numbers_masked(units: Cli, tmp_path: Path) -> None:
    rows = "单位,姓名,手机号,身份\nU017,韦小明,13977812345,\nU018,莫局,0778-2280000,负责人\n"
    (tmp_path / "名单.csv").write_text(rows, "utf-8")

    loaded = units("liaisons", "load", tmp_path / "名单.csv")
    listed = units("liaisons", "list")

    assert loaded.out == "联络员导入好了。名单上有2人：新增2，更新0。\n"
    assert "联络员　韦**　139****2345　没有绑定" in listed.out
    assert "负责人　莫*" in listed.out
    assert "韦小明" not in listed.out
    assert units("liaisons", "list", "--of", "U018").out.count("\n") == 1


def test_a_wrong_list_is_told_and_nothing_is_written(units: Cli, tmp_path: Path) -> None:
    (tmp_path / "坏.csv").write_text("单位,姓名,手机号\nU017,韦小明,13977812345\nU999,莫局,1\n", "utf-8")

    outcome = units("liaisons", "load", tmp_path / "坏.csv")

    assert outcome.code == 1
    assert "第3行" in outcome.err
    assert "U999" in outcome.err
    assert "还没有联络员" in units("liaisons", "list").out


def test_somebody_is_added_gets_a_code_and_is_revoked(units: Cli) -> None:
    added = units("liaisons", "add", "韦小明", "--of", "U017", "--phone", "13977812345")
    number = added.out.split("编号")[1].split("。")[0]

    made = units("liaisons", "bind", number)

    assert typed_code(made.out.split("绑定码：")[1].split("\n")[0]) is not None
    assert "绑定码还没用" in units("liaisons", "list").out
    assert units("liaisons", "revoke", number).out == f"编号{number}已经解除绑定。\n"
    assert "没有绑定" in units("liaisons", "list").out
    assert units("liaisons", "revoke", number, "--left").code == 0
    assert units("liaisons", "bind", number).err == "没有这位联络员。\n"


def test_a_stand_in_needs_its_days(units: Cli) -> None:
    asked = ("liaisons", "add", "蓝小山", "--of", "U017", "--phone", "13977812345", "--kind", "standin")

    assert "从哪天到哪天" in units(*asked).err
    assert units(*asked, "--from", "2026-12-01", "--until", "2026-12-07").code == 0
    assert units(*asked, "--from", "12月1日").code == 2
