"""The leaders' ballot by command: witnesses, slips, paper, opening, protocol, export."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from sqlalchemy import select, update

from core.ballots.codes import read_slip
from core.ballots.models import BallotBox, Slip
from core.config import DEMO_WECHAT, Settings
from core.db.engine import open_engine
from core.rounds.models import Round
from qrcodes.reading import read_codes
from simulator import Simulator, SimulatorConfig, build
from simulator.serve import serving
from tests.cli.conftest import Cli
from tests.paths import QUESTIONNAIRES

ROUND = "2026年领导评价"
NAMES = ("--name", "韦一", "--name", "黄二", "--name", "覃三")


@pytest.fixture
def platform(installation: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """The simulated platform, and an installation that calls it."""
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat",
        token=DEMO_WECHAT["MINYI_WECHAT_TOKEN"],
        app_id=DEMO_WECHAT["MINYI_WECHAT_APP_ID"],
        app_secret=DEMO_WECHAT["MINYI_WECHAT_APP_SECRET"],
        aes_key=DEMO_WECHAT["MINYI_WECHAT_AES_KEY"],
    )
    with build(config) as simulator, serving(simulator) as address:
        monkeypatch.setenv("MINYI_WECHAT_API", address)
        yield simulator


@pytest.fixture
def hall(platform: Simulator, migrated: Cli, tmp_path: Path) -> Cli:
    """An open round for leaders, ending in 20 days, with its ballot box; the shares in 钥匙.pdf."""
    (tmp_path / "places.csv").write_text(
        "代码,名称\n451200,河池市\n451202,金城江区\n451203,宜州区\n", "utf-8"
    )
    assert migrated("places", "load", tmp_path / "places.csv").code == 0
    assert migrated("questionnaire", "load", QUESTIONNAIRES / "leaders-2021.yaml").code == 0
    now = datetime.now(UTC)
    opens, closes = now - timedelta(days=1), now + timedelta(days=20)
    made = migrated(
        "round", "create", ROUND, "--questionnaire", "leaders-2021",
        "--opens", f"{opens:%Y-%m-%d}", "--closes", f"{closes:%Y-%m-%d}",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert migrated("round", "open", ROUND).code == 0
    box = migrated("ballots", "witnesses", "--round", ROUND, *NAMES, "--out", "钥匙.pdf")
    assert box.code == 0, box.err
    return migrated


def texts(path: str) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def test_slips_are_printed_with_codes_that_read_back_and_exist_only_on_paper(
    hall: Cli, platform: Simulator, installation: Path
) -> None:
    made = hall("slips", "make", "--round", ROUND, "--count", "12", "--out", "纸票.pdf")

    assert made.code == 0, made.err
    document = pypdfium2.PdfDocument("纸票.pdf")
    assert len(document) == 2
    urls = [found.text for n in range(2) for found in read_codes(document[n].render(scale=3).to_pil())]
    document.close()
    assert len(set(urls)) == 12
    printed = re.findall(r"[A-Z0-9]{5} [A-Z0-9]{5}", texts("纸票.pdf"))
    assert len(set(printed)) == 12
    assert all(read_slip(slip) for slip in printed)
    assert texts("纸票.pdf").count("扫码用到") == 12
    engine = open_engine(Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)}).database_url)
    with engine.connect() as connection:
        assert len(connection.execute(select(Slip.hash)).all()) == 12
    engine.dispose()
    database = b"".join(path.read_bytes() for path in installation.glob("minyi.db*"))
    assert not any(slip.replace(" ", "").encode() in database for slip in printed)


def test_too_few_and_too_early_are_refused_and_leave_no_file(hall: Cli, installation: Path) -> None:
    few = hall("slips", "make", "--round", ROUND, "--count", "9", "--out", "few.pdf")
    engine = open_engine(Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)}).database_url)
    with engine.begin() as connection:
        connection.execute(update(Round).values(closes_at=datetime.now(UTC) + timedelta(days=45)))
    engine.dispose()
    early = hall("slips", "make", "--round", ROUND, "--count", "10", "--out", "early.pdf")

    assert (few.code, early.code) == (1, 1)
    assert "10到" in few.err
    assert "30天" in early.err
    assert not Path("few.pdf").exists()
    assert not Path("early.pdf").exists()
    meant = hall("slips", "make", "--round", ROUND, "--count", "10", "--early", "--out", "early.pdf")
    assert meant.code == 0


def test_a_platform_that_fails_in_the_middle_leaves_no_slip_and_no_file(
    hall: Cli, platform: Simulator, installation: Path
) -> None:
    platform.world.faults.add("/cgi-bin/qrcode/create", "errcode", 45009, 100)

    made = hall("slips", "make", "--round", ROUND, "--count", "10", "--out", "纸票.pdf")

    assert made.code == 1
    assert len(made.err.splitlines()) == 1
    assert not Path("纸票.pdf").exists()
    assert "做了0张" in hall("slips", "status", "--round", ROUND).out


def test_the_blank_sheet_is_written(hall: Cli) -> None:
    assert hall("slips", "form", "--round", ROUND, "--out", "评价表.pdf").code == 0

    assert "金城江区" in texts("评价表.pdf")


def test_shares_are_on_paper_and_nowhere_else(hall: Cli, installation: Path) -> None:
    shares = re.findall(r"(?:[A-Z0-9]{5}-){6}[A-Z0-9]{3}", texts("钥匙.pdf"))

    assert len(shares) == 3
    everything = b"".join(path.read_bytes() for path in installation.rglob("*") if path.is_file())
    assert not any(share.encode() in everything for share in shares)
    engine = open_engine(Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)}).database_url)
    with engine.connect() as connection:
        assert connection.scalar(select(BallotBox.needed)) == 2
    engine.dispose()


def test_paper_slips_are_marked_all_or_none(hall: Cli) -> None:
    hall("slips", "make", "--round", ROUND, "--count", "10", "--out", "纸票.pdf")
    printed = [slip.replace(" ", "") for slip in re.findall(r"[A-Z0-9]{5} [A-Z0-9]{5}", texts("纸票.pdf"))]

    wrong = hall("slips", "used", "--round", ROUND, typed=f"{printed[0]}\nAAAAAAAAAA\n")
    right = hall("slips", "used", "--round", ROUND, printed[0], printed[1])
    again = hall("slips", "used", "--round", ROUND, printed[0])

    assert (wrong.code, right.code, again.code) == (1, 0, 1)
    assert "第2张" in wrong.err
    assert "用了2张" in hall("slips", "status", "--round", ROUND).out


def test_the_box_cannot_be_opened_early_or_with_one_share(hall: Cli) -> None:
    shares = re.findall(r"(?:[A-Z0-9]{5}-){6}[A-Z0-9]{3}", texts("钥匙.pdf"))
    early = hall("ballots", "open", "--round", ROUND, "--share", shares[0], "--share", shares[1])
    assert hall("round", "close", ROUND).code == 0
    alone = hall("ballots", "open", "--round", ROUND, "--share", shares[0])
    none = hall("ballots", "open", "--round", ROUND, "--share", shares[0], "--share", shares[2])

    assert "还没有结束" in early.err
    assert "2位" in alone.err
    assert "少于10张" in none.err
    assert hall("ballots", "protocol", "--round", ROUND, "--out", "记录.pdf").code == 1


def test_every_command_has_help_with_an_example(cli: Cli) -> None:
    for words in (
        ("slips", "make"), ("slips", "form"), ("slips", "used"), ("slips", "status"),
        ("ballots", "witnesses"),
        ("ballots", "mix"), ("ballots", "open"), ("ballots", "protocol"), ("ballots", "export"),
        ("ballots", "roster"),
    ):  # fmt: skip
        assert "例：" in cli(*words, "--help").out


def test_the_roster_is_ticked_on_their_own_word_and_keeps_ticks_when_loaded_again(
    hall: Cli, tmp_path: Path
) -> None:
    (tmp_path / "名册.csv").write_text("单位\n市财政局\n市教育局\n", "utf-8")
    assert "新增2" in hall("ballots", "roster", "--round", ROUND, "--load", "名册.csv").out
    ticked = hall("ballots", "roster", "--round", ROUND, "--took-part", "市财政局")
    assert "已参加　市财政局" in ticked.out
    assert hall("ballots", "roster", "--round", ROUND, "--took-part", "谁").code == 1
    (tmp_path / "名册.csv").write_text("单位\n市财政局\n市民政局\n", "utf-8")

    again = hall("ballots", "roster", "--round", ROUND, "--load", "名册.csv").out

    assert "新增1，去掉1" in again
    assert "本人说已参加的1" in again
