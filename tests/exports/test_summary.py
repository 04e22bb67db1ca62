"""The summary in front of an export says where it comes from, covers what the file covers, and proves it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from admin.printed_tables import recomputed
from core.config import Settings
from core.db.reading import reading
from core.exports.answers import write_answers
from core.exports.wishes import Wish, order
from core.people.keys import KeyRing
from core.people.models import Staff
from core.quality.service import decide
from core.reports.imprint import check_code
from core.reports.tallying import advance
from core.responses.models import Response
from core.results.source import AsOf
from core.results.tables import file_rows
from core.rounds.catalog import load_catalog
from tests.reports.factories import (
    CHENGGUAN,
    FINANCE,
    NANDAN,
    OFFICE,
    QINGYUAN,
    RATINGS,
    make_places,
    make_response,
    make_round,
)

DAY = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
NOW = DAY + timedelta(days=3)
Exported = Callable[..., dict[str, list[tuple[object, ...]]]]


@pytest.fixture
def round_id(engine: Engine, settings: Settings) -> int:
    """On the first day two of 庆远 and one of 南丹, of whom one is replaced; on the second a phone call, one
    set aside, one broken off; and somebody judged 市财政局."""
    with Session(engine) as session, session.begin():
        make_places(session)
        made = make_round(session, KeyRing(settings.data_key)).id
        best, worst = dict.fromkeys(RATINGS, "s5"), dict.fromkeys(RATINGS, "s1")
        older = make_response(session, made, worst, finished_at=DAY, place=QINGYUAN)
        newer = make_response(session, made, best, finished_at=DAY, place=QINGYUAN)
        session.execute(update(Response).where(Response.id == older).values(superseded_by=newer))
        make_response(session, made, worst, finished_at=DAY, place=CHENGGUAN)
        second = DAY + timedelta(days=1)
        make_response(session, made, best, finished_at=second, channel="phone")
        odd = make_response(session, made, best, finished_at=second)
        session.add(Staff(id=1, name="office", role="office", password_hash="", created_at=DAY))
        session.flush()
        decide(session, odd, aside=True, staff_id=1, reason="自己试的", now=second)
        make_response(session, made, worst, finished_at=second, status="break_off")
        judged = {"easy": "s4"}
        make_response(session, made, judged, questionnaire="units-2021", unit=FINANCE, place="")
    advance(engine, DAY + timedelta(hours=1))
    return made


@pytest.fixture
def exported(engine: Engine, round_id: int, tmp_path: Path) -> Exported:
    """The sheets of a workbook, by title."""

    def export(**narrowed: object) -> dict[str, list[tuple[object, ...]]]:
        wish = Wish(round_id=round_id, file_format="xlsx", **narrowed)  # type: ignore[arg-type]
        path = tmp_path / "answers.xlsx"
        with reading(engine) as connection:
            write_answers(connection, order(connection, wish), path, NOW, lambda _count: None)
        book = openpyxl.load_workbook(path)
        found = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
        book.close()
        return found

    return export


def said(sheet: list[tuple[object, ...]]) -> dict[str, str]:
    """What stands above a summary."""
    head = next(number for number, row in enumerate(sheet) if row[0] in ("县（区）", "单位"))
    return {str(row[0]): str(row[1]) for row in sheet[:head] if row[0]}


def line(sheet: list[tuple[object, ...]], name: str, question: str) -> tuple[object, ...]:
    """得分, 满意率, answers, those with a score, 不了解."""
    return next(row for row in sheet if row[:2] == (name, question))[3:]


def test_it_tells_which_rows_of_the_file_its_figures_are_made_of(exported: Exported) -> None:
    sheets = exported()

    summary = sheets["汇总 residents-2021"]
    told = said(summary)
    assert line(summary, "全部", "gov") == (50, 50, 2, 2, 0)
    assert line(summary, "南丹县", "gov") == (0, 0, 1, 1, 0)
    assert told["答卷"] == "n=2份；另有搁置的1份（33.3%），没有算进去"
    assert told["行数"] == (
        "答卷表里有5行，这里的数只算完整交上的2行，不算搁置的1行、中途退出的1行、已被新答卷替换的1行。"
    )
    assert told["范围"] == "整次调查 · 微信 · 搁置的不算"
    # Who was called at random stands apart from whoever scanned, and units beside units.
    called = sheets["汇总 residents-2021 电话"]
    assert line(called, "全部", "gov") == (100, 100, 1, 1, 0)
    assert "不给误差范围" in told["说明"]
    assert "说明" not in said(called)
    assert line(sheets["汇总 units-2021"], "市财政局", "easy")[:2] == (80, 100)
    rows = len(sheets["答卷"]) - 1
    assert rows == 7


@pytest.mark.parametrize(
    ("narrowed", "score", "n"),
    [
        ({"since": date(2026, 12, 1), "until": date(2026, 12, 1)}, 50, 2),
        ({"until": date(2026, 12, 1), "place_code": NANDAN}, 0, 1),
        ({"place_code": QINGYUAN}, 100, 1),
        ({"since": date(2026, 12, 5)}, None, 0),
    ],
)
def test_its_figures_are_those_of_the_chosen_part_and_counted_anew_they_are_the_same(
    narrowed: dict[str, object],
    score: int | None,
    n: int,
    exported: Exported,
    engine: Engine,
    settings: Settings,
) -> None:
    summary = exported(questionnaire_id="residents-2021", **narrowed)["汇总 residents-2021"]

    told = said(summary)
    assert line(summary, "全部", "gov")[0] == score
    assert told["答卷"].startswith(f"n={n}份")
    with reading(engine) as connection:
        catalog = load_catalog(connection, KeyRing(settings.data_key), OFFICE)
        anew = recomputed(catalog, told["网址"], AsOf(connection, NOW))
    assert check_code(anew.table.printed(), anew.questionnaire) == told["校验码"]
    head = next(number for number, row in enumerate(summary) if row[0] == "县（区）")
    printed = [["" if cell is None else cell for cell in row] for row in summary[head:]]
    assert printed == [["" if cell is None else cell for cell in row] for row in file_rows(anew.table)]
    asked = dict(parse_qsl(urlsplit(told["网址"]).query))
    assert asked["questionnaire"] == "residents-2021"
    assert asked.get("place", "") == narrowed.get("place_code", "")
