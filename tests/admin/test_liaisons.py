"""The office adds liaisons, hands out codes, revokes; names are masked, looks are written down."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.app import create_app
from admin.parts import Parts
from core.audit.models import AuditEntry
from core.liaisons.codes import typed_code
from core.liaisons.service import list_liaisons
from core.people.reach import EVERYTHING
from core.places.models import Unit
from core.signin.wechat import WeChatDown
from tests.admin.conftest import Browser

NEW = {"subject": "U017", "name": "韦小明", "phone": "13977812345", "kind": "liaison"}


@dataclass
class Door:
    """WeChat as the screens see it: makes codes, or fails."""

    is_down: bool = False
    made: list[str] = field(default_factory=list)

    def temporary_code(self, scene: str, seconds: int) -> str:
        if self.is_down:
            raise WeChatDown
        self.made.append(scene)
        return f"http://weixin.qq.com/q/{scene}"

    def sign_in_address(self, back: str, state: str) -> str:
        raise NotImplementedError

    def openid_of(self, code: str) -> str:
        raise NotImplementedError


@pytest.fixture
def door(parts: Parts) -> Door:
    door = Door()
    parts.wechat = door
    with parts.writing() as session:
        session.add(Unit(code="U017", name="河池市检察院", short_name="市检察院", category="检察"))
    return door


@pytest.fixture
def app(parts: Parts, door: Door) -> Flask:
    return create_app(parts)


@pytest.fixture
def number(office: Browser, parts: Parts) -> int:
    """A liaison, added on the page."""
    assert office.post("/liaisons/new", NEW, page="/liaisons/new").status_code == 303
    with parts.reading() as connection:
        return list_liaisons(connection, parts.keys, EVERYTHING)[0].id


def test_somebody_is_added_and_listed_masked(office: Browser, number: int) -> None:
    page = office.get("/liaisons/").text

    assert "韦**" in page
    assert "139****2345" in page
    assert "韦小明" not in page
    assert "没有绑定" in page
    assert "韦小明" in office.get(f"/liaisons/{number}").text


def test_that_somebody_looked_at_a_name_is_written_down(office: Browser, number: int, parts: Parts) -> None:
    office.get(f"/liaisons/{number}")

    with parts.reading() as connection:
        acts = connection.execute(
            select(AuditEntry.act).where(AuditEntry.about == f"liaison:{number}").order_by(AuditEntry.number)
        ).scalars()
        assert list(acts) == ["liaison_added", "name_shown", "phone_shown"]


@pytest.mark.parametrize(
    ("page", "seen"),
    [("/edit", ["name_shown", "phone_shown"]), ("/sheet", ["name_shown"]), ("/sure", ["name_shown"])],
)
def test_every_page_with_a_name_is_written_down(
    office: Browser, number: int, parts: Parts, page: str, seen: list[str]
) -> None:
    office.post(f"/liaisons/{number}/code", page=f"/liaisons/{number}")
    before = len(audited(parts))

    assert "韦小明" in office.get(f"/liaisons/{number}{page}").text

    assert audited(parts)[before:] == [(act, f"liaison:{number}") for act in seen]


def test_the_list_comes_as_a_workbook_masked_unless_the_office_asks_for_all_of_it(
    office: Browser, number: int, parts: Parts, signed_in: Callable[[str], Browser]
) -> None:
    auditor = signed_in("auditor")
    before = len(audited(parts))

    def rows(browser: Browser, path: str) -> list[tuple[object, ...]]:
        with browser.get(path) as sent:
            book = openpyxl.load_workbook(io.BytesIO(sent.data))
        sheet = book.active
        assert sheet is not None
        found = list(sheet.values)[1:]
        book.close()
        return found

    assert [row[1:5] for row in rows(auditor, "/liaisons/export")] == [
        ("市检察院", "联络员", "韦**", "139****2345")
    ]
    assert [row[3:5] for row in rows(office, "/liaisons/export?full=1")] == [("韦小明", "13977812345")]
    assert rows(office, "/liaisons/export?bound=yes") == []
    assert auditor.get("/liaisons/export?full=1").status_code == 403
    assert audited(parts)[before:] == [
        ("list_exported", "list:liaisons"),
        ("phone_shown", "list:liaisons"),
        ("list_exported", "list:liaisons"),
        ("list_exported", "list:liaisons"),
    ]


def audited(parts: Parts) -> list[tuple[str, str]]:
    """(act, about) of the audit log."""
    with parts.reading() as connection:
        rows = connection.execute(select(AuditEntry.act, AuditEntry.about).order_by(AuditEntry.number))
        return [(row.act, row.about) for row in rows]


def test_what_cannot_be_is_told_at_the_form(office: Browser, door: Door) -> None:
    answer = office.post("/liaisons/new", NEW | {"phone": "123"}, page="/liaisons/new")

    assert answer.status_code == 400
    assert "电话要写手机号" in answer.text
    assert "韦小明" in answer.text, "what was typed stays"


def test_a_code_is_shown_with_a_picture_that_reads(office: Browser, number: int, door: Door) -> None:
    answer = office.post(f"/liaisons/{number}/code", page=f"/liaisons/{number}", follow_redirects=True)

    code = typed_code(re.search(r'class="bind-code">([^<]+)<', answer.text)[1])  # type: ignore[index]
    assert door.made == [f"b_{code}"]
    assert "<svg" in answer.text
    assert "style=" not in answer.text, "the content policy refuses it"
    assert office.get(f"/liaisons/{number}/sheet").status_code == 200


def test_without_wechat_the_eight_characters_are_there_and_the_picture_can_be_asked_for_again(
    office: Browser, number: int, door: Door
) -> None:
    door.is_down = True
    page = office.post(f"/liaisons/{number}/code", page=f"/liaisons/{number}", follow_redirects=True).text
    assert "bind-code" in page
    assert "<svg" not in page

    door.is_down = False
    again = office.post(
        f"/liaisons/{number}/picture", page=f"/liaisons/{number}/sheet", follow_redirects=True
    ).text
    assert "<svg" in again


def test_revoking_and_leaving_ask_once_and_say_what_happens(
    office: Browser, number: int, parts: Parts
) -> None:
    office.post(f"/liaisons/{number}/code", page=f"/liaisons/{number}")
    assert "马上不能再办整改" in office.get(f"/liaisons/{number}/sure").text
    office.post(f"/liaisons/{number}/end", {"leaving": "0"}, page=f"/liaisons/{number}/sure")
    assert office.get(f"/liaisons/{number}/sheet").status_code == 404

    sure = f"/liaisons/{number}/sure?leaving=1"
    assert "离任了不能撤销" in office.get(sure).text
    office.post(f"/liaisons/{number}/end", {"leaving": "1"}, page=sure)
    with parts.reading() as connection:
        assert list_liaisons(connection, parts.keys, EVERYTHING) == []


def test_an_account_is_made_and_its_password_shown_once(office: Browser, number: int, app: Flask) -> None:
    page = office.post(f"/liaisons/{number}/account", {"name": "检察院1"}, page=f"/liaisons/{number}").text
    password = re.search(r'<b class="code">([^<]+)</b>', page)[1]  # type: ignore[index]

    liaison = Browser(app.test_client())
    assert liaison.sign_in("检察院1", password).status_code == 303
    assert liaison.get("/items/").headers["Location"] == "/admin/account/password"
    assert password not in office.get(f"/liaisons/{number}").text
    reset = office.post(f"/liaisons/{number}/account", page=f"/liaisons/{number}").text
    assert Browser(app.test_client()).sign_in("检察院1", password).status_code == 401
    assert liaison.get("/account/password").status_code == 303
    assert "只显示这一次" in reset


def test_a_name_that_is_taken_is_told(office: Browser, number: int) -> None:
    answer = office.post(f"/liaisons/{number}/account", {"name": "user-office"}, page=f"/liaisons/{number}")

    assert answer.status_code == 400
    assert "已经有账号" in answer.text


def test_facts_are_changed(office: Browser, number: int) -> None:
    page = f"/liaisons/{number}/edit"
    assert 'value="13977812345"' in office.get(page).text
    assert office.post(page, NEW | {"phone": "13800001111"}, page=page).status_code == 303

    assert "13800001111" in office.get(f"/liaisons/{number}").text


def test_a_list_is_loaded_or_every_fault_told(office: Browser, door: Door, parts: Parts) -> None:
    def send(rows: str) -> str:
        file = (io.BytesIO(f"单位,姓名,手机号\n{rows}".encode()), "名单.csv")
        data = {"csrf_token": office.token("/liaisons/load"), "file": file}
        return str(office.client.post("/admin/liaisons/load", data=data, follow_redirects=True).text)

    assert "第3行" in send("U017,韦小明,13977812345\nU999,莫局,1\n")
    assert "新增1" in send("U017,韦小明,13977812345\n")


def test_an_auditor_sees_the_list_and_nothing_in_full(
    signed_in: Callable[[str], Browser], office: Browser, number: int
) -> None:
    auditor = signed_in("auditor")

    assert "韦**" in auditor.get("/liaisons/").text
    for path in ("", "/edit", "/sheet", "/sure"):
        assert auditor.get(f"/liaisons/{number}{path}").status_code == 403


def test_who_has_nobody_yet_is_named(office: Browser, number: int, parts: Parts) -> None:
    with Session(parts.engine) as session, session.begin():
        session.add(Unit(code="U018", name="河池市法院", short_name="市法院", category="检察"))

    assert "市法院" in office.get("/liaisons/").text
    assert "没有这样的联络员" in office.get("/liaisons/?bound=yes").text
