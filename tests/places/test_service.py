"""Loading lists into the database: whole or not at all, again and again, with what changed in numbers."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.db.catalog_version import catalog_stamp
from core.errors import BadInput
from core.places.gazetteer import Gazetteer, PlaceNode, UnitNode
from core.places.lists import PlaceList, level_of, parent_of, read_places, read_units
from core.places.models import Place
from core.places.service import LoadReport, followed, load_gazetteer, load_places, load_units
from core.places.shipped import PLACE_FILES, UNIT_FILES


def places(*pairs: tuple[str, str]) -> tuple[PlaceNode, ...]:
    return tuple(PlaceNode(code, name, name, level_of(code) or "", parent_of(code)) for code, name in pairs)


CITY = ("451200", "河池市")
YIZHOU, NANDAN = ("451203", "宜州区"), ("451221", "南丹县")
QINGYUAN, DEHE = ("451203100", "庆远镇"), ("451203101", "德胜镇")
LONGTAI = ("451221100", "城关镇")


def load(engine: Engine, listed: PlaceList) -> LoadReport:
    with Session(engine) as session, session.begin():
        return load_places(session, listed)


def stored(engine: Engine) -> Gazetteer:
    with engine.connect() as connection:
        return load_gazetteer(connection)


def test_the_shipped_lists_come_out_as_they_went_in(engine: Engine, gazetteer: Gazetteer) -> None:
    with Session(engine) as session, session.begin():
        assert load_places(session, read_places(PLACE_FILES)) == LoadReport(1819, 1819, 0, 0, recoded=8)
        assert load_units(session, read_units(UNIT_FILES)) == LoadReport(82, 82, 0, 0)

    loaded = stored(engine)
    for level in ("city", "county", "township", "village"):
        assert loaded.at_level(level) == gazetteer.at_level(level)
    assert loaded.units == gazetteer.units
    assert loaded.place("451223100003") == gazetteer.place("451223100003")


def test_loading_again_changes_nothing(sqlite_engine: Engine) -> None:
    load(sqlite_engine, read_places(PLACE_FILES))

    assert load(sqlite_engine, read_places(PLACE_FILES)) == LoadReport(1819, 0, 0, 0)


def test_a_later_list_adds_renames_and_retires(engine: Engine) -> None:
    load(engine, PlaceList(places(CITY, YIZHOU, NANDAN, QINGYUAN, DEHE)))
    later = places(CITY, YIZHOU, ("451221", "南丹瑶族自治县"), QINGYUAN, ("451203102", "新镇"))

    assert load(engine, PlaceList(later)) == LoadReport(listed=5, added=1, renamed=1, retired=1)

    kept = stored(engine)
    gone = kept.place("451203101")
    assert gone is not None
    assert gone.retired
    assert [child.name for child in kept.children("451203")] == ["庆远镇", "新镇"]


def test_a_place_that_comes_back_is_restored(engine: Engine) -> None:
    load(engine, PlaceList(places(CITY, YIZHOU, QINGYUAN, DEHE)))
    load(engine, PlaceList(places(CITY, YIZHOU, QINGYUAN)))

    assert load(engine, PlaceList(places(CITY, YIZHOU, QINGYUAN, DEHE))).restored == 1
    assert len(stored(engine).children("451203")) == 2


def test_one_countys_list_retires_nothing_in_another(engine: Engine) -> None:
    load(engine, PlaceList(places(CITY, YIZHOU, NANDAN, QINGYUAN, LONGTAI)))

    assert load(engine, PlaceList(places(QINGYUAN))) == LoadReport(listed=1, added=0, renamed=0, retired=0)
    assert len(stored(engine).at_level("township")) == 2


def test_what_lies_below_a_retired_county_is_retired_too(engine: Engine) -> None:
    load(engine, PlaceList(places(CITY, YIZHOU, NANDAN, QINGYUAN, LONGTAI)))

    report = load(engine, PlaceList(places(CITY, YIZHOU, QINGYUAN)))

    assert report.retired == 2
    assert stored(engine).at_level("township")[0].code == "451203100"


def test_a_replaced_code_is_retired_and_followed_over_several_lists(engine: Engine) -> None:
    load(engine, PlaceList(places(CITY, YIZHOU, QINGYUAN)))
    load(engine, PlaceList(places(DEHE), {"451203100": "451203101"}))
    report = load(engine, PlaceList(places(("451203102", "三镇")), {"451203101": "451203102"}))

    assert report.recoded == 1
    found = stored(engine).place("451203100")
    assert found is not None
    assert found.code == "451203102"


def test_a_code_in_use_again_leads_nowhere_else(engine: Engine) -> None:
    load(engine, PlaceList(places(CITY, YIZHOU, DEHE), {"451203100": "451203101"}))
    load(engine, PlaceList(places(QINGYUAN, DEHE)))

    found = stored(engine).place("451203100")
    assert found is not None
    assert found.name == "庆远镇"


def test_codes_that_replace_one_another_in_a_circle_end() -> None:
    assert followed({"a": "b", "b": "a", "c": "d", "d": "e"}) == {"a": "b", "b": "a", "c": "e", "d": "e"}


def test_an_unknown_parent_or_new_code_takes_nothing_in(engine: Engine) -> None:
    listed = PlaceList(places(CITY, QINGYUAN), {"451281100": "451203999", "451200": "451203100"})

    with pytest.raises(BadInput) as caught:
        load(engine, listed)

    words = str(caught.value)
    for part in ("上级“451203”不在名单里", "新代码“451203999”不在名单里", "却还在名单里"):
        assert part in words
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Place)) == 0


def test_units_no_longer_listed_are_retired_and_a_load_moves_the_catalog(engine: Engine) -> None:
    finance, roads = (
        UnitNode("U001", "市财政局", "财政局", "政府部门"),
        UnitNode("U002", "市公路局", "公路局", "政府部门"),
    )
    with Session(engine) as session, session.begin():
        load_units(session, [finance, roads])
        stamp = catalog_stamp(session.connection())
    with Session(engine) as session, session.begin():
        report = load_units(session, [UnitNode("U001", "市财政局", "市财政", "政府部门")])

    assert report == LoadReport(listed=1, added=0, renamed=0, retired=1)
    with engine.connect() as connection:
        assert catalog_stamp(connection).places_version > stamp.places_version
    kept = stored(engine)
    assert [unit.short_name for unit in kept.units] == ["市财政"]
    gone = kept.unit("U002")
    assert gone is not None
    assert gone.retired


def test_the_report_says_what_changed_in_words(tmp_path: Path) -> None:
    assert str(LoadReport(82, 3, 2, 1)) == "名单上有82个：新增3，改名2，停用1"
    assert str(LoadReport(5, 0, 0, 0, 1, 8)).endswith("恢复1，另有8个旧代码改用新代码")
