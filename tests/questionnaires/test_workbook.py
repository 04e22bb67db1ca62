"""A questionnaire goes out as a workbook and comes back the same; faults are told at their cell."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from core.questionnaires.model import Questionnaire
from core.questionnaires.reader import load_text
from core.questionnaires.workbook.layout import (
    CHOICES,
    DIMENSIONS,
    OPTION_ITEMS,
    QUESTION_ITEMS,
    SETTINGS,
    SHEETS,
    SURVEY,
    TYPES,
    XLSFORM_TYPES,
)
from core.questionnaires.workbook.reading import lint_workbook, load_workbook
from core.questionnaires.workbook.writing import write_workbook
from tests.conversation.engine.knotty import knotty
from tests.questionnaires.strategies import questionnaires

SHIPPED = {each.id: each for each in knotty()[:-1]}
RESIDENTS = SHIPPED["residents-2021"]
FILE = "residents-2021.xlsx"
Edit = Callable[[Any], None]


def edited(*edits: Edit, questionnaire: Questionnaire = RESIDENTS) -> bytes:
    """The questionnaire's workbook after somebody was at it."""
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(questionnaire)))
    for edit in edits:
        edit(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def put(sheet: str, cell: str, value: Any) -> Edit:
    return lambda book: book[sheet].__setitem__(cell, value)


def column(key: str, items: Any = QUESTION_ITEMS) -> str:
    """The letter of a column."""
    return openpyxl.utils.get_column_letter([item.key for item in items].index(key) + 1)


def row_of(question: str) -> int:
    """The row of a question in the residents' workbook."""
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(RESIDENTS)))
    return next(cell.row for cell in book[SURVEY][column("id")] if cell.value == question)


@pytest.mark.parametrize("questionnaire", knotty(), ids=lambda each: each.id)
def test_what_goes_out_comes_back_the_same(questionnaire: Questionnaire) -> None:
    again = load_workbook(write_workbook(questionnaire), f"{questionnaire.id}.xlsx")

    assert again == questionnaire
    assert again.content_hash == questionnaire.content_hash


@given(questionnaires())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_any_questionnaire_survives_the_journey(questionnaire: Questionnaire) -> None:
    again = load_workbook(write_workbook(questionnaire), f"{questionnaire.id}.xlsx")

    assert again == questionnaire


def test_who_knows_xlsform_may_use_its_names() -> None:
    def in_english(book: Any) -> None:
        for ours, (english,) in SHEETS.items():
            book[ours].title = english
        for name, items in (("survey", QUESTION_ITEMS), ("choices", OPTION_ITEMS)):
            for cell, item in zip(book[name][1], items, strict=True):
                cell.value = next(iter(item.also), item.key)
        for cell in book["survey"]["A"][1:]:
            ours = next((kind for kind, title in TYPES.items() if title == cell.value), "")
            cell.value = next(
                (each for each, kind in XLSFORM_TYPES.items() if kind == ours), ours or cell.value
            )

    assert load_workbook(edited(in_english), FILE) == RESIDENTS


def test_true_and_false_cells_and_numbers_typed_as_text_are_understood() -> None:
    row = row_of("security")

    book = edited(
        put(SURVEY, f"{column('required')}{row}", True),
        put(SURVEY, f"{column('weight')}{row}", "1"),
        put(SETTINGS, "B3", "1"),
    )

    assert load_workbook(book, FILE).version == 1


