"""What is done in the browser is written down, and the screen shows it to those who may look."""

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.audit.acts import Act, about
from core.audit.chain import AuditLog
from core.audit.models import AuditEntry
from core.audit.service import record
from core.audit.who import Who
from core.conversation.models import HelpRequest
from core.responses.ids import public_id
from tests.admin.conftest import Browser
from tests.admin.test_export import download
from tests.audit.conftest import troubles
from tests.hand_clock import START, HandClock
from tests.reports.factories import make_response


def acts(parts: Parts) -> list[tuple[str, str, str]]:
    """(act, who, about), oldest first."""
    with Session(parts.engine) as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        return [(row.act, row.who_name, row.about) for row in rows]


def staff_id(parts: Parts, name: str) -> int:
    with Session(parts.engine) as session:
        return session.execute(text("SELECT id FROM staff WHERE name = :name"), {"name": name}).scalar_one()


def test_signing_in_and_out_is_written_down(browser: Browser, parts: Parts) -> None:
    browser.sign_in("user-office")
    browser.post("/logout", page="/")

    me = about("staff", staff_id(parts, "user-office"))
    assert acts(parts) == [("signed_in", "user-office", me), ("signed_out", "user-office", me)]


def test_a_wrong_password_is_written_down_and_what_was_typed_is_not(browser: Browser, parts: Parts) -> None:
    browser.sign_in("user-office", "wrong one 123")
    browser.sign_in("my password typed in the wrong field", "x")

    me = about("staff", staff_id(parts, "user-office"))
    assert acts(parts) == [("sign_in_failed", "", me), ("sign_in_failed", "", "")]
    with parts.reading() as connection:
        kept = connection.execute(text("SELECT details FROM audit_entry")).scalars().all()
    assert not any("typed in" in each or "127.0.0.1" in each for each in kept)


def test_rounds_are_written_down_with_their_changes(office: Browser, parts: Parts, round_id: int) -> None:
    office.post(f"/rounds/{round_id}/close", page=f"/rounds/{round_id}/close")
    refused = office.post(f"/rounds/{round_id}/close", page=f"/rounds/{round_id}/close")

    assert refused.status_code == 409
    assert acts(parts)[1:] == [("round_closed", "user-office", about("round", round_id))]


def test_looking_at_a_response_and_at_a_number_is_written_down(
    office: Browser, parts: Parts, round_id: int
) -> None:
    with parts.writing() as session:
        response_id = make_response(session, round_id, answers={})
        phone = parts.keys.wrap(b"13800138000")
        session.add(HelpRequest(id=5, person="p", at=START, phone=phone))
        session.add(HelpRequest(id=6, person="q", at=START, phone=None))
    shown = public_id(response_id)

    office.get(f"/responses/{shown}")
    office.get("/help/5")
    office.get("/help/6")
    office.post("/help/5/done", page="/help/6")
    office.post("/help/5/undo", page="/help/6")

    assert [(act, on) for act, _who, on in acts(parts)[1:]] == [
        ("response_shown", about("response", shown)),
        ("phone_shown", "help:5"),
        ("help_done", "help:5"),
        ("help_reopened", "help:5"),
    ]


def test_an_export_is_written_down_with_rows_and_checksum(
    office: Browser, parts: Parts, round_id: int
) -> None:
    download(office, parts, round_id, "csv")

    made, *_taken = [each for each in acts(parts) if each[0] == "answers_exported"]
    assert made == ("answers_exported", "user-office", about("round", round_id))
    page = office.get("/audit").text
    assert "份数：0" in page
    assert "SHA-256" in page


def test_what_cannot_be_written_down_is_not_shown(office: Browser, parts: Parts) -> None:
    with parts.writing() as session:
        session.add(HelpRequest(id=5, person="p", at=START, phone=parts.keys.wrap(b"13800138000")))
    with parts.writing() as session:
        session.execute(text("DROP TABLE audit_head"))

    answer = office.get("/help/5")

    assert answer.status_code == 500
    assert "13800138000" not in answer.text


