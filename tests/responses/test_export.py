"""The file: whole or not at all, the same however it is opened, and safe to open."""

import csv
import resource
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
from sqlalchemy import insert, select

from core.conversation.state import Answer
from core.db.reading import reading
from core.responses import rows as reading_rows
from core.responses.export import count_responses, export_answers
from core.responses.models import AnswerRow, Response
from core.sheets import writing
from core.sheets.writing import ExportFailed
from tests.responses.exported import export, exported, rows_of, sheet_of, store
from tests.turns.town import RESIDENTS, Town

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A"]


def say(words: str) -> dict[str, Answer]:
    """An open answer."""
    return {"suggest": Answer(text=words)}


def many(town: Town, count: int) -> None:
    """Store this many responses with three answers each."""
    first = store(town, {})
    with town.engine.begin() as connection:
        row = dict(connection.execute(select(Response.__table__)).mappings().first() or {})
        ids = [first + number for number in range(1, count)]
        connection.execute(insert(Response), [row | {"id": response_id} for response_id in ids])
        answer: dict[str, Any] = {"item": "", "codes": "s5"}
        connection.execute(
            insert(AnswerRow),
            [
                answer | {"response_id": response_id, "question": question}
                for response_id in ids
                for question in ("gov", "cadre", "security")
            ],
        )


# What is in it -----------------------------------------------------------------------------------------


def test_a_csv_begins_with_a_byte_order_mark(sqlite_town: Town, tmp_path: Path) -> None:
    export(sqlite_town, tmp_path / "answers.csv")

    assert (tmp_path / "answers.csv").read_bytes().startswith(b"\xef\xbb\xbfresponse_id,started,")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_empty_round_gives_a_header(sqlite_town: Town, tmp_path: Path, file_format: str) -> None:
    path = tmp_path / f"answers.{file_format}"

    assert export(sqlite_town, path) == 0
    assert rows_of(path) == []
    if file_format == "xlsx":
        book = openpyxl.load_workbook(path)
        assert book.active is not None
        assert book.active["A1"].value == "response_id"
        book.close()


def test_both_formats_say_the_same(town: Town, tmp_path: Path) -> None:
    town.answers_all("villager")
    town.begins("another")
    town.says("another", "退出", "2")
    store(town, {"gov_why": Answer(codes=("other",), text='没"有;灯,坏')} | say("两行\n第二行 😀"))

    in_csv = exported(town, tmp_path)
    in_xlsx = exported(town, tmp_path, file_format="xlsx")

    assert len(in_csv) == 3
    as_text = [{key: "" if value is None else str(value) for key, value in row.items()} for row in in_xlsx]
    assert as_text == in_csv


def test_a_sav_has_the_questions_with_their_labels(town: Town, tmp_path: Path) -> None:
    town.answers_all("villager")
    path = tmp_path / "answers.sav"
    export(town, path)

    frame, about = pyreadstat.read_sav(path, user_missing=True)

    assert about.column_names_to_labels["gov"].startswith("您对")
    labels = about.variable_value_labels["gov"]
    assert labels[1] == "满意"
    unknown = next(number for number, label in labels.items() if label == "不了解")
    assert unknown == 98
    in_csv = exported(town, tmp_path)
    assert [labels[number] for number in frame["gov"] if number != 99] == [
        row["gov_label"] for row in in_csv if row["gov"]
    ]
    assert not any(name.endswith("_label") and name != "home_label" for name in about.column_names[:20])
    assert "{" not in "".join(about.column_labels)


@pytest.mark.parametrize("words", FORMULAS)
def test_what_might_run_as_a_formula_is_text_in_a_csv(sqlite_town: Town, tmp_path: Path, words: str) -> None:
    store(sqlite_town, say(words))

    (row,) = exported(sqlite_town, tmp_path)

    assert row["suggest"] == f"'{words}"


