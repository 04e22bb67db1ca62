"""
Lists of places and units as files: reading and checking them, without a database.

A place list has code and name (level, parent and short name are optional: code lengths tell the first two); a
list of changes has old and new codes. Which one a file is, its header tells.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import BadInput, Fault
from core.places.gazetteer import LEVELS, PlaceNode, UnitNode
from core.sheets import Column, Row, Sheet, open_sheet

PLACE_COLUMNS = (
    Column("code", "代码", "code", aliases=("区划代码", "统计用区划代码"), required=True, unique=True),
    Column("name", "名称", aliases=("地名",), required=True, max_chars=60),
    Column("short_name", "简称", max_chars=60),
    Column("level", "级别", aliases=("层级",)),
    Column("parent_code", "上级代码", "code", aliases=("上级",)),
)
CHANGE_COLUMNS = (
    Column("old_code", "旧代码", "code", required=True),
    Column("new_code", "新代码", "code", required=True),
)
# In a list of changes a place that is new has no old code, and one that is gone no new code.
LOOSE_CHANGE_COLUMNS = (Column("old_code", "旧代码", "code"), Column("new_code", "新代码", "code"))
UNIT_COLUMNS = (
    Column("code", "单位代码", "code", aliases=("代码",), required=True, unique=True, max_chars=12),
    Column("name", "单位名称", aliases=("名称", "单位"), required=True, unique=True, max_chars=80),
    Column("short_name", "简称", aliases=("单位简称",), unique=True, max_chars=40),
    Column("category", "类别", aliases=("单位类别", "分类"), required=True, max_chars=40),
)
LEVEL_WORDS = {
    "city": ("city", "市", "地级市"),
    "county": ("county", "县", "区", "县区", "县级"),
    "township": ("township", "乡", "镇", "街道", "乡镇", "乡级"),
    "village": ("village", "村", "社区", "村社区", "村级"),
}
CODE_DIGITS = {"city": 6, "county": 6, "township": 9, "village": 12}
# At least one letter, so that no unit's code can be taken for a place's; nothing a scene could not hold.
_UNIT_CODE = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class PlaceList:
    """What the files of one load say: places, and codes that replaced others (old → new)."""

    places: tuple[PlaceNode, ...] = ()
    changes: dict[str, str] = field(default_factory=dict)


def read_places(paths: Iterable[Path]) -> PlaceList:
    """All files of one load together; BadInput with every fault of every file."""
    faults: list[Fault] = []
    places: dict[str, PlaceNode] = {}
    changes: dict[str, str] = {}
    for path in paths:
        try:
            sheet = open_sheet(path)
            if sheet.has(CHANGE_COLUMNS):
                changes.update(_changes(sheet))
                continue
            for place in _places(sheet):
                if place.code in places:
                    faults.append(Fault(sheet.filename, f"“{place.code}”在别的文件里已经有了"))
                places[place.code] = place
        except BadInput as error:
            faults.extend(error.faults)
    if faults:
        raise BadInput(faults)
    return PlaceList(tuple(sorted(places.values(), key=lambda place: place.code)), changes)


def read_units(paths: Iterable[Path]) -> tuple[UnitNode, ...]:
    """All files of one load together; BadInput with every fault of every file."""
    faults: list[Fault] = []
    units: dict[str, UnitNode] = {}
    for path in paths:
        try:
            sheet = open_sheet(path)
            for row in sheet.rows(UNIT_COLUMNS):
                code = row.text("code")
                if not _UNIT_CODE.fullmatch(code):
                    words = f"单位代码要用英文字母和数字，至少一个字母，最多12个，现在是“{code}”"
                    faults.append(_fault(sheet, row, "单位代码", words))
                if code in units:
                    faults.append(_fault(sheet, row, "单位代码", f"“{code}”在别的文件里已经有了"))
                short_name = row.text("short_name") or row.text("name")[:40]
                units[code] = UnitNode(code, row.text("name"), short_name, row.text("category"))
        except BadInput as error:
            faults.extend(error.faults)
    if faults:
        raise BadInput(faults)
    return tuple(sorted(units.values(), key=lambda unit: unit.code))


def level_of(code: str) -> str | None:
    """The level a code's length tells, None when it is no place's code."""
    if not re.fullmatch(r"[0-9]+", code):
        return None
    if len(code) == CODE_DIGITS["county"]:
        return "city" if code.endswith("00") else "county"
    return {9: "township", 12: "village"}.get(len(code))


def parent_of(code: str) -> str:
    """The code directly above, '' for a city or what is no place's code."""
    level = level_of(code)
    if level == "county":
        return f"{code[:4]}00"
    if level in ("township", "village"):
        return code[:-3]
    return ""


def _places(sheet: Sheet) -> Iterator[PlaceNode]:
    if sheet.has(UNIT_COLUMNS):
        raise BadInput([Fault(sheet.filename, "这像是单位名单，请用 units load 导入")])
    faults: list[Fault] = []
    found: list[PlaceNode] = []
    for row in sheet.rows(PLACE_COLUMNS):
        code, name = row.text("code"), row.text("name")
        level = level_of(code)
        if level is None:
            faults.append(_fault(sheet, row, "代码", f"要是6、9或12位数字，现在是“{code}”"))
            continue
        told = row.text("level")
        if told and told not in LEVEL_WORDS[level]:
            faults.append(_fault(sheet, row, "级别", f"“{told}”和代码“{code}”的位数对不上"))
        parent = row.text("parent_code")
        if parent and parent != parent_of(code):
            faults.append(
                _fault(sheet, row, "上级代码", f"“{code}”的上级应是“{parent_of(code)}”，现在是“{parent}”")
            )
        found.append(PlaceNode(code, name, row.text("short_name") or name, level, parent_of(code)))
    if faults:
        raise BadInput(faults)
    # Parents first, so that they can be stored in this order.
    yield from sorted(found, key=lambda place: (LEVELS.index(place.level), place.code))


def _changes(sheet: Sheet) -> dict[str, str]:
    faults: list[Fault] = []
    changes: dict[str, str] = {}
    for row in sheet.rows(LOOSE_CHANGE_COLUMNS):
        old, new = row.text("old_code"), row.text("new_code")
        if not old or not new or old == new:
            continue  # founded, dissolved or only renamed: no code to follow
        for title, code in (("旧代码", old), ("新代码", new)):
            if level_of(code) is None:
                faults.append(_fault(sheet, row, title, f"要是6、9或12位数字，现在是“{code}”"))
        if changes.setdefault(old, new) != new:
            faults.append(_fault(sheet, row, "旧代码", f"“{old}”前面已经变成“{changes[old]}”"))
    if faults:
        raise BadInput(faults)
    return changes


def _fault(sheet: Sheet, row: Row, title: str, words: str) -> Fault:
    return Fault(f"{sheet.filename} 第{row.number}行“{title}”列", words)
