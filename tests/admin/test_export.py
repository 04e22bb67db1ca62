"""The file with all answers, downloaded."""

import csv
import errno
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest

from admin.parts import Parts
from core.conversation.state import Answer
from tests.admin.conftest import Browser
from tests.reports.factories import FINANCE, make_response, satisfied_with_everything


def download(office: Browser, round_id: int, file_format: str, questionnaire: str = "") -> Any:
    path = f"/rounds/{round_id}/export"
    given = {"file_format": file_format, "questionnaire": questionnaire}
    return office.post(path, given, page=path, buffered=True)


@pytest.fixture
def two_responses(parts: Parts, round_id: int) -> None:
    with parts.writing() as session:
        given = satisfied_with_everything("s5", suggest=Answer(text="=路烂"))
        make_response(session, round_id, given)
        make_response(session, round_id, {"easy": "s4"}, questionnaire="units-2021", unit=FINANCE, place="")


@pytest.mark.usefixtures("two_responses")
def test_a_csv_with_a_chinese_name(office: Browser, round_id: int) -> None:
    answer = download(office, round_id, "csv")

    name = quote("2026年年终评议-答卷-20261201-0900.csv")
    assert f"filename*=UTF-8''{name}" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["questionnaire"] for row in rows] == ["residents-2021", "units-2021"]
    assert rows[0]["suggest"] == "'=路烂"


@pytest.mark.usefixtures("two_responses")
def test_an_xlsx_of_one_questionnaire(office: Browser, round_id: int) -> None:
    answer = download(office, round_id, "xlsx", "units-2021")

    book = openpyxl.load_workbook(io.BytesIO(answer.data), read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert "easy" in rows[0]
    book.close()


@pytest.mark.usefixtures("two_responses")
def test_nothing_is_left_on_the_disk(office: Browser, parts: Parts, round_id: int) -> None:
    download(office, round_id, "xlsx").close()

    assert list((parts.settings.var / "exports").iterdir()) == []


def test_a_round_without_answers_gives_a_head(office: Browser, round_id: int) -> None:
    assert download(office, round_id, "csv").data.decode("utf-8-sig").startswith("response_id,")


def test_what_is_not_offered_is_refused(office: Browser, round_id: int) -> None:
    answer = download(office, round_id, "exe")

    assert answer.status_code == 400
    assert download(office, round_id, "csv", "leaders-2021").status_code == 400


def test_a_full_disk_is_one_sentence_and_no_file(
    office: Browser, parts: Parts, round_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    office.get("/")
    monkeypatch.setattr(Path, "open", full)
    answer = download(office, round_id, "csv")
    monkeypatch.undo()

    assert answer.status_code == 500
    assert "磁盘满了" in answer.text
    assert str(parts.settings.var) not in answer.text
    assert list((parts.settings.var / "exports").iterdir()) == []


def test_no_folder_for_exports_is_one_sentence(office: Browser, parts: Parts, round_id: int) -> None:
    parts.settings.var.mkdir(exist_ok=True)
    (parts.settings.var / "exports").write_text("in the way")

    answer = download(office, round_id, "csv")

    assert answer.status_code == 500
    assert "文件没有写成" in answer.text


@pytest.fixture
def telling(parts: Parts, round_id: int) -> None:
    """A response whose words say who it was."""
    with parts.writing() as session:
        said = "我叫李大山，电话13800138000，路烂"
        make_response(session, round_id, satisfied_with_everything("s5", suggest=Answer(text=said)))


def raw(browser: Browser, round_id: int, reason: str) -> Any:
    path = f"/rounds/{round_id}/export"
    given = {"file_format": "csv", "questionnaire": "", "is_raw": "y", "reason": reason}
    return browser.post(path, given, page=path, buffered=True)


@pytest.mark.usefixtures("telling")
def test_numbers_and_names_are_struck_out_of_an_export(office: Browser, round_id: int) -> None:
    text = download(office, round_id, "csv").data.decode("utf-8-sig")

    assert "13800138000" not in text
    assert "李大山" not in text
    assert "路烂" in text


@pytest.mark.usefixtures("telling")
def test_words_as_they_are_take_a_reason_that_is_written_down(office: Browser, round_id: int) -> None:
    refused = raw(office, round_id, "要用")
    taken = raw(office, round_id, "信访件核实，要回访这位群众")

    assert refused.status_code == 400
    assert "请写明理由" in refused.text
    assert "13800138000" in taken.data.decode("utf-8-sig")
    page = office.get("/audit?what=answers_exported").text
    assert page.count('<td data-label="做了什么">导出答卷</td>') == 1
    assert "理由：信访件核实，要回访这位群众" in page
    assert "原话：是" in page


@pytest.mark.usefixtures("telling")
def test_an_auditor_does_not_get_words_as_they_are(
    signed_in: Callable[[str], Browser], round_id: int
) -> None:
    auditor = signed_in("auditor")

    assert "一字不改" not in auditor.get(f"/rounds/{round_id}/export").text
    assert raw(auditor, round_id, "审计要看一字不改的原话").status_code == 400