def fill(parts: Parts, clock: HandClock) -> None:
    """Two people's acts on two days, and one of a command."""
    with parts.writing() as session:
        record(session, Act.ROUND_OPENED, Who.staff(staff_id(parts, "user-office"), "user-office"), "round:1")
    clock.advance(hours=24)
    with parts.writing() as session:
        auditor = Who.staff(staff_id(parts, "user-auditor"), "user-auditor")
        record(session, Act.ANSWERS_EXPORTED, auditor, "round:1", {"份数": 12})
        record(session, Act.STAFF_ADDED, Who("command", None, "root"), "staff:9")


def test_the_screen_filters_by_who_what_when_and_which(
    parts: Parts, clock: HandClock, signed_in: Callable[[str], Browser]
) -> None:
    fill(parts, clock)
    auditor = signed_in("auditor")

    def shown(query: str) -> list[str]:
        page = auditor.get(f"/audit?{query}").text
        main = page.split("<tbody>")[1] if "<tbody>" in page else ""
        return [words for words in ("开放调查", "导出答卷", "新建账号", "登录") if f">{words}</td>" in main]

    assert shown("") == ["开放调查", "导出答卷", "新建账号", "登录"]
    assert shown(f"who=staff:{staff_id(parts, 'user-office')}") == ["开放调查"]
    assert shown("who=command") == ["新建账号"]
    assert shown("what=export") == ["导出答卷"]
    assert shown("what=round_opened") == ["开放调查"]
    assert shown("until=2026-12-01") == ["开放调查"]
    assert shown("since=2026-12-02&what=change") == ["新建账号"]
    assert shown("about=round:1") == ["开放调查", "导出答卷"]
    assert "这个范围里没有" in auditor.get("/audit?since=2027-01-01").text


@pytest.mark.parametrize(
    "query",
    ["who=staff:999", "who=%27", "what=nonsense", "since=2026-13-01", "since=2026-12-02&until=2026-12-01"],
)
def test_a_filter_nobody_knows_is_refused_with_a_sentence(query: str, office: Browser) -> None:
    answer = office.get(f"/audit?{query}")

    assert answer.status_code == 400
    assert "。" in answer.text


def test_words_from_an_address_are_no_html(office: Browser) -> None:
    assert "<script>" not in office.get("/audit?about=%3Cscript%3E").text


def test_a_long_log_has_pages(office: Browser, parts: Parts) -> None:
    with parts.writing() as session:
        for number in range(120):
            record(session, Act.RESPONSE_SHOWN, Who.staff(1, "张三"), f"response:{number}")

    assert "第1到50条，共121条" in office.get("/audit").text
    assert "第101到121条" in office.get("/audit?page=3").text
    assert "一共只有3页" in office.get("/audit?page=9").text


def test_the_filtered_log_is_taken_away_and_that_is_written_down(
    parts: Parts, clock: HandClock, signed_in: Callable[[str], Browser], audit_log: AuditLog
) -> None:
    fill(parts, clock)
    auditor = signed_in("auditor")

    answer = auditor.post("/audit/export?what=export", page="/audit", buffered=True)

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["number", "time", "who", "what", "about", "details"]
    assert rows[1:] == [["2", "2026-12-02 09:00:00", "user-auditor", "导出答卷", "调查 1", "份数：12"]]
    assert acts(parts)[-1][0] == "audit_exported"
    assert list((parts.settings.var / "exports").iterdir()) == []
    assert troubles(parts.engine, audit_log) == []


def test_a_log_that_cannot_be_written_as_a_file_is_a_sentence_and_leaves_nothing(
    office: Browser, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    (parts.settings.var / "exports").write_text("a file where the folder should be")

    answer = office.post("/audit/export", page="/audit")

    assert "文件没有写成" in answer.text
    assert "request_failed" not in caplog.messages
    assert acts(parts)[-1][0] == "signed_in"


def test_an_act_of_a_newer_program_is_shown_as_it_is(office: Browser, parts: Parts) -> None:
    with parts.writing() as session:
        session.add(
            AuditEntry(
                number=77, at=START, act="made_tea", who_kind="staff", who_id=1, who_name="张三",
                about="teapot:3", details="{}", key_id="k", mac="m",
            )
        )  # fmt: skip

    page = office.get("/audit").text

    assert "made_tea" in page
    assert "teapot 3" in page