@pytest.mark.parametrize(
    ("edit", "cell", "told"),
    [
        (put(SURVEY, "A2", "单选选"), f"{SURVEY}!A2", "“类型”不能是“单选选”，只能是：单选、多选、打分"),
        (put(SURVEY, f"{column('title')}3", None), f"{SURVEY}!A3", "title"),
        (put(SURVEY, f"{column('required')}3", "也许"), f"{SURVEY}!{column('required')}3", "必答"),
        (put(SURVEY, f"{column('show_if')}3", "nobody == 'x'"), f"{SURVEY}!{column('show_if')}3", "nobody"),
        (put(SURVEY, f"{column('dimension')}3", "nix"), f"{SURVEY}!{column('dimension')}3", "nix"),
        (put(SURVEY, f"{column('list')}3", "没有的"), f"{SURVEY}!{column('list')}3", "没有的"),
        (put(SURVEY, f"{column('weight')}3", "重"), f"{SURVEY}!{column('weight')}3", "权重"),
        (put(SURVEY, "A1", "种类"), f"{SURVEY}!A1", "不认识这一列"),
        (put(SURVEY, "B1", "类型"), f"{SURVEY}!B1", "有两个"),
        (put(SURVEY, "A3", "分组开始"), f"{SURVEY}!A3", "后面没有"),
        (put(SURVEY, "A3", "循环结束"), f"{SURVEY}!A3", "前面没有对应"),
        (put(CHOICES, f"{column('code', OPTION_ITEMS)}2", "yes"), f"{CHOICES}!B2", "yes"),
        (put(CHOICES, f"{column('label', OPTION_ITEMS)}2", "http://a.cn"), f"{CHOICES}!C2", ""),
        (put(CHOICES, f"{column('score', OPTION_ITEMS)}2", 101), f"{CHOICES}!D2", ""),
        (put(CHOICES, "A2", None), f"{CHOICES}!A2", "哪张选项表"),
        (put(CHOICES, "C3", "#REF!"), f"{CHOICES}!C3", "公式算错了"),
        (put(SETTINGS, "B2", "Anders!"), f"{SETTINGS}!B2", ""),
        (put(SETTINGS, "A2", "编码"), f"{SETTINGS}!A2", "不认识这一项"),
        (put(SETTINGS, "A3", "问卷编号"), f"{SETTINGS}!A3", "有两行"),
        (put(SETTINGS, "B18", "2021-04-01"), f"{SETTINGS}!B18", ""),
        (put(DIMENSIONS, "A3", "security"), DIMENSIONS, ""),
        (put(DIMENSIONS, "A2", None), f"{DIMENSIONS}!A2", "维度的代码"),
    ],
)
def test_a_fault_is_told_at_its_cell(edit: Edit, cell: str, told: str) -> None:
    report = lint_workbook(edited(edit), FILE)

    assert report.questionnaire is None
    there = [fault for fault in report.errors if f" {cell}" in fault.place]
    assert there, [str(fault) for fault in report.errors]
    assert any(told in fault.message for fault in there)
    assert not any("行" in fault.message and "第" in fault.message for fault in there)


def test_a_fault_that_names_another_line_names_its_cell() -> None:
    row = row_of("traffic")

    report = lint_workbook(edited(put(SURVEY, f"{column('id')}{row}", "security")), FILE)

    first = row_of("security")
    assert any(f"{SURVEY}!A{first}" in fault.message for fault in report.errors), report.errors


@pytest.mark.parametrize("sheet", [SURVEY, SETTINGS])
def test_a_missing_sheet_is_said(sheet: str) -> None:
    report = lint_workbook(edited(lambda book: book.remove(book[sheet])), FILE)

    assert any(f"缺少工作表“{sheet}”" in fault.message for fault in report.errors)


def test_the_file_must_be_named_after_the_questionnaire() -> None:
    assert lint_workbook(edited(), "别的.xlsx").questionnaire is None


def test_what_is_no_workbook_is_refused_with_a_sentence() -> None:
    for content in (b"", b"id: x\n", b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"):
        with pytest.raises(BadInput):
            load_workbook(content, FILE)


def test_a_thousand_faults_are_all_told() -> None:
    def ruin(book: Any) -> None:
        sheet = book[SURVEY]
        for number in range(1000):
            sheet.append(["单选", f"x{number}", None])

    report = lint_workbook(edited(ruin), FILE)

    assert len(report.errors) >= 1000
    assert report.questionnaire is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from([SURVEY, CHOICES, DIMENSIONS, SETTINGS]),
            st.integers(1, 12),
            st.integers(1, 10),
            st.one_of(
                st.none(),
                st.booleans(),
                st.integers(-5, 10**17),
                st.floats(allow_nan=False, allow_infinity=False),
                st.sampled_from(
                    ["单选", "循环开始", "分组结束", "satisfied", "是", "=1", "[", "a == 'b'", "、、"]
                ),
                st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_whatever_is_typed_into_it_leads_to_a_report(changes: list[tuple[str, int, int, Any]]) -> None:
    def change(book: Any) -> None:
        for sheet, row, place, value in changes:
            book[sheet].cell(row, place, value)

    report = lint_workbook(edited(change), FILE)

    assert (report.questionnaire is None) == bool(report.errors)
    assert all(fault.place.startswith(FILE) for fault in report.errors)


def test_a_workbooks_questionnaire_is_written_as_yaml_and_read_again(tmp_path: Path) -> None:
    from core.questionnaires.writer import dump

    loaded = load_workbook(edited(put(SETTINGS, "B4", "新的标题")), FILE)

    assert loaded.title == "新的标题"
    assert load_text(dump(loaded), "residents-2021.yaml") == loaded
