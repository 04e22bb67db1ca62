"""Tables as people really send them: what is read, and what is refused with one sentence."""

import csv
import gzip
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.sheets import Column, Row, grid, open_sheet, read_sheet
from core.sheets.cells import EXCEL_ERRORS, Cell, as_day, as_text
from tests.sheets.workbooks import saved, with_part, xlsx, zip_of

CODE = Column("code", "单位代码", "code", aliases=("牵头单位",), required=True, unique=True)
NAME = Column("name", "名称", required=True, max_chars=10)
COUNT = Column("count", "人数", "whole")
SHARE = Column("share", "比例", "number")
DUE = Column("due", "整改时限", "day")
STATE = Column("state", "状态", choices=("推进中", "已销号"))
COLUMNS = (CODE, NAME, COUNT, SHARE, DUE, STATE)
HEADER: list[Any] = [column.title for column in COLUMNS]
SHEET1 = "xl/worksheets/sheet1.xml"


def as_csv(rows: Sequence[Sequence[Any]], separator: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(BadInput) as caught:
        read_sheet(content, COLUMNS, "表.xlsx")
    assert len(caught.value.faults) == 1
    return str(caught.value)


GOOD: list[list[Any]] = [
    HEADER,
    ["U001", "市财政局", 3, 0.5, "2021/6/30", "推进中"],
    ["U002", "市教育局", None, None, None, None],
]
READ = [
    ("U001", "市财政局", 3, 0.5, date(2021, 6, 30), "推进中"),
    ("U002", "市教育局", None, None, None, None),
]


def values(rows: list[Row]) -> list[tuple[Any, ...]]:
    return [tuple(row.values[column.name] for column in COLUMNS) for row in rows]


@pytest.mark.parametrize(
    "content",
    [
        as_csv(GOOD).encode(),
        as_csv(GOOD).encode("utf-8-sig"),
        as_csv(GOOD).encode("gb18030"),
        as_csv(GOOD, "\t").encode("utf-16"),
        as_csv(GOOD, ";").encode(),
        gzip.compress(as_csv(GOOD).encode(), mtime=0),
        xlsx(GOOD),
    ],
    ids=["utf8", "bom", "gb18030", "unicode-text", "semicolons", "gz", "xlsx"],
)
def test_the_same_table_reads_the_same_from_every_kind_of_file(content: bytes) -> None:
    assert values(read_sheet(content, COLUMNS)) == READ


@pytest.mark.parametrize(
    "header",
    ["整改时限（必填）", " * 整改 时限", "整改时限：", "【格式：2021-06-30】整改时限", "DUE", "整 改\n时 限"],
)
def test_a_header_is_matched_loosely(header: str) -> None:
    rows = read_sheet(xlsx([[header, "牵头单位", "名称"], ["2021-06-30", "U001", "甲"]]), COLUMNS)

    assert rows[0].day("due") == date(2021, 6, 30)
    assert rows[0].text("code") == "U001"


def test_titles_above_the_header_and_blank_rows_do_not_matter() -> None:
    rows = read_sheet(xlsx([["2021年整改台账"], [], HEADER, [], *GOOD[1:], [" ", "　"]]), COLUMNS)

    assert values(rows) == READ
    assert [row.number for row in rows] == [5, 6]


@pytest.mark.parametrize(
    "cell",
    [
        "2021-06-30",
        "2021/6/30",
        "2021.6.30",
        "2021年6月30日",
        "２０２１年６月３０日",
        "20210630",
        "2021-06-30 00:00:00",
        datetime(2021, 6, 30),
        date(2021, 6, 30),
        44377,
        44377.0,
        "44377",
    ],
)
def test_a_day_is_a_day_however_it_is_written(cell: Any) -> None:
    rows = read_sheet(xlsx([HEADER, ["U001", "甲", None, None, cell]]), COLUMNS)

    assert rows[0].day("due") == date(2021, 6, 30)


def test_serial_days_are_counted_from_the_workbooks_own_beginning() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx([HEADER, ["U001", "甲", None, None, 44377 - 1462]])))
    workbook.epoch = datetime(1904, 1, 1)

    assert read_sheet(saved(workbook), COLUMNS)[0].day("due") == date(2021, 6, 30)


@pytest.mark.parametrize("cell", ["6月30日", "2021-02-30", "明天", "2021年6月", "3", True, "20211350"])
def test_what_is_no_day_is_told_with_row_and_column(cell: Any) -> None:
    with pytest.raises(BadInput, match="第2行“整改时限”列: 不是日期"):
        read_sheet(xlsx([HEADER, ["U001", "甲", None, None, cell]]), COLUMNS)


