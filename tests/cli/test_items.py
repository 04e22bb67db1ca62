"""`items` and `export items` as the office's administrator types them."""

import csv
from pathlib import Path

import pytest

from core.places.shipped import PLACE_FILES, UNIT_FILES
from core.rectification.demo import SAMPLE
from tests.cli.conftest import Cli

HEADER = "序号,意见建议,来源,类别,牵头单位,整改时限,状态,完成日期\n"


@pytest.fixture
def city(migrated: Cli) -> Cli:
    """Places and units are loaded."""
    assert migrated("places", "load", PLACE_FILES[0]).code == 0
    assert migrated("units", "load", *UNIT_FILES).code == 0
    return migrated


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sample_is_loaded_counted_and_exported(city: Cli, tmp_path: Path) -> None:
    loaded = city("items", "load", SAMPLE)
    reported = city("items", "report", "--format", "csv", "--out", tmp_path / "report.csv")
    exported = city("export", "items", "--round", "2020年度", "--out", tmp_path / "items.csv")

    assert (loaded.code, loaded.err) == (0, "")
    assert "共625条：新增625，更新0，没有变化0" in loaded.out
    assert "交办625条，已销号541条，完成率86.6%" in reported.out
    whole = rows_of(tmp_path / "report.csv")[-1]
    assert (whole["代码"], whole["交办"], whole["已销号"]) == ("合计", "625", "541")
    assert (whole["按期率"], whole["完成率"]) == ("86.6", "86.6")
    assert exported.code == 0
    assert len(rows_of(tmp_path / "items.csv")) == 338


def test_a_preview_says_what_would_change_and_writes_nothing(city: Cli, tmp_path: Path) -> None:
    table = tmp_path / "表.csv"
    table.write_text(HEADER + "1,路坏了,2026年度,交通,U024,2026-12-31,推进中,\n", encoding="utf-8")
    city("items", "load", table)
    table.write_text(HEADER + "1,路坏了,2026年度,交通,U024,2026-12-31,已销号,2026-06-01\n", encoding="utf-8")

    seen = city("items", "load", table, "--preview")
    again = city("items", "load", table)

    assert "1号：状态 整改中→已销号；完成日期 空→2026-06-01" in seen.out
    assert "什么都没有写入" in seen.out
    assert "更新1" in again.out


def test_a_faulty_list_is_told_in_lines_and_writes_nothing(city: Cli, tmp_path: Path) -> None:
    table = tmp_path / "表.csv"
    rows = ["1,路坏了,2026年度,交通,U999,2026-12-31,,", "2,灯坏了,2026年度,治安,U024,2026-12-31,做完了,"]
    table.write_text(HEADER + "\n".join(rows), encoding="utf-8")

    refused = city("items", "load", table)
    reported = city("items", "report", "--out", tmp_path / "report.csv")

    assert refused.code == 1
    assert refused.err.splitlines() == [
        "表.csv 第2行“牵头单位”列: 没有“U999”这个县（区）或单位，请填代码或名称",
        "表.csv 第3行“状态”列: 只能填推进中、已销号，或者空着，现在是“做完了”",
    ]
    assert "交办0条" in reported.out
    assert rows_of(tmp_path / "report.csv")[-1]["完成率"] == ""


def test_a_source_nobody_knows_is_refused(city: Cli, tmp_path: Path) -> None:
    refused = city("export", "items", "--round", "没有的", "--out", tmp_path / "x.csv")

    assert refused.code == 1
    assert not (tmp_path / "x.csv").exists()