def test_what_might_run_as_a_formula_is_a_string_in_an_xlsx(sqlite_town: Town, tmp_path: Path) -> None:
    for words in ["=1+1", "{=1+1}", "https://example.invalid", "internal:A1", "0012", "-1"]:
        store(sqlite_town, say(words))
    path = tmp_path / "answers.xlsx"
    export(sqlite_town, path, RESIDENTS)

    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    place = [cell.value for cell in sheet[1]].index("suggest")
    cells = [row[place] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [
        "=1+1",
        "{=1+1}",
        "https://example.invalid",
        "internal:A1",
        "0012",
        "-1",
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    book.close()


def test_numbers_are_not_defused() -> None:
    assert (writing.defuse(-1.5), writing.defuse(None), writing.defuse("正常")) == (-1.5, None, "正常")


def test_control_signs_and_quotes_survive(sqlite_town: Town, tmp_path: Path) -> None:
    words = "引\"号',;\t制表 \x0b ]]> {office.name}"
    store(sqlite_town, say(words))

    assert exported(sqlite_town, tmp_path)[0]["suggest"] == words
    assert "引\"号',;\t制表" in exported(sqlite_town, tmp_path, file_format="xlsx")[0]["suggest"]


def test_other_rounds_and_questionnaires_are_left_out(sqlite_town: Town, tmp_path: Path) -> None:
    sqlite_town.close()
    sqlite_town.open("另一次", RESIDENTS)
    store(sqlite_town, {}, code="here")
    store(sqlite_town, {}, code="there", round_id=2)
    store(sqlite_town, {}, "units-2021", code="unit")

    assert [row["code"] for row in exported(sqlite_town, tmp_path)] == ["here", "unit"]
    assert [row["code"] for row in exported(sqlite_town, tmp_path, RESIDENTS)] == ["here"]
    with reading(sqlite_town.engine) as connection:
        assert count_responses(connection, sheet_of(sqlite_town)) == 2
        assert count_responses(connection, sheet_of(sqlite_town, round_id=2)) == 1


# Many rows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [9, 10, 11, 25])
def test_every_row_comes_once_across_batches(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(reading_rows, "BATCH", 10)
    many(town, count)
    told: list[int] = []

    with reading(town.engine) as connection:
        written = export_answers(connection, sheet_of(town), tmp_path / "a.csv", "csv", told.append)

    rows = rows_of(tmp_path / "a.csv")
    assert (written, sum(told), len({row["response_id"] for row in rows})) == (count, count, count)
    assert [row["security"] for row in rows].count("s5") == count - 1


def test_a_full_sheet_is_followed_by_another(
    sqlite_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "XLSX_SHEET_ROWS", 11)
    many(sqlite_town, 25)

    rows = exported(sqlite_town, tmp_path, file_format="xlsx")

    book = openpyxl.load_workbook(tmp_path / "answers.xlsx")
    assert [sheet.title for sheet in book.worksheets] == ["答卷", "答卷2", "答卷3"]
    assert [sheet.max_row for sheet in book.worksheets] == [11, 11, 6]
    book.close()
    assert len({row["response_id"] for row in rows}) == 25


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(
    sqlite_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_format: str
) -> None:
    monkeypatch.setattr(reading_rows, "BATCH", 20)
    sheet = sheet_of(sqlite_town, RESIDENTS)

    def peak_bytes() -> int:
        with reading(sqlite_town.engine) as connection:
            tracemalloc.start()
            export_answers(connection, sheet, tmp_path / f"a.{file_format}", file_format)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return peak

    store(sqlite_town, {})
    peak_bytes()  # what is loaded once does not count
    many(sqlite_town, 250)
    some = peak_bytes()
    many(sqlite_town, 500)

    # Five hundred rows held in memory would be a megabyte and more.
    assert peak_bytes() < some + 300_000


def test_what_is_written_meanwhile_neither_breaks_nor_enters_the_export(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_rows, "BATCH", 2)
    for i in range(4):
        town.answers_all(f"villager {i}")
    before = len(town.responses())
    answered: list[int] = []

    def answer_anew(_rows: int) -> None:
        who = f"villager {len(answered)}"
        town.scans(who)
        reply = town.says(who, "重新回答")
        thread = threading.Thread(target=town.goes_on, args=(who, reply))
        thread.start()
        thread.join()
        answered.append(1)

    with reading(town.engine) as connection:
        export_answers(connection, sheet_of(town), tmp_path / "a.csv", "csv", answer_anew)

    assert answered
    assert [row["status"] for row in rows_of(tmp_path / "a.csv")] == ["complete"] * before
    assert "superseded" in town.statuses()


# When it cannot be written -----------------------------------------------------------------------------


@pytest.fixture
def little_room() -> Iterator[None]:
    """The system lets no file grow beyond 30 kB: what is written fails half way, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "sav"])
def test_no_room_half_way_leaves_the_old_file_and_nothing_else(
    sqlite_town: Town, tmp_path: Path, file_format: str, request: pytest.FixtureRequest
) -> None:
    many(sqlite_town, 400)
    folder = tmp_path / "exports"
    folder.mkdir()
    path = folder / f"answers.{file_format}"
    path.write_text("the one from yesterday")

    request.getfixturevalue("little_room")
    with pytest.raises(ExportFailed, match="磁盘满了"):
        export(sqlite_town, path)

    assert path.read_text() == "the one from yesterday"
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_folder_that_is_not_there_is_said(sqlite_town: Town, tmp_path: Path, file_format: str) -> None:
    with pytest.raises(ExportFailed, match="没有这个文件夹"):
        export(sqlite_town, tmp_path / "nowhere" / f"answers.{file_format}")


def test_a_folder_under_the_files_name_is_said(sqlite_town: Town, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").mkdir()

    with pytest.raises(ExportFailed, match="写不了文件"):
        export(sqlite_town, tmp_path / "answers.csv")

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_any_other_failure_leaves_nothing_either(
    sqlite_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_format: str
) -> None:
    many(sqlite_town, 3)
    folder = tmp_path / "exports"
    folder.mkdir()

    def broken(*_args: object) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(reading_rows, "_row", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        export(sqlite_town, folder / f"answers.{file_format}")

    assert list(folder.iterdir()) == []


def test_an_existing_file_is_replaced_whole(sqlite_town: Town, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("old\n" * 1000)
    sqlite_town.answers_all("villager")

    export(sqlite_town, path)

    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 2