@pytest.mark.parametrize(
    "cell", [451203, 451203.0, "451203", "４５１２０３", " 451203 ", "'451203", "451203.0"]
)
def test_a_code_may_be_a_number_and_a_number_may_be_text(cell: Any) -> None:
    row = read_sheet(xlsx([HEADER, [cell, 12, "1,200", "0.5"]]), COLUMNS)[0]

    assert (row.text("code"), row.text("name")) == ("451203", "12")
    assert (row.whole("count"), row.decimal("share")) == (1200, 0.5)


@pytest.mark.parametrize("cell", ["4.51203E+11", 451203100200451203])
def test_a_code_spoilt_by_excel_is_refused(cell: Any) -> None:
    with pytest.raises(BadInput, match="文本"):
        read_sheet(xlsx([HEADER, [cell, "甲"]]), COLUMNS)


def test_a_merged_value_counts_for_each_row_it_spans() -> None:
    rows = [
        HEADER,
        ["U001", "甲", None, None, None, "推进中"],
        ["U002", "乙"],
        [],
        ["U003", "丙"],
        ["U004", "丁"],
    ]
    merged = b'<mergeCells count="2"><mergeCell ref="F2:F5"/><mergeCell ref="C2:C1048576"/></mergeCells>'
    content = with_part(xlsx(rows), SHEET1, lambda x: x.replace(b"</sheetData>", b"</sheetData>" + merged))

    read = read_sheet(content, COLUMNS)

    assert [row.text("state") for row in read] == ["推进中", "推进中", "推进中", ""]


def test_a_million_blank_rows_are_nothing() -> None:
    blank = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(4, 1_048_577))
    content = with_part(
        xlsx(GOOD), SHEET1, lambda sheet: sheet.replace(b"</sheetData>", blank + b"</sheetData>")
    )

    assert values(read_sheet(content, COLUMNS)) == READ


def test_rows_behind_many_blank_ones_keep_their_number() -> None:
    def far(sheet: Any) -> None:
        sheet["A90000"], sheet["B90000"] = "U003", "远"

    rows = read_sheet(xlsx(GOOD, far), COLUMNS)

    assert (rows[-1].number, rows[-1].text("name")) == (90_000, "远")


def test_every_fault_of_every_row_is_told_at_once() -> None:
    rows = [
        HEADER,
        ["U001", "甲", "三", "多", "早", "完了"],
        ["U001", None, 1.5, None, None, None],
        [None, "长" * 11, None, None, None, None],
        ["U004", "#N/A", None, None, None, None],
    ]

    with pytest.raises(BadInput) as caught:
        read_sheet(xlsx(rows), COLUMNS, "表.xlsx")

    assert [
        (fault.place.removeprefix("表.xlsx "), fault.message.split("，")[0]) for fault in caught.value.faults
    ] == [
        ("第2行“人数”列", "要填数字"),
        ("第2行“比例”列", "要填数字"),
        ("第2行“整改时限”列", "不是日期：“早”"),
        ("第2行“状态”列", "只能填推进中、已销号"),
        ("第3行“单位代码”列", "“U001”和第2行重复"),
        ("第3行“名称”列", "没有填"),
        ("第3行“人数”列", "要填整数"),
        ("第4行“单位代码”列", "没有填"),
        ("第4行“名称”列", "太长"),
        ("第5行“名称”列", "公式算错了（#N/A）"),
    ]


