"""A table that is written reads back as what was put in, in every format."""

import csv
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sheets.out_columns import Cell, OutColumn, OutOption
from core.sheets.writing import ExportFailed, table_file

SATISFIED = (OutOption("s5", "满意"), OutOption("s1", "不满意"), OutOption("dk", "不了解", is_missing=True))
COLUMNS = (
    OutColumn(name="who"),
    OutColumn(name="finished", kind="time"),
    OutColumn(name="age", kind="number", title="您多大年纪？"),
    OutColumn(name="gov", kind="code", options=SATISFIED, title="您对县里的工作满意吗？"),
    OutColumn(name="gov_label", kind="label"),
    OutColumn(name="why", kind="codes", options=(OutOption("a", "路不好"), OutOption("b", "办事难"))),
)
# The second is longer than a line of a sav may be.
NOTES = ("2026年度", "长" * 30)
AT = datetime(2026, 11, 21, 7, 4, 5, 999, tzinfo=UTC)
ROWS: list[tuple[Cell, ...]] = [
    ("韦小花", AT, 68, "s5", "满意", "a;b"),
    ("", None, None, "dk", "不了解", "b"),
    (None, AT, 30.5, None, None, None),
]


def written(folder: Path, file_format: str, columns: tuple[OutColumn, ...] = COLUMNS) -> Path:
    path = folder / f"table.{file_format}"
    with table_file(path, file_format, columns, "答卷", NOTES) as write:
        for row in ROWS:
            write(row[: len(columns)])
    return path


def test_a_workbook_may_be_larger_than_the_old_zip_format_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A year's first sheet is; the file's own library then refuses unless it was told."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 200)

    book = openpyxl.load_workbook(written(tmp_path, "xlsx"), read_only=True)

    assert [cell.value for cell in next(iter(book["答卷"].rows))] == [column.name for column in COLUMNS]


def test_times_are_shanghais_in_csv_and_xlsx(tmp_path: Path) -> None:
    with written(tmp_path, "csv").open(encoding="utf-8-sig", newline="") as file:
        in_csv = list(csv.reader(file))
    book = openpyxl.load_workbook(written(tmp_path, "xlsx"))

    expected = ["韦小花", "2026-11-21 15:04:05", "68", "s5", "满意", "a;b"]
    assert in_csv[0] == [column.name for column in COLUMNS]
    assert in_csv[1] == expected
    assert [str(cell.value) for cell in book.worksheets[0][2]] == expected
    book.close()


def test_a_sav_has_numbers_with_labels_and_no_columns_of_labels(tmp_path: Path) -> None:
    frame, about = pyreadstat.read_sav(written(tmp_path, "sav"), user_missing=True)

    assert about.column_names == ["who", "finished", "age", "gov", "why_a", "why_b"]
    assert about.variable_value_labels["gov"] == {1: "满意", 2: "不满意", 98: "不了解", 99: "没有回答"}
    assert about.missing_ranges["gov"] == [{"lo": 98, "hi": 98}, {"lo": 99, "hi": 99}]
    assert about.column_names_to_labels["gov"] == "您对县里的工作满意吗？"
    assert about.column_names_to_labels["why_a"] == "why：路不好"
    assert (about.file_label, about.notes) == ("答卷", ["2026年度", "长" * 26, "长" * 4])
    assert frame["gov"].tolist() == [1, 98, 99]
    assert frame["finished"][0] == datetime(2026, 11, 21, 15, 4, 5)
    assert frame["why_a"].tolist() == [1, 0, 99]
    assert frame["age"].tolist()[0] == 68


def test_what_a_statistics_program_leaves_out_of_means_is_left_out(tmp_path: Path) -> None:
    frame, _ = pyreadstat.read_sav(written(tmp_path, "sav"))

    assert frame["gov"].dropna().tolist() == [1]


def test_names_spss_refuses_are_made_good_and_stay_different(tmp_path: Path) -> None:
    names = ("满意 度", "满意_度", "1st", "_x", "A", "a", "长" * 40, "长" * 41, "economy@451202")
    columns = tuple(OutColumn(name=name) for name in names)
    path = tmp_path / "names.sav"
    with table_file(path, "sav", columns, "名") as write:
        write(["x"] * len(columns))

    _, about = pyreadstat.read_sav(path)

    assert len({name.casefold() for name in about.column_names}) == len(names)
    assert "economy@451202" in about.column_names


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    for file_format in ("csv", "xlsx", "sav"):
        path = tmp_path / f"empty.{file_format}"
        with table_file(path, file_format, COLUMNS, "答卷"):
            pass
        assert path.stat().st_size > 0
    frame, about = pyreadstat.read_sav(tmp_path / "empty.sav")
    assert (len(frame), len(about.column_names)) == (0, 6)


@given(
    words=st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=300), max_size=5)
)
def test_any_words_survive_in_a_sav(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    path = tmp_path_factory.mktemp("sav") / "words.sav"
    with table_file(path, "sav", (OutColumn(name="words"),), "话") as write:
        for each in words:
            write([each])

    frame, _ = pyreadstat.read_sav(path)

    # SPSS pads texts with blanks, so blanks at the end are not kept.
    assert [str(each) for each in frame["words"]] == [each.rstrip(" ") for each in words]


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "sav"])
def test_an_error_while_writing_leaves_no_file(tmp_path: Path, file_format: str) -> None:
    def breaks_down() -> None:
        with table_file(tmp_path / f"table.{file_format}", file_format, COLUMNS, "答卷") as write:
            write(ROWS[0])
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        breaks_down()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "sav"])
def test_a_folder_that_is_not_there_is_said(tmp_path: Path, file_format: str) -> None:
    with (
        pytest.raises(ExportFailed, match="没有这个文件夹"),
        table_file(tmp_path / "nowhere" / f"table.{file_format}", file_format, COLUMNS, "答卷"),
    ):
        pass
