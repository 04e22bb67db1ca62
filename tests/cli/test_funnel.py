"""The funnel by command: proved, exported; and populations loaded."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import update

from core.config import Settings
from core.db.engine import open_engine
from core.funnel.events import Kind
from core.funnel.models import FunnelCount
from core.places.shipped import PLACE_FILES
from tests.cli.conftest import Cli
from tests.funnel.events import QINGYUAN_BUS, event, store

# The commands have a clock of their own, and count what lies behind it.
SUNDAY = datetime(2026, 11, 1, 1, tzinfo=UTC)


@pytest.fixture
def demo(cli: Cli, installation: Path) -> Cli:
    """A demo whose first round has a scan, a start, a break-off and a completion."""
    assert cli("demo").code == 0
    engine = open_engine(Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)}).database_url)
    store(
        engine,
        [
            event(credit=QINGYUAN_BUS, person="a", at=SUNDAY),
            event(credit=QINGYUAN_BUS, person="a", at=SUNDAY),
            event(Kind.START, credit=QINGYUAN_BUS, person="a", at=SUNDAY),
            event(Kind.START, credit=QINGYUAN_BUS, person="b", at=SUNDAY),
            event(Kind.COMPLETE, credit=QINGYUAN_BUS, person="a", at=SUNDAY),
            event(Kind.BREAK_OFF, credit=QINGYUAN_BUS, person="b", at=SUNDAY, question="residents-2021/gov"),
        ],
    )
    engine.dispose()
    return cli


def test_recount_finds_a_planted_error_tells_where_and_sets_it_right(demo: Cli, installation: Path) -> None:
    first = demo("funnel", "recount")
    engine = open_engine(Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)}).database_url)
    with engine.begin() as connection:
        connection.execute(
            update(FunnelCount)
            .where(FunnelCount.part == "code", FunnelCount.axis == "round", FunnelCount.kind == "scan")
            .values(visits=5)
        )
    engine.dispose()

    checked = demo("funnel", "recount", "--check-only")
    mended = demo("funnel", "recount")
    after = demo("funnel", "recount")

    assert (first.code, first.out) == (0, "核对过了：累计的数和原始记录一致。\n")
    assert checked.code == mended.code == 1
    assert checked.out == "调查1 码 整次调查 451203/451203100/p_451203100_bus scan：应改-3人次、+0人\n"
    assert "没有改" in checked.err
    assert "已经按原始记录改正" in mended.err
    assert after.code == 0


def test_export_has_a_row_for_each_code_and_question(demo: Cli, tmp_path: Path) -> None:
    outcome = demo("export", "funnel", "--round", "演示调查", "--out", tmp_path / "漏斗.csv")

    with (tmp_path / "漏斗.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["by"], row["code"]): row for row in csv.DictReader(file)}
    assert outcome.code == 0
    assert f"导出了{len(rows)}行" in outcome.out
    code = rows["code", "p_451203100_bus"]
    assert (code["scans"], code["scans_people"], code["starts"], code["completions"]) == ("2", "1", "2", "1")
    assert (code["name"], code["completion_rate"]) == ("宜州区庆远镇 · 公交车", "0.5")
    assert rows["county", "451203"]["name"] == "宜州区"
    assert rows["township", "451203100"]["scans"] == "2"
    assert rows["material", "bus"]["break_offs_people"] == "1"
    assert rows["day", "2026-11-01"]["scans"] == "2"
    assert rows["hour", "7-09"]["name"] == "周日9时"
    assert rows["question", "residents-2021/gov"]["break_offs"] == "1"
    assert rows["all", ""]["starts_people"] == "2"


def test_export_writes_workbooks_and_spss_files_of_the_rows_asked_for(demo: Cli, tmp_path: Path) -> None:
    for file_format in ("xlsx", "sav"):
        outcome = demo(
            "export", "funnel", "--round", "演示调查", "--by", "county", "--format", file_format,
            "--out", tmp_path / f"漏斗.{file_format}",
        )  # fmt: skip
        assert (outcome.code, outcome.out) == (0, f"导出了1行：{tmp_path}/漏斗.{file_format}\n")

    book = openpyxl.load_workbook(tmp_path / "漏斗.xlsx")
    assert book.sheetnames == ["传播漏斗"]
    assert [cell.value for cell in book.worksheets[0][2]][:3] == ["county", "451203", "宜州区"]


def test_an_export_that_cannot_be_written_leaves_nothing(demo: Cli, tmp_path: Path) -> None:
    outcome = demo("export", "funnel", "--round", "演示调查", "--out", tmp_path / "没有" / "漏斗.csv")

    assert outcome.code == 1
    assert outcome.err.startswith("写不了文件 漏斗.csv：没有这个文件夹")
    assert demo("export", "funnel", "--round", "无", "--out", tmp_path / "a.csv").code == 1
    assert not (tmp_path / "a.csv").exists()


def test_populations_are_loaded_from_a_file_or_not_at_all(migrated: Cli, tmp_path: Path) -> None:
    migrated("places", "load", *PLACE_FILES)
    (tmp_path / "人口.csv").write_text("代码,人口,年份,来源\n451203100,90000,2020,七普\n", "utf-8")
    (tmp_path / "坏.csv").write_text("代码,人口,年份,来源\n451203100,9,2020,七普\n4,1,2020,七普\n", "utf-8")

    good = migrated("places", "population", tmp_path / "人口.csv")
    bad = migrated("places", "population", tmp_path / "坏.csv")
    again = migrated("places", "population", tmp_path / "人口.csv")

    assert (good.code, good.out) == (0, "人口导入好了。名单上有1个地方：新增1，改动0，没变0。\n")
    assert (bad.code, len(bad.err.splitlines())) == (1, 1)
    assert "没变1" in again.out