def test_only_the_first_shown_sheet_with_content_is_read() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(GOOD)))
    workbook.create_sheet("空", 0)
    hidden = workbook.create_sheet("藏", 0)
    hidden.append(["别的"])
    hidden.sheet_state = "hidden"
    workbook.create_sheet("说明").append(["填表说明"])

    assert values(read_sheet(saved(workbook), COLUMNS)) == READ


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"\xef\xbb\xbf \r\n", "文件是空的"),
        (gzip.compress(b"", mtime=0), "文件是空的"),
        (gzip.compress(b"a,b\n1,2\n" * 100, mtime=0)[:-20], "压缩文件坏了"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设了密码"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "不是真正的表格"),
        (b"\x00\x01\x02\x03" * 50, "不是 csv 或 xlsx"),
        (b"\x81\xff\xff\xff,1\n", "文字编码认不出来"),
        (zip_of({"a.txt": b"x"}), "不是 xlsx"),
        (zip_of({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "不是 xlsx"),
        (zip_of({"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), "文件坏了"),
        (xlsx(GOOD)[:-300], "文件坏了"),
        (xlsx([]), "没有内容"),
        (xlsx([HEADER]), "只有标题"),
        (b"a,b\n1,2\n", "缺少这些列：“单位代码”、“名称”"),
        (xlsx([["单位代码", "牵头单位", "名称"], ["U001", "U002", "甲"]]), "第1列、第2列的标题是同一个意思"),
        ('单位代码,名称\nU001,"甲\n'.encode(), "引号没有成对"),
        (with_part(xlsx(GOOD), "xl/vbaProject.bin", lambda _: b"macro"), "有宏"),
        (with_part(xlsx(GOOD), SHEET1, lambda x: b'<!DOCTYPE a [<!ENTITY b "c">]>' + x), "XML 定义"),
        (with_part(xlsx(GOOD), SHEET1, lambda x: x[: len(x) // 2]), "文件坏了"),
    ],
)
def test_a_file_we_do_not_read_is_refused_with_one_sentence(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MAX_UNPACKED_BYTES", 1_000_000)
    bomb = with_part(xlsx(GOOD), SHEET1, lambda x: x + bytes(1_000_000))

    assert len(bomb) < 10_000
    assert "解压以后太大" in refusal(bomb)
    assert "解压以后太大" in refusal(gzip.compress(bytes(1_000_001)))


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有这个文件"):
        read_sheet(tmp_path / "lost.csv", COLUMNS)
    with pytest.raises(BadInput, match="是文件夹"):
        read_sheet(tmp_path, COLUMNS)


def test_a_file_is_recognised_by_its_header() -> None:
    sheet = open_sheet(as_csv([["code", "name"], ["1", "甲"]]).encode())

    assert sheet.has((CODE, NAME))
    assert not sheet.has((CODE, Column("change", "变动", required=True)))


def is_read_or_refused(content: bytes, columns: Sequence[Column]) -> bool:
    """Either it is read, or a BadInput names what is wrong; anything else goes up and fails the test."""
    try:
        read_sheet(content, columns)
    except BadInput as error:
        return bool(error.faults)
    return True


def is_plain(word: str) -> bool:
    """Neither spaces around it, nor what a workbook would take for a formula or its error."""
    return word not in EXCEL_ERRORS and not word.startswith("=") and as_text(word) == word


# Whatever people type, without the signs that no cell can hold.
signs = st.characters(exclude_categories=["Cc", "Cs"])
words = st.text(signs, min_size=1, max_size=8).filter(
    lambda word: word not in EXCEL_ERRORS and is_plain(word)
)
plain = Column("a", "甲", required=True), Column("b", "乙")


@given(st.lists(st.tuples(words, st.none() | words), min_size=1, max_size=6))
def test_words_come_back_as_they_were_written(table: list[tuple[str, str | None]]) -> None:
    rows: list[list[Any]] = [["甲", "乙"], *([a, b] for a, b in table)]

    for content in (as_csv(rows).encode("utf-8-sig"), as_csv(rows).encode("gb18030"), xlsx(rows)):
        assert [(row.values["a"], row.values["b"]) for row in read_sheet(content, plain)] == table


@given(st.dates(date(1955, 1, 1), date(2119, 1, 1)))
def test_every_way_to_write_a_day_means_that_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    written: list[Cell] = [serial, str(serial), f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", day]
    written += [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        datetime(day.year, day.month, day.day, 23),
    ]

    assert {as_day(cell) for cell in written} == {day}


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"]))
def test_no_bytes_at_all_do_worse_than_be_refused(content: bytes, start: bytes) -> None:
    assert is_read_or_refused(start + content, plain)


@given(st.data())
def test_no_damage_to_a_workbook_does_worse_than_be_refused(data: st.DataObject) -> None:
    content = bytearray(DAMAGED)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    assert is_read_or_refused(bytes(content), COLUMNS)


@given(st.data())
def test_no_damage_inside_a_workbook_does_worse_than_be_refused(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from([SHEET1, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]))

    def damage(xml: bytes) -> bytes:
        place = data.draw(st.integers(0, len(xml) - 1))
        return xml[:place] + data.draw(st.binary(max_size=6)) + xml[place + data.draw(st.integers(0, 40)) :]

    assert is_read_or_refused(with_part(DAMAGED, part, damage), COLUMNS)


DAMAGED = xlsx(GOOD)
