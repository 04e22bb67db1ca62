"""Which codes are shown and printed, to whom, and what became of their places."""

import pytest
from sqlalchemy.orm import Session

from core.codes.listing import (
    CodeFilter,
    CodeLine,
    count_codes,
    list_codes,
    printable_codes,
    tally_codes,
    why_not_printed,
)
from core.codes.planning import Wanted
from core.codes.retiring import restore_codes, retire_codes
from core.db.catalog_version import catalog_stamp
from core.db.reading import reading
from core.people.reach import EVERYTHING, NOTHING, Reach
from core.places.gazetteer import PlaceNode
from core.places.lists import PlaceList, level_of, parent_of
from core.places.service import load_places, load_units
from tests.codes.office import PLACES, UNITS, CodeOffice
from tests.codes.test_loading import load

ANY = CodeFilter()


@pytest.fixture
def filled(office: CodeOffice) -> CodeOffice:
    """Ten codes made: two counties, three townships, on two materials; and one of a town of before."""
    office.plans(Wanted(materials=("", "bus")))
    office.works()
    office.clock.advance(days=1)
    office.works()
    load(office, "scene,url\np_451281100,http://weixin.qq.com/q/old\n")
    return office


def listed(office: CodeOffice, wanted: CodeFilter = ANY, reach: Reach = EVERYTHING) -> list[CodeLine]:
    with reading(office.engine) as connection:
        lines = list_codes(connection, wanted, reach, office.gazetteer)
        assert count_codes(connection, wanted, reach, office.gazetteer) == len(lines)
    return lines


def test_codes_are_found_by_county_level_material_and_state(filled: CodeOffice) -> None:
    assert len(listed(filled)) == 11
    assert [line.scene for line in listed(filled, CodeFilter("451225", material=""))] == [
        "p_451225",
        "p_451225100",
    ]
    assert {line.full_name for line in listed(filled, CodeFilter(levels=("township",), material="bus"))} == {
        "宜州区庆远镇",
        "宜州区德胜镇",
        "罗城仫佬族自治县东门镇",
    }
    assert listed(filled, CodeFilter(levels=("unit",))) == []
    assert listed(filled, CodeFilter(state="failed")) == []


def test_a_place_that_has_another_code_today_stands_in_its_county_of_today(filled: CodeOffice) -> None:
    (line,) = [each for each in listed(filled, CodeFilter("451203")) if each.scene == "p_451281100"]

    assert (line.full_name, line.successor, line.is_gone) == ("宜州区庆远镇", "451203100", False)


def test_pages_follow_one_another(filled: CodeOffice) -> None:
    with reading(filled.engine) as connection:
        pages = [
            list_codes(connection, CodeFilter(), EVERYTHING, filled.gazetteer, offset, 4)
            for offset in (0, 4, 8)
        ]

    assert [line for page in pages for line in page] == listed(filled)


@pytest.mark.parametrize(
    ("reach", "scenes"),
    [
        (Reach("county", "451225"), {"p_451225", "p_451225_bus", "p_451225100", "p_451225100_bus"}),
        (Reach("unit", "U017"), {"u_U017"}),
        (NOTHING, set()),
    ],
)
def test_nobody_sees_beyond_their_reach(filled: CodeOffice, reach: Reach, scenes: set[str]) -> None:
    load(filled, "scene,url\nu_U017,http://weixin.qq.com/q/u\nu_U001,http://weixin.qq.com/q/v\n")

    assert {line.scene for line in listed(filled, reach=reach)} == scenes
    with reading(filled.engine) as connection:
        counts = tally_codes(connection, CodeFilter(), reach, filled.gazetteer)
    assert sum(each.count for each in counts) == len(scenes)


def test_counts_add_up(filled: CodeOffice) -> None:
    with reading(filled.engine) as connection:
        counts = tally_codes(connection, CodeFilter(), EVERYTHING, filled.gazetteer)

    assert [(each.level, each.material, each.state, each.count) for each in counts] == [
        ("county", "", "created", 2),
        ("county", "bus", "created", 2),
        ("township", "", "created", 4),
        ("township", "bus", "created", 3),
    ]


def test_what_is_gone_is_not_printed_and_says_what_to_print_instead(filled: CodeOffice) -> None:
    later = tuple(
        PlaceNode(code, name, name, level_of(code) or "", parent_of(code))
        for code, name in PLACES
        if code != "451203101"
    )
    with Session(filled.engine) as session, session.begin():
        load_places(session, PlaceList(later))
        load_units(session, UNITS[:1])
    load(filled, "scene,url\nu_U017,http://weixin.qq.com/q/u\n")

    with reading(filled.engine) as connection:
        lines = list(printable_codes(connection, CodeFilter(), EVERYTHING, filled.gazetteer))
    reasons = {line.scene: why for line in lines if (why := why_not_printed(line, filled.gazetteer))}

    assert set(reasons) == {"p_451281100", "p_451203101", "p_451203101_bus", "u_U017"}
    assert "宜州区庆远镇（451203100）" in reasons["p_451281100"]
    assert "现在是宜州区（451203）" in reasons["p_451203101"]
    assert "已经不在名单里" in reasons["u_U017"]
    assert [line.kind for line in lines] == ["place"] * 11 + ["unit"]


def test_retiring_is_known_to_servers_and_can_be_undone(filled: CodeOffice) -> None:
    buses = [line.id for line in listed(filled, CodeFilter(material="bus"))]
    with reading(filled.engine) as connection:
        before = catalog_stamp(connection)

    with Session(filled.engine) as session, session.begin():
        assert retire_codes(session, buses, None, filled.clock()) == 5
        assert retire_codes(session, buses, None, filled.clock()) == 0

    with reading(filled.engine) as connection:
        assert catalog_stamp(connection) != before
        printable = list(printable_codes(connection, CodeFilter(), EVERYTHING, filled.gazetteer))
    assert not any(line.material == "bus" for line in printable)
    with Session(filled.engine) as session, session.begin():
        assert restore_codes(session, buses, None) == 5
    assert {line.state for line in listed(filled)} == {"created"}
