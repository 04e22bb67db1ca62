"""Lists and tables of rectification items, and the same as workbooks."""

import io
from typing import Any

import openpyxl
import pypdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.audit.models import AuditEntry
from core.people.models import Staff
from core.people.roles import Role
from core.rectification.service import do
from core.rectification.words import Act
from tests.admin.conftest import Browser
from tests.admin.item_city import SignIn, act, photo
from tests.hand_clock import START, HandClock
from tests.rectification.cast import UNIT, UNITS_LIAISON, make_item

pytestmark = pytest.mark.usefixtures("item_city")


def test_a_list_can_be_filtered_and_taken_as_a_workbook(signed_in: SignIn) -> None:
    office = signed_in("office")

    page = office.get("/items/?category=卫生&state=open").text
    with office.get("/items/export?category=卫生") as sent:
        content = sent.data

    assert "缺一个公厕" in page
    assert "老街路面" not in page
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    rows = list(sheet.values)
    book.close()
    assert (rows[0][0], len(rows), rows[1][0]) == ("编号", 2, 2)


def rows_of(browser: Browser, path: str) -> list[tuple[Any, ...]]:
    """The rows of a workbook, its header first."""
    with browser.get(path) as sent:
        assert sent.status_code == 200, path
        content = sent.data
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    rows = list(sheet.values)
    book.close()
    return rows


def test_a_workbook_has_what_its_screen_shows_in_the_same_order(parts: Parts, signed_in: SignIn) -> None:
    with parts.writing() as session:
        do(session, 1, Act.CLAIM, UNITS_LIAISON, START)
    office, unit = signed_in("office"), signed_in("unit")

    board = rows_of(office, "/items/board/export")
    units = rows_of(office, "/items/units/export?sort=claimed&order=desc")
    counties = rows_of(office, "/items/units/export?kind=county")
    mine = rows_of(unit, "/items/board/export")
    month = rows_of(unit, "/items/calendar/export?month=2026-12")
    other_month = rows_of(unit, "/items/calendar/export?month=2026-11")

    assert [row[0] for row in board[1:]] == [2, 1], "待领取 stands left of 整改中"
    assert [row[1] for row in units[1:3]] == ["市交通局", "都安"]
    assert [row[1] or row[0] for row in counties[1:]] == ["都安", "合计"]
    assert [row[0] for row in mine[1:]] == [row[0] for row in month[1:]] == [1]
    assert len(other_month) == 1


def test_the_page_of_an_item_comes_as_a_workbook(parts: Parts, signed_in: SignIn) -> None:
    unit = signed_in("unit")
    act(unit, 1, "claim")
    act(unit, 1, "progress", text="开工了", percent="20", photos=(io.BytesIO(photo()), "a.jpg"))

    rows = rows_of(signed_in("office"), "/items/1/export")

    assert [row[2] for row in rows[1:]] == ["现在的情况", "报进展", "领取", "交办"]
    assert "整改中；牵头：市交通局" in rows[1][5]
    assert (rows[2][3], rows[2][5], rows[2][6], rows[2][7]) == ("市交通局联络员", "进度20%", "开工了", 1)
    assert signed_in("stranger").get("/items/1/export").status_code == 404


def test_whoever_takes_a_table_is_written_into_the_audit_log(parts: Parts, signed_in: SignIn) -> None:
    auditor = signed_in("auditor")

    for path in (
        "/items/export",
        "/items/board/export",
        "/items/units/export",
        "/items/calendar/export",
        "/items/1/export",
        f"/items/units/{UNIT}/pdf",
    ):
        with auditor.get(path) as sent:
            assert sent.status_code == 200, path

    with Session(parts.engine) as session:
        taken = select(AuditEntry.about).where(AuditEntry.act == "list_exported").order_by(AuditEntry.number)
        assert session.scalars(taken).all() == [*["list:items"] * 4, "item:1", f"unit:{UNIT}"]


@pytest.mark.parametrize(
    "path",
    [
        "/items/?state=lost",
        "/items/?unit=U999",
        "/items/?from=x",
        "/items/?page=x",
        "/items/calendar?month=x",
    ],
)
def test_an_address_nobody_knows_is_told(signed_in: SignIn, path: str) -> None:
    assert signed_in("office").get(path).status_code == 400


def test_each_table_comes_as_a_workbook_and_a_unit_as_one_page(
    parts: Parts, signed_in: SignIn, clock: HandClock
) -> None:
    with parts.writing() as session:
        office = session.scalars(select(Staff.id).where(Staff.role == Role.OFFICE.value)).first()
        for number in range(40):
            make_item(session, text=f"{number}号路" + "很长的意见" * 60, staff_id=office)
    browser = signed_in("office")

    for path in ("/items/units/export", "/items/calendar/export?month=2026-12"):
        with browser.get(path) as sent:
            assert sent.data.startswith(b"PK"), path
    with browser.get(f"/items/units/{UNIT}/pdf") as sent:
        document = pypdf.PdfReader(io.BytesIO(sent.data))

    words = document.pages[0].extract_text().replace(" ", "")
    assert len(document.pages) == 1
    assert "市交通局整改情况" in words
    assert "另有24条没有列出" in words
