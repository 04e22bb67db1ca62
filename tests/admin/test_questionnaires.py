"""Questionnaires are taken out of the browser as workbooks, changed, and brought back through the linter."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from admin.parts import Parts
from admin.screens.questionnaires import SHOWN_FAULTS, named
from core.audit.models import AuditEntry
from core.questionnaires.models import QuestionnaireVersion
from tests.admin.conftest import Browser

LOAD = "/questionnaires/load"
BOOK = "residents-2021.xlsx"


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Loading is tried on both kinds of database with its service."""
    return sqlite_engine


@pytest.fixture
def book(office: Browser, round_id: int) -> Any:
    """The residents' questionnaire, as it is taken from its page."""
    assert "城乡居民" in office.get("/questionnaires/").text
    with office.get("/questionnaires/residents-2021/1.xlsx") as answer:
        return openpyxl.load_workbook(io.BytesIO(answer.data))


def sends(browser: Browser, book: Any, name: str = BOOK) -> Any:
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    return browser.post(LOAD, {"file": (content, name)}, page=LOAD)


def confirms(browser: Browser, page: str) -> Any:
    form = {
        name: page.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("csrf_token", "key", "filename")
    }
    return browser.client.post(f"/admin{LOAD}", data=form | {"sure": "1"}, follow_redirects=True)


def stored(parts: Parts) -> dict[tuple[str, int], str]:
    with Session(parts.engine) as session:
        return {(each.id, each.version): each.title for each in session.scalars(select(QuestionnaireVersion))}


def test_a_workbook_goes_out_is_changed_looked_at_and_loaded(
    office: Browser, parts: Parts, book: Any
) -> None:
    book["设置"]["B3"], book["设置"]["B4"] = 2, "今年的问卷"

    page = sends(office, book, "residents-2021 (1).xlsx").text

    assert "要这样导入吗" in page
    assert "新增这一版" in page
    assert stored(parts)["residents-2021", 1] != "今年的问卷"
    assert ("residents-2021", 2) not in stored(parts)
    assert "第2版导入好了" in confirms(office, page).text
    assert stored(parts)["residents-2021", 2] == "今年的问卷"
    with Session(parts.engine) as session:
        acts = session.scalars(
            select(AuditEntry.act).where(AuditEntry.about == "questionnaire:residents-2021")
        )
        assert list(acts) == ["list_exported", "questionnaire_loaded"]


def test_a_version_that_was_opened_stays_as_it_was(office: Browser, parts: Parts, book: Any) -> None:
    before = stored(parts)
    assert "没有什么要改的" in sends(office, book).text
    book["设置"]["B4"] = "偷偷改了"

    page = sends(office, book).text

    assert "请把版本加1" in page
    assert 'name="sure"' not in page
    assert "已经开放过，不能再改" in confirms(office, page).text
    assert stored(parts) == before


def test_every_fault_is_told_at_its_cell_a_thousand_too_and_nothing_is_written(
    office: Browser, parts: Parts, book: Any
) -> None:
    before = stored(parts)
    sheet = book["题目"]
    sheet["A3"] = "选一选"
    for number in range(1000):
        sheet.append(["单选", f"x{number}", None])

    answer = sends(office, book)

    assert answer.status_code == 400
    assert "题目!A3</b>" in answer.text
    assert "什么都没有写入" in answer.text
    assert answer.text.count("<li>") <= SHOWN_FAULTS + 30
    assert "后面还有" in answer.text
    assert stored(parts) == before


def test_a_file_as_text_is_told_by_its_lines(office: Browser, parts: Parts, round_id: int) -> None:
    with office.get("/questionnaires/residents-2021/1.yaml") as answer:
        text = answer.data.decode()
    faulty = io.BytesIO(text.replace("\ntitle:", "\ntitel:").encode())

    told = office.post(LOAD, {"file": (faulty, "residents-2021.yaml")}, page=LOAD)

    assert told.status_code == 400
    assert "行</b>" in told.text
    assert "titel" in told.text


@pytest.mark.parametrize(
    ("content", "name"), [(b"", BOOK), (b"PK\x03\x04nothing", BOOK), (b"\x00\xff", "x.yaml"), (b"x", "")]
)
def test_what_is_no_questionnaire_is_a_sentence(
    office: Browser, parts: Parts, content: bytes, name: str
) -> None:
    answer = office.post(LOAD, {"file": (io.BytesIO(content), name)}, page=LOAD)

    assert answer.status_code == 400
    assert "什么都没有写入" in answer.text
    assert stored(parts) == {}


def test_an_auditor_takes_questionnaires_and_loads_none(
    signed_in: Callable[[str], Browser], round_id: int
) -> None:
    auditor = signed_in("auditor")

    assert "导入问卷" not in auditor.get("/questionnaires/").text
    assert auditor.get("/questionnaires/residents-2021/1.xlsx").status_code == 200
    assert auditor.get(LOAD).status_code == 403
    assert auditor.get("/questionnaires/residents-2021/9.xlsx").status_code == 404
    assert auditor.get("/questionnaires/residents-2021/1.docx").status_code == 404


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("residents-2027 (1).xlsx", "residents-2027.xlsx"),
        ("residents-2027（2）.XLSX", "residents-2027.xlsx"),
        ("residents-2027 - 副本.xlsx", "residents-2027.xlsx"),
        ("C:\\桌面\\residents-2027.yaml", "residents-2027.yaml"),
        ("../../etc/x.yaml", "x.yaml"),
    ],
)
def test_folders_and_marks_of_copies_are_no_part_of_the_name(given: str, name: str) -> None:
    assert named(given) == name
