"""Populations come from a file, all of it or nothing; townships are compared by them."""

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.funnel.events import Kind
from core.funnel.population import Residents, load_population, population, read_population
from core.funnel.ranking import rank_townships
from core.funnel.reading import Figure, Line
from core.places.gazetteer import Gazetteer, PlaceNode
from core.sheets import Sheet, open_sheet
from tests.reports.factories import CHENGGUAN, DULEI, QINGYUAN, YIZHOU

TODAY = date(2026, 12, 1)
HEAD = "地名或代码,人口,年份,来源\n"


def sheet(text: str) -> Sheet:
    return open_sheet(text.encode(), "人口.csv")


def faults(text: str, gazetteer: Gazetteer) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read_population(sheet(text), gazetteer, TODAY)
    return [str(fault) for fault in refused.value.faults]


def test_places_are_named_by_code_or_by_name(small_city: Gazetteer) -> None:
    text = f"{HEAD}451203,561000,2020,七普\n庆远镇,90000,2020,七普\n宜州区德胜镇,50000,2020,七普\n"

    found = read_population(sheet(text), small_city, TODAY)

    assert [each.place_code for each in found] == [YIZHOU, QINGYUAN, DULEI]
    assert found[1] == Residents(QINGYUAN, 90000, 2020, "七普")


def test_every_fault_is_listed_with_row_and_column(small_city: Gazetteer) -> None:
    text = (
        f"{HEAD}999999,1,2020,七普\n无名镇,2,2020,七普\n庆远镇,0,2020,七普\n451203100,5,2030,七普\n"
        "德胜镇,很多,2020,七普\n德胜镇,8,2020,\n"
    )

    assert faults(text, small_city) == [
        "人口.csv 第6行“人口”列: 要填数字，现在是“很多”",
        "人口.csv 第7行“来源”列: 没有填",
    ]
    assert faults(text.rsplit("\n", 3)[0] + "\n", small_city) == [
        "人口.csv 第2行“地名或代码”列: 没有代码是“999999”的县（区）或乡镇（街道）",
        "人口.csv 第3行“地名或代码”列: 没有叫“无名镇”的县（区）或乡镇（街道）",
        "人口.csv 第4行“人口”列: 要在1和10000000之间，现在是0",
        "人口.csv 第5行“年份”列: 要在1950和2026之间，现在是2030",
    ]


def test_a_place_named_twice_is_refused(small_city: Gazetteer) -> None:
    assert faults(f"{HEAD}451203100,5,2020,甲\n庆远镇,6,2020,甲\n", small_city) == [
        "人口.csv 第3行“地名或代码”列: “庆远镇”前面已经有了"
    ]


def test_a_name_that_two_counties_have_wants_its_county() -> None:
    city = PlaceNode("451200", "河池市", "河池市", "city", "")
    counties = [
        PlaceNode(c, n, n, "county", "451200") for c, n in (("451221", "南丹县"), ("451222", "天峨县"))
    ]
    towns = [PlaceNode(f"{each.code}100", "六排镇", "六排镇", "township", each.code) for each in counties]
    gazetteer = Gazetteer([city, *counties, *towns], [])

    (refusal,) = faults(f"{HEAD}六排镇,5,2020,甲\n", gazetteer)
    by_column = read_population(
        sheet("县区,乡镇,人口,年份,来源\n天峨县,六排镇,5,2020,甲\n南丹县,六排镇,6,2020,甲\n"),
        gazetteer,
        TODAY,
    )

    assert "南丹县六排镇（451221100）、天峨县六排镇（451222100）" in refusal
    assert [each.place_code for each in by_column] == ["451222100", "451221100"]


def test_loading_again_updates_and_says_what_changed(engine: Engine, small_city: Gazetteer) -> None:
    def load(*listed: Residents) -> str:
        with Session(engine) as session, session.begin():
            return str(load_population(session, listed, small_city))

    first = load(Residents(QINGYUAN, 90000, 2020, "七普"), Residents(DULEI, 50000, 2020, "七普"))
    again = load(Residents(QINGYUAN, 91000, 2025, "年鉴"), Residents(CHENGGUAN, 7, 2025, "年鉴"))

    assert first == "名单上有2个地方：新增2，改动0，没变0"
    assert again == (
        "名单上有2个地方：新增1，改动1，没变0。改动：宜州区庆远镇 90000人（2020年）→ 91000人（2025年）"
    )
    with engine.connect() as connection:
        assert {code: each.residents for code, each in population(connection).items()} == {
            QINGYUAN: 91000,
            DULEI: 50000,
            CHENGGUAN: 7,
        }


def test_townships_share_a_rank_and_the_unknown_stand_apart(small_city: Gazetteer) -> None:
    def answers(township: str, people: int) -> Line:
        return Line(township=township, figures={Kind.COMPLETE: Figure(people + 5, people)})

    known = {
        QINGYUAN: Residents(QINGYUAN, 3000, 2020, "甲"),
        DULEI: Residents(DULEI, 9000, 2020, "甲"),
    }
    lines = [answers(QINGYUAN, 1), answers(DULEI, 3), answers(CHENGGUAN, 9)]

    ranked, without = rank_townships(lines, known, small_city)
    inside, _ = rank_townships(lines, known, small_city, within="451221")

    # 1 of 3,000 and 3 of 9,000 are equal, which floating-point division would not be sure of.
    assert [(each.place.code, each.rank, each.per_thousand) for each in ranked] == [
        (QINGYUAN, 1, Fraction(1, 3)),
        (DULEI, 1, Fraction(1, 3)),
    ]
    assert [(each.place.code, each.answers) for each in without] == [(CHENGGUAN, 9)]
    assert inside == []


def test_after_a_tie_the_next_rank_is_left_out(small_city: Gazetteer) -> None:
    known = {code: Residents(code, 1000, 2020, "甲") for code in (QINGYUAN, DULEI, CHENGGUAN)}
    lines = [
        Line(township=code, figures={Kind.COMPLETE: Figure(n, n)})
        for code, n in ((QINGYUAN, 2), (CHENGGUAN, 2))
    ]

    ranked, _ = rank_townships(lines, known, small_city)

    assert [(each.name, each.rank) for each in ranked] == [
        ("宜州区庆远镇", 1),
        ("南丹县城关镇", 1),
        ("宜州区德胜镇", 3),
    ]
