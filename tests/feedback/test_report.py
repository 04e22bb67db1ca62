"""Feedback reports worked out by hand: figures beside the average, ranks, what is hidden, what is masked."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pypdf
import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from admin.printed_tables import recomputed
from core.config import Office, Settings
from core.conversation.state import Answer
from core.db.reading import reading
from core.feedback.report import (
    NoSuchSubject,
    NothingAsked,
    Report,
    feedback,
    find_subject,
    subjects,
)
from core.opinions import arriving
from core.people.keys import KeyRing
from core.people.reach import EVERYTHING, NOTHING, Reach
from core.reports.imprint import CHECK_LINE, LINK_LINE, check_code
from core.results.rounding import half_up
from core.results.source import AsOf
from core.rounds.catalog import Catalog, load_catalog
from qrcodes.feedback_paper import feedback_pdf
from tests.hand_clock import START
from tests.reports.factories import (
    CHENGGUAN,
    DULEI,
    FINANCE,
    NANDAN,
    OFFICE,
    POLICE,
    QINGYUAN,
    YIZHOU,
    make_places,
    make_response,
    make_round,
    satisfied_with_everything,
)

PHONE = "15400012345"
Made = Callable[..., Report]


@pytest.fixture
def round_id(engine: Engine, settings: Settings) -> int:
    """Twelve of 庆远镇 are satisfied, two of 德胜镇 are not; ten of 南丹 are in between; ten judge a unit."""
    with Session(engine) as session, session.begin():
        make_places(session)
        made = make_round(session, KeyRing(settings.data_key)).id
        for number in range(12):
            words = Answer(text=f"路灯坏了{number}处，我叫韦大哥，打{PHONE}" if number < 10 else "无")
            given = satisfied_with_everything("s5", suggest=words)
            make_response(session, made, given, place=QINGYUAN)
        for _ in range(2):
            make_response(session, made, satisfied_with_everything("s1"), place=DULEI)
        for _ in range(10):
            make_response(session, made, satisfied_with_everything("s3"), place=CHENGGUAN)
        make_response(session, made, satisfied_with_everything("s1"), place=DULEI, superseded_by=1)
        for _ in range(10):
            make_response(session, made, {"easy": "s4"}, questionnaire="units-2021", unit=FINANCE, place="")
        return made


@pytest.fixture
def catalog(engine: Engine, settings: Settings, round_id: int) -> Catalog:
    """With what was said taken into the inbox."""

    def load(connection: Connection) -> Catalog:
        return load_catalog(connection, KeyRing(settings.data_key), OFFICE)

    arriving.advance(engine, load, START + timedelta(hours=1))
    with reading(engine) as connection:
        return load(connection)


@pytest.fixture
def made(engine: Engine, catalog: Catalog, round_id: int) -> Made:
    """Makes the report of this code."""

    def make(code: str, least_n: int = 10) -> Report:
        entry = catalog.round(round_id)
        assert entry
        with reading(engine) as connection:
            subject = find_subject(catalog.gazetteer, code, EVERYTHING)
            return feedback(connection, catalog.gazetteer, entry, subject, START, least_n)

    return make


def test_a_countys_figures_stand_beside_the_average_with_its_rank(made: Made) -> None:
    report = made(YIZHOU)

    # 12 × 100 and 2 × 0 of its own; with 10 × 60 of the other county, 24 people have 1800 together.
    assert report.own.n == 14
    assert report.own.score is not None
    assert report.average.score is not None
    assert half_up(report.own.score, 2) == Decimal("85.71")
    assert half_up(report.average.score, 2) == Decimal("75.00")
    assert report.rank is not None
    assert (report.rank.place, report.ranked) == (1, 2)
    traffic = next(line for line in report.dimensions.lines if line.code == "traffic")
    assert traffic.cells["scored"] == 14
    assert [line.name for line in report.townships] == ["庆远镇", "德胜镇"]
    first = report.spreads[0].options
    assert [option.count for option in first] == [12, 0, 0, 0, 2, 0]
    assert dict(report.imprint.lines)["答卷"].startswith("n=14份")


def test_too_few_answers_have_no_rank(made: Made) -> None:
    assert made(YIZHOU, least_n=15).rank is None
    assert made(NANDAN, least_n=10).rank is not None
    assert made(NANDAN, least_n=11).rank is None


def test_a_units_report_stands_beside_all_units(made: Made) -> None:
    report = made(FINANCE)

    assert report.own.n == 10
    assert report.average_name == "各单位"
    assert report.townships == ()
    assert "市财政局" in dict(report.imprint.lines)["问卷"]


@pytest.mark.parametrize("code", [YIZHOU, FINANCE])
def test_its_check_code_is_found_again_from_the_address_it_prints(
    code: str, made: Made, engine: Engine, catalog: Catalog
) -> None:
    report = made(code)
    printed = dict(report.imprint.lines)

    with reading(engine) as connection:
        anew = recomputed(catalog, printed[LINK_LINE], AsOf(connection, START))

    assert check_code(anew.table.printed(), anew.questionnaire) == printed[CHECK_LINE]
    words = words_of(report)
    assert "校验码各方面的表：" in words
    assert printed[CHECK_LINE] in words


def test_opinions_are_masked_few_and_never_the_same_twice(made: Made) -> None:
    [said] = made(YIZHOU).said

    assert said.count == 12
    assert len(said.shown) == 8
    assert all(each.where == "庆远镇" for each in said.shown)
    for each in said.shown:
        assert PHONE not in each.words
        assert "韦大哥" not in each.words
        assert each.words.startswith("路灯坏了")


def test_on_paper_it_says_the_same_and_small_groups_say_nothing(made: Made) -> None:
    words = words_of(made(YIZHOU))

    assert "宜州区群众评价反馈" in words
    assert "85.71" in words
    assert "第1" in words
    assert "路灯坏了" in words
    assert PHONE not in words
    assert "校验码" in words
    assert "微信扫码是自愿参加的" in words
    # Two people of 德胜镇 gave it 0.00; nobody learns that, nor by taking 庆远镇 from the whole.
    assert "庆远镇12——" in words
    assert "德胜镇不到10——" in words

    few = words_of(made(POLICE))
    assert "回答的人不到10个" in few
    assert "n=" not in few
    assert "校验码" not in few


def test_who_is_tied_to_one_finds_no_other(catalog: Catalog) -> None:
    gazetteer = catalog.gazetteer

    assert find_subject(gazetteer, YIZHOU, Reach("county", YIZHOU)).name == "宜州区"
    assert [each.code for each in subjects(gazetteer, Reach("unit", FINANCE))] == [FINANCE]
    assert subjects(gazetteer, NOTHING) == []
    for code, reach in (
        (NANDAN, Reach("county", YIZHOU)),
        (POLICE, Reach("unit", FINANCE)),
        ("x", EVERYTHING),
    ):
        with pytest.raises(NoSuchSubject):
            find_subject(gazetteer, code, reach)


def test_a_round_that_did_not_ask_about_units_has_no_report_of_one(engine: Engine, catalog: Catalog) -> None:
    entry = catalog.rounds[0]
    asked = {who: each for who, each in entry.questionnaires.items() if who == "residents"}
    without = replace(entry, questionnaires=asked)
    unit = find_subject(catalog.gazetteer, FINANCE, EVERYTHING)
    with reading(engine) as connection, pytest.raises(NothingAsked):
        feedback(connection, catalog.gazetteer, without, unit, START)


def words_of(report: Report) -> str:
    """What is printed, without spaces: lines break anywhere."""
    content = feedback_pdf(report, Office("市绩效办", "0778-1", "工作日"), START)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())
