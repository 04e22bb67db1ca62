"""Codes by command: made, loaded, printed, read back, counted, retired; killed in the middle and gone on."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from sqlalchemy import update

from cli.demo_phone import on_materials
from core.config import Settings
from core.db.engine import open_engine
from core.db.reading import reading
from core.funnel.events import Credit, Kind
from core.places.service import load_gazetteer
from core.tasks.models import Task
from qrcodes.reading import read_codes
from simulator import Simulator
from tests.cli.conftest import Cli
from tests.funnel.events import event, store
from tests.paths import QUESTIONNAIRES, ROOT

RESIDENTS = QUESTIONNAIRES / "residents-2021.yaml"
CREATE = "/cgi-bin/qrcode/create"
PLACES = """代码,名称
451200,河池市
451203,宜州区
451203100,庆远镇
451203101,德胜镇
451225,罗城仫佬族自治县
451225100,东门镇
"""
UNITS = "单位代码,单位名称,简称,类别\nU017,河池市人民检察院,市检察院,司法机关\n"


@pytest.fixture
def filled(platform: Simulator, migrated: Cli, tmp_path: Path) -> Cli:
    """A small city, with a unit."""
    (tmp_path / "places.csv").write_text(PLACES, "utf-8")
    (tmp_path / "units.csv").write_text(UNITS, "utf-8")
    assert migrated("places", "load", tmp_path / "places.csv").code == 0
    assert migrated("units", "load", tmp_path / "units.csv").code == 0
    return migrated


@pytest.fixture
def made(filled: Cli) -> Cli:
    """Six codes made."""
    assert filled("qr", "create").code == 0
    return filled


def scenes_of(simulator: Simulator) -> list[str]:
    return [row["scene"] for row in simulator.world.store.rows("SELECT scene FROM code WHERE by_api")]


def test_codes_are_previewed_made_and_not_made_again(filled: Cli, platform: Simulator) -> None:
    preview = filled("qr", "create", "--preview")
    assert "县（区）2、乡镇（街道）3、单位1" in preview.out
    assert "要生成6个，已经有0个" in preview.out
    assert scenes_of(platform) == []

    outcome = filled("qr", "create", "--county", "宜州区", "--material", "plain", "--material", "bus")
    assert (outcome.code, "生成了6个二维码。" in outcome.out) == (0, True)
    assert set(scenes_of(platform)) == {
        f"p_{code}{material}" for code in ("451203", "451203100", "451203101") for material in ("", "_bus")
    }

    again = filled("qr", "create", "--county", "451203")
    assert (again.code, again.err) == (1, "要的二维码都已经有了，或者正在生成，不用再生成。\n")


def test_what_the_platform_refuses_is_a_plain_sentence_and_can_be_gone_on_with(
    filled: Cli, platform: Simulator
) -> None:
    platform.world.faults.add(CREATE, "errcode", 48001)

    refused = filled("qr", "create", "--county", "宜州区")

    assert refused.code == 1
    assert "只有认证过的服务号" in refused.err
    assert "qr create --rest" in refused.err
    assert "生成了3个" in filled("qr", "create", "--rest").out
    assert filled("qr", "create", "--rest").code == 1


def test_a_used_up_day_says_when_it_goes_on(filled: Cli, platform: Simulator) -> None:
    platform.world.faults.add(CREATE, "errcode", 45009)

    outcome = filled("qr", "create")

    assert outcome.code == 1
    assert "00:05自动接着做" in outcome.err


def test_a_command_that_is_killed_is_gone_on_where_it_stopped(filled: Cli, platform: Simulator) -> None:
    platform.world.faults.add(CREATE, "slow", 0.5, times=6)
    command = [sys.executable, "-m", "cli", "qr", "create"]
    kept = {name: value for name, value in os.environ.items() if name != "MINYI_REDIS_URL"}
    process = subprocess.Popen(
        command, env=kept | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 30
    while len(scenes_of(platform)) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = len(scenes_of(platform))
    assert 2 <= before < 6

    # Its claim holds for a minute: until then nobody else takes its codes.
    assert "正在生成" in filled("qr", "create", "--preview").out
    end_the_dead_task()
    outcome = filled("qr", "create", "--rest")

    assert outcome.code == 0, outcome.err
    found = scenes_of(platform)
    assert sorted(found) == sorted(set(found))
    assert len(found) == 6
    assert "已生成\t2" in filled("qr", "stats").out


def end_the_dead_task() -> None:
    """As somebody in the office may with the button, instead of waiting for its claim to lapse."""
    engine = open_engine(Settings.load(os.environ).database_url)
    with engine.begin() as connection:
        connection.execute(update(Task).values(state="stopped"))
    engine.dispose()


def test_posters_are_written_and_read_back(made: Cli, tmp_path: Path) -> None:
    archive, book, single = tmp_path / "海报.zip", tmp_path / "海报.pdf", tmp_path / "庆远镇.png"

    assert "做好了6张" in made("qr", "posters", "--out", archive).out
    assert "做好了6张" in made("qr", "posters", "--template", "tent", "--out", book).out
    assert "做好了1张" in made("qr", "posters", "--scene", "p_451203100", "--out", single).out

    with zipfile.ZipFile(archive) as opened:
        assert set(opened.namelist()) == {
            "宜州区/宜州区 p_451203.pdf",
            "宜州区/宜州区庆远镇 p_451203100.pdf",
            "宜州区/宜州区德胜镇 p_451203101.pdf",
            "罗城仫佬族自治县/罗城仫佬族自治县 p_451225.pdf",
            "罗城仫佬族自治县/罗城仫佬族自治县东门镇 p_451225100.pdf",
            "单位/河池市人民检察院 u_U017.pdf",
        }
    assert len(pypdf.PdfReader(book).pages) == 6 + 1
    with Image.open(single) as opened_single:
        assert len(read_codes(opened_single)) == 1
    outcome = made("qr", "check", archive, book, single)
    assert outcome.code == 0, outcome.err
    assert "6页，6个二维码都读得出来" in outcome.out
    assert "7页，12个" in outcome.out


def test_every_code_is_read_back_from_the_page(made: Cli) -> None:
    outcome = made("qr", "check", "--template", "sheet_8")

    assert (
        outcome.code,
        "6个二维码都读得出来（原大、缩到四分之一、模糊、斜着，共读24次）" in outcome.out,
    ) == (
        0,
        True,
    )


def test_a_file_with_somebody_elses_code_or_a_swapped_one_is_found(made: Cli, tmp_path: Path) -> None:
    made("qr", "posters", "--template", "bare", "--format", "svg", "--out", tmp_path / "码.zip")
    with zipfile.ZipFile(tmp_path / "码.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    town, county = "宜州区/宜州区庆远镇 p_451203100.svg", "宜州区/宜州区 p_451203.svg"
    with zipfile.ZipFile(tmp_path / "换了.zip", "w") as archive:
        archive.writestr(town, files[county])
        archive.writestr("空.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>')

    good = made("qr", "check", tmp_path / "码.zip")
    bad = made("qr", "check", tmp_path / "换了.zip")

    assert good.code == 0, good.err
    assert bad.code == 1
    assert "里是 p_451203 的二维码" in bad.err
    assert "空.svg 第1页读不出二维码" in bad.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--question", "请回答满意，谢谢支持"), "诱导"),
        (("--colour", "#F0E68C"), "对比"),
        (("--colour", "gold"), "没有叫“gold”的配色"),
        (("--county", "桂林"), "没有叫“桂林”的县（区）"),
        (("--kind", "village"), "还没有已生成的二维码"),
        (("--template", "led"), "--out 请用 .zip"),
    ],
)
def test_what_cannot_be_printed_is_one_sentence_and_no_file(
    made: Cli, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    form = "x.pdf" if "led" in options else "x.zip"
    outcome = made("qr", "posters", *options, "--out", tmp_path / form)

    assert outcome.code in (1, 2)
    assert words in outcome.err
    assert not (tmp_path / form).exists()


def test_a_logo_that_would_spoil_the_code_is_refused_with_the_reason(made: Cli, tmp_path: Path) -> None:
    (tmp_path / "坏.png").write_bytes(b"not a picture")

    outcome = made("qr", "posters", "--logo", tmp_path / "坏.png", "--out", tmp_path / "x.zip")

    assert outcome.code == 1
    assert "标志用不了" in outcome.err


def test_a_place_that_is_gone_is_left_out_and_named(made: Cli, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(PLACES.replace("451203101,德胜镇\n", ""), "utf-8")
    made("places", "load", tmp_path / "new.csv")

    outcome = made("qr", "posters", "--out", tmp_path / "x.zip")
    alone = made("qr", "posters", "--scene", "p_451203101", "--out", tmp_path / "y.pdf")

    assert "做好了5张" in outcome.out
    assert "p_451203101：这个地方现在是宜州区（451203），请印它的二维码" in outcome.err
    assert (alone.code, "现在是宜州区" in alone.err) == (1, True)


def test_codes_are_loaded_counted_retired_and_restored(made: Cli, tmp_path: Path) -> None:
    file = tmp_path / "已有.csv"
    file.write_text("场景值,ticket,地址\np_451203100_led,t1,http://weixin.qq.com/q/1\n", "utf-8")
    assert "会这样导入。文件里有1个：新增1" in made("qr", "load", file, "--preview").out
    assert "LED" not in made("qr", "stats").out
    assert "新增1" in made("qr", "load", file).out
    file.write_text("场景值,ticket,地址\np_451203100_led,t1,http://weixin.qq.com/q/2\n", "utf-8")
    assert (
        "p_451203100_led：http://weixin.qq.com/q/1 → http://weixin.qq.com/q/2" in made("qr", "load", file).out
    )

    assert "乡镇（街道）\tLED屏\t已生成\t1" in made("qr", "stats").out
    assert "停用了1个" in made("qr", "retire", "--material", "led").out
    assert "LED屏\t已停用\t1" in made("qr", "stats", "--county", "宜州区").out
    assert made("qr", "posters", "--material", "led", "--out", tmp_path / "x.zip").code == 1
    assert "恢复了1个" in made("qr", "restore", "--scene", "p_451203100_led").out
    assert made("qr", "retire").code == 2


def test_a_faulty_file_is_told_line_by_line(made: Cli, tmp_path: Path) -> None:
    (tmp_path / "坏.csv").write_text("场景值,地址\nx_1,http://a.b/c\np_451203,没有\n", "utf-8")

    outcome = made("qr", "load", tmp_path / "坏.csv")

    assert outcome.code == 1
    assert [line[:9] for line in outcome.err.splitlines()] == ["坏.csv 第2行", "坏.csv 第3行"]


def test_what_codes_brought_is_counted_by_kind_and_material(made: Cli, platform: Simulator) -> None:
    assert made("questionnaire", "load", RESIDENTS).code == 0
    create = ("round", "create", "今年", "--questionnaire", "residents-2021")
    made(*create, "--opens", "2020-01-01", "--closes", "2099-12-31 18:00")
    made("round", "open", "今年")

    assert "这次调查里还没有人扫码" in made("qr", "stats", "--round", "今年").out

    engine = open_engine(Settings.load(os.environ).database_url)
    bus = Credit.of_place("451203100", "p_451203100_bus")
    happened = ((Kind.SCAN, bus), (Kind.START, bus), (Kind.SCAN, Credit.of_unit("U017", "u_U017")))
    store(engine, [event(kind, credit, round_id=1) for kind, credit in happened])
    engine.dispose()

    lines = made("qr", "stats", "--round", "今年").out.splitlines()
    assert "乡镇（街道）\t公交车\t1\t0\t1\t0" in lines
    assert "单位\t通用\t1\t0\t0\t0" in lines
    assert made("qr", "stats", "--round", "去年").code == 1


def test_the_demos_phones_offer_codes_on_materials(filled: Cli) -> None:
    filled("qr", "create", "--county", "宜州区", "--kind", "county", "--material", "bus")
    engine = open_engine(Settings.load(os.environ).database_url)

    with reading(engine) as connection:
        offered = on_materials(connection, load_gazetteer(connection))

    assert offered == [("p_451203_bus", "宜州区（公交车）", "宜州区")]
    engine.dispose()
