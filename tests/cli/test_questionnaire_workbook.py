"""A questionnaire goes to Excel and back by command; what is wrong is told by its cell."""

from pathlib import Path

import openpyxl

from tests.cli.conftest import Cli
from tests.rounds.drafts import QUESTIONNAIRES

RESIDENTS = QUESTIONNAIRES / "residents-2021.yaml"


def test_a_workbook_goes_out_is_changed_and_comes_in_again(migrated: Cli, tmp_path: Path) -> None:
    migrated("questionnaire", "load", RESIDENTS)
    book = tmp_path / "residents-2021.xlsx"

    assert migrated("questionnaire", "export", "residents-2021", "--out", book).code == 0
    opened = openpyxl.load_workbook(book)
    opened["设置"]["B3"], opened["设置"]["B4"] = 2, "今年的问卷"
    opened.save(book)

    assert migrated("questionnaire", "lint", book).code == 0
    assert "第2版“今年的问卷”导入好了" in migrated("questionnaire", "load", book).out
    as_text = tmp_path / "residents-2021.yaml"
    migrated("questionnaire", "export", "residents-2021", "--out", as_text)
    assert "title: 今年的问卷" in as_text.read_text("utf-8")
    assert migrated("questionnaire", "lint", as_text).code == 0


def test_a_faulty_workbook_is_told_cell_by_cell_and_not_loaded(migrated: Cli, tmp_path: Path) -> None:
    migrated("questionnaire", "load", RESIDENTS)
    book = tmp_path / "residents-2021.xlsx"
    migrated("questionnaire", "export", "residents-2021", "--out", book)
    opened = openpyxl.load_workbook(book)
    opened["题目"]["A3"] = "选一选"
    opened["设置"]["B3"] = 2
    opened.save(book)

    linted, loaded = migrated("questionnaire", "lint", book), migrated("questionnaire", "load", book)

    assert (linted.code, loaded.code) == (1, 1)
    assert f"{book} 题目!A3: " in linted.out
    assert "题目!A3" in loaded.err
    assert migrated("questionnaire", "export", "residents-2021", "--version", "2", "--out", book).code == 1


def test_only_two_kinds_of_files_are_written(migrated: Cli, tmp_path: Path) -> None:
    assert migrated("questionnaire", "export", "residents-2021", "--out", tmp_path / "x.docx").code == 2
