"""Place and unit lists as files: recognised by their header, refused with every fault."""

from pathlib import Path

import pytest

from core.errors import BadInput
from core.places.gazetteer import Gazetteer
from core.places.lists import level_of, parent_of, read_places, read_units
from core.places.shipped import PLACE_FILES, UNIT_FILES


def file(tmp_path: Path, words: str, name: str = "地名.csv") -> Path:
    (tmp_path / name).write_text(words, "utf-8")
    return tmp_path / name


def test_the_shipped_lists_hold_the_whole_city(gazetteer: Gazetteer) -> None:
    counts = {level: len(gazetteer.at_level(level)) for level in ("city", "county", "township", "village")}

    assert counts == {"city": 1, "county": 11, "township": 141, "village": 1666}
    assert len(gazetteer.units) == 82


def test_every_shipped_place_leads_up_to_its_county(gazetteer: Gazetteer) -> None:
    for village in gazetteer.at_level("village"):
        assert [place.level for place in gazetteer.path(village.code)] == ["county", "township", "village"]
    assert gazetteer.full_name("451203100") == "宜州区庆远镇"
    assert {len(gazetteer.children(county.code)) for county in gazetteer.counties} <= set(range(9, 20))


def test_codes_of_2021_lead_to_those_of_2023(gazetteer: Gazetteer) -> None:
    moved = gazetteer.place("451223100003")

    assert moved is not None
    assert (moved.code, moved.short_name, moved.parent_code) == ("451223001002", "巴烈社区", "451223001")
    assert len(read_places(PLACE_FILES).changes) == 8


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("451200", "city", ""),
        ("451203", "county", "451200"),
        ("451203100", "township", "451203"),
        ("451203100201", "village", "451203100"),
        ("45120", None, ""),
        ("U001", None, ""),
        ("", None, ""),
    ],
)
def test_a_codes_length_tells_its_level_and_parent(code: str, level: str | None, parent: str) -> None:
    assert (level_of(code), parent_of(code)) == (level, parent)


def test_an_offices_own_list_may_use_chinese_headers_and_leave_out_what_codes_tell(tmp_path: Path) -> None:
    path = file(tmp_path, "区划代码,地名\n451203,宜州区\n451200,河池市\n451203100,庆远镇\n")

    places = read_places([path]).places

    assert [(place.code, place.level, place.parent_code) for place in places] == [
        ("451200", "city", ""),
        ("451203", "county", "451200"),
        ("451203100", "township", "451203"),
    ]


def test_every_fault_of_a_place_list_is_told(tmp_path: Path) -> None:
    first = file(
        tmp_path,
        "code,name,level,parent_code\n4512,河池,city,\n451203,宜州区,township,451200\n451221,南丹县,县,451203\n",
    )
    second = file(tmp_path, "code,name\n451222,天峨县\n451222,天峨\n", "又一个.csv")

    with pytest.raises(BadInput) as caught:
        read_places([first, second, tmp_path / "没有.csv"])

    words = str(caught.value)
    for part in ("要是6、9或12位数字", "位数对不上", "上级应是“451200”", "和第2行重复", "没有这个文件"):
        assert part in words


def test_a_code_in_two_files_is_refused(tmp_path: Path) -> None:
    first = file(tmp_path, "code,name\n451203,宜州区\n", "一.csv")
    second = file(tmp_path, "code,name\n451203,宜州\n", "二.csv")

    with pytest.raises(BadInput, match=r"二\.csv: “451203”在别的文件里已经有了"):
        read_places([first, second])


def test_a_unit_list_given_as_places_is_told_apart() -> None:
    with pytest.raises(BadInput, match="请用 units load"):
        read_places(UNIT_FILES)


def test_faulty_changes_are_told(tmp_path: Path) -> None:
    path = file(
        tmp_path, "旧代码,新代码\n1,451203100\n451281100,451203100\n451281100,451203101\n,451203102\n"
    )

    with pytest.raises(BadInput) as caught:
        read_places([path])

    assert "要是6、9或12位数字，现在是“1”" in str(caught.value)
    assert "前面已经变成“451203100”" in str(caught.value)


@pytest.mark.parametrize("code", ["U-01", "451203", "U" * 13, "单位"])
def test_a_units_code_fits_a_scene_and_is_no_places(code: str, tmp_path: Path) -> None:
    path = file(tmp_path, f"单位代码,单位名称,类别\n{code},市财政局,政府部门\n")

    with pytest.raises(BadInput, match="“单位代码”列"):
        read_units([path])


def test_two_units_of_one_name_are_refused(tmp_path: Path) -> None:
    path = file(tmp_path, "代码,名称,类别\nU001,市财政局,政府部门\nU002,市财政局,政府部门\n")

    with pytest.raises(BadInput, match="第3行“单位名称”列: “市财政局”和第2行重复"):
        read_units([path])
