"""`results` on the command line: recounting proves the tallies, and printed tables are counted anew."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from core.config import Settings
from core.db.engine import open_engine
from core.people.keys import KeyRing
from core.reports.models import EndedTally
from core.reports.tallying import advance
from core.responses.models import AnswerRow
from tests.cli.conftest import Cli, Outcome
from tests.reports.factories import make_places, make_response, make_round

# The commands have a clock of their own; the round is over for it.
THEN = datetime(2025, 11, 1, 1, tzinfo=UTC)
LATER = datetime(2025, 11, 2, 1, tzinfo=UTC)


@pytest.fixture
def engine(migrated: Cli, installation: Path) -> Iterator[Engine]:
    """A small city whose round has three answers, all counted."""
    settings = Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)})
    engine = open_engine(settings.database_url)
    with Session(engine) as session, session.begin():
        make_places(session)
        held = make_round(session, KeyRing(settings.data_key))
        for code in ("s5", "s5", "s1"):
            make_response(session, held.id, {"gov": code}, finished_at=THEN)
    advance(engine, LATER)
    yield engine
    engine.dispose()


def test_recount_finds_a_planted_error_tells_where_and_sets_it_right(cli: Cli, engine: Engine) -> None:
    first = cli("results", "recount")
    with engine.begin() as connection:
        connection.execute(update(EndedTally).values(count=5))

    checked = cli("results", "recount", "--check-only")
    mended = cli("results", "recount")
    after = cli("results", "recount")

    assert (first.code, first.out) == (0, "核对过了：累计的数和3份原始答卷一致。\n")
    assert checked.code == mended.code == 1
    assert (
        checked.out == "2026年年终评议 · residents-2021 · 宜州区庆远镇 · 微信 · 完整交上的答卷：多算了2份\n"
    )
    assert "没有改" in checked.err
    assert "累计的数已经按原始答卷改正" in mended.err
    assert after == first


LINK = "/admin/results/1/counties?questionnaire=residents-2021&channel=wechat"
THEN_WORDS = "2025-11-02 09:00:00.000"


def printed_code(outcome: Outcome) -> str:
    found = re.search(r"校验码 (\S+)", outcome.out)
    assert found, outcome
    return found[1]


def test_a_table_is_counted_anew_as_of_its_moment_and_its_check_code_compared(
    cli: Cli, engine: Engine
) -> None:
    then = cli("results", "recompute", f"http://office.example{LINK}", "--at", THEN_WORDS)
    with Session(engine) as session, session.begin():
        make_response(session, 1, {"gov": "s1"}, finished_at=LATER + timedelta(hours=1))
    code = printed_code(then)

    same = cli("results", "recompute", LINK, "--at", THEN_WORDS, "--against", code.lower())
    now = cli("results", "recompute", LINK, "--against", code)

    assert "宜州区\t—\t3\t66.67\t66.7%\t0.0%\n" in then.out
    assert (same.code, same.out.splitlines()[-1]) == (0, "一样：校验码对得上。")
    assert now.code == 1
    assert f"印的校验码是 {code}" in now.out
    assert "没写 --at，重算的是现在" in now.out
    assert "和原始回答不一样" in now.err


def test_a_kept_file_is_compared_cell_by_cell(cli: Cli, engine: Engine, tmp_path: Path) -> None:
    code = printed_code(cli("results", "recompute", LINK, "--at", THEN_WORDS))
    columns = "县（区）,名次,答卷（份）,得分（满分100）,满意率（%）,不了解（%）"
    kept = tmp_path / "各县得分.csv"

    def keep(score: str, printed: str = code) -> None:
        whole = f"这个范围一共,,3,{score},66.7,0"
        lines = (columns, f"宜州区,,3,{score},66.7,0.0", "南丹县,,0,,,", whole, "", "调查,2026年年终评议")
        kept.write_text("\n".join((*lines, f"时间,{THEN_WORDS}", f"校验码,{printed}")))

    keep("66.67")
    same = cli("results", "recompute", LINK, "--against", kept)
    keep("76.67")
    other = cli("results", "recompute", LINK, "--against", kept)
    keep("66.67", "AAAA-BBBB-CCCC")
    forged = cli("results", "recompute", LINK, "--against", kept)

    assert (same.code, same.out.splitlines()[-1]) == (0, "一样：每一格都对得上。")
    assert other.code == 1
    assert "宜州区，得分（满分100）：印的是 76.67，重算是 66.67\n" in other.out
    assert "这个范围一共，得分（满分100）：印的是 76.67，重算是 66.67\n" in other.out
    assert forged.code == 1
    assert "校验码 AAAA-BBBB-CCCC 不是" in forged.out


def test_an_answer_changed_by_hand_is_found_by_the_kept_file_alone(
    cli: Cli, engine: Engine, tmp_path: Path
) -> None:
    kept = tmp_path / "答卷.xlsx"
    cli("export", "answers", "--round", "2026年年终评议", "--format", "xlsx", "--out", kept)
    same = cli("results", "recompute", kept)
    with engine.begin() as connection:
        changed = update(AnswerRow).where(AnswerRow.codes == "s1").values(codes="s5")
        assert connection.execute(changed).rowcount == 1

    found = cli("results", "recompute", kept)
    counted = cli("results", "recount", "--check-only")

    assert (same.code, same.out.splitlines()[-1]) == (0, "一样：每一格都对得上。"), same
    assert found.code == counted.code == 1
    assert "全部 gov，得分（满分100）：印的是 66.67，重算是 100.00\n" in found.out
    assert "宜州区 gov，满意率（%）：印的是 66.70，重算是 100.00\n" in found.out
    assert "库里的回答改过" in found.err
    told = sorted(line for line in counted.out.splitlines() if "庆远镇" in line)
    question = "residents-2021 · 宜州区庆远镇 · 微信 · “您对县里、乡镇政府的工作满意吗？”"
    assert told == [
        f"2026年年终评议 · {question}答“不满意”：多算了1份",
        f"2026年年终评议 · {question}答“满意”：少算了1份",
    ]
    assert "请查清楚" in counted.err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["/admin/funnel"], 1, "这不是印在表下面的网址"),
        (["/admin/rounds/1/counties"], 1, "这不是印在表下面的网址"),
        (["http://[/admin/results/1/whole"], 1, "这不是印在表下面的网址"),
        (["/admin/results/9/whole"], 1, "没有这次调查"),
        (["/admin/results/1/whole?county=1"], 1, "没有代码是“1”的县（区）"),
        (["/admin/results/1/days?since=2026-02-01&until=2026-01-01"], 1, "请把两个日期对调"),
        ([LINK, "--against", "missing.xlsx"], 2, "它也不是校验码"),
        ([LINK, "--at", "gestern"], 2, "不是时间"),
    ],
)
def test_a_link_or_a_file_that_is_none_is_refused_with_a_sentence(
    arguments: list[str], code: int, sentence: str, cli: Cli, engine: Engine
) -> None:
    outcome = cli("results", "recompute", *arguments)

    assert outcome.code == code
    assert sentence in outcome.err
    assert len(outcome.err.splitlines()) == 1
