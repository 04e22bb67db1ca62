"""The screens of reminders and of the outbox: what is shown, what the office can do, what others cannot."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.audit.models import AuditEntry
from core.outbox.gate import ALL, halt
from core.outbox.kinds import Kind
from core.outbox.models import OutboxMessage
from core.places.models import Unit
from core.reminders.rules import read_rules
from core.reminders.service import run
from tests.admin.conftest import Browser
from tests.hand_clock import HandClock
from tests.liaisons.makers import make_liaison
from tests.rectification.cast import OTHER_UNIT, UNIT, make_item

PHONE = "13977812345"


@pytest.fixture(autouse=True)
def _office_hours(parts: Parts) -> None:
    """As in a real installation, not as in a demonstration."""
    sending = replace(parts.settings.sending, any_time=False)
    parts.settings = replace(parts.settings, sending=sending)


@pytest.fixture
def reminded(parts: Parts, clock: HandClock) -> int:
    """An item of a unit whose liaison has no phone bound, long overdue, reminded of; the message's number."""
    with parts.writing() as session:
        _make_city(session)
        make_item(session, clock(), first_deadline=date(2026, 12, 10))
    make_liaison(parts.engine, parts.keys, clock(), subject_code=UNIT, phone=PHONE)
    clock.advance(days=28)
    run(parts.engine, read_rules(), clock())
    with parts.writing() as session:
        session.execute(
            update(OutboxMessage).values(
                state="failed", reason="no_account", call="needed", settled_at=clock()
            )
        )
        return session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)).all()[-1]


def _make_city(session: Session) -> None:
    """Two units; the office's account, number 1, hands items out."""
    for code, name in ((UNIT, "市交通局"), (OTHER_UNIT, "市住建局")):
        session.add(Unit(code=code, name=f"河池{name}", short_name=name, category="政府部门"))
    session.flush()


def test_the_list_says_what_became_of_each_message_and_can_be_filtered(
    reminded: int, office: Browser
) -> None:
    page = office.get("/outbox").text

    assert "已逾期19天" in page
    assert "没发成" in page
    assert "市交通局" in page
    assert "已逾期19天" in office.get("/outbox?state=failed&kind=digest&unit=U024&day=2026-12-29").text
    assert "这个范围里没有" in office.get("/outbox?state=delivered").text
    assert "这个范围里没有" in office.get("/outbox?day=2026-12-01").text
    for wrong in ("state=gone", "kind=sms", "unit=U999", "channel=fax", "call=x", "day=31.12."):
        assert office.get(f"/outbox?{wrong}").status_code == 400, wrong


def test_a_call_is_made_marked_and_taken_back(reminded: int, office: Browser) -> None:
    calls = office.get("/outbox?call=needed").text
    assert "要给谁打电话" in calls
    assert PHONE not in calls
    page = f"/outbox/{reminded}"
    assert PHONE in office.get(page).text

    office.post(f"{page}/called", page=page)
    assert "已打电话，" in office.get(page).text
    office.post(f"{page}/uncalled", page=page)

    assert "有人打了电话" in office.get(page).text
    assert "改回：还没打电话" in office.get(page).text
    assert "user-office" in office.get(page).text


def test_a_person_sends_a_failed_message_again_and_never_one_that_is_on_its_way(
    reminded: int, office: Browser, parts: Parts
) -> None:
    page = f"/outbox/{reminded}"
    assert office.post(f"{page}/resend", page=page).status_code == 303
    assert "排队中" in office.get(page).text
    assert "有人点了重发" in office.get(page).text

    again = office.post(f"{page}/resend", page="/reminders")

    assert again.status_code == 409
    assert "不用重发" in again.text


def test_a_stop_is_an_alarm_on_every_page_of_sending_and_goes_on_by_a_button(
    office: Browser, parts: Parts, clock: HandClock
) -> None:
    with parts.engine.begin() as connection:
        halt(connection, ALL, 40125, "微信接口没有成功：AppSecret 不对。", clock(), None, is_alarm=True)
        halt(connection, Kind.URGE, 40037, "模板编号不对。", clock(), None, is_alarm=True)

    for page in ("/outbox", "/reminders"):
        text = office.get(page).text
        assert "全部提醒停着" in text
        assert "AppSecret 不对" in text
        assert "督办提醒停着" in text
    assert "提醒停着，没有往外发" in office.get("/").text
    office.post("/outbox/go-on", {"scope": ""}, page="/outbox")

    assert "全部提醒停着" not in office.get("/outbox").text
    assert "督办提醒停着" in office.get("/outbox").text
    assert office.post("/outbox/go-on", {"scope": "x"}, page="/outbox").status_code == 409


def test_the_rules_are_shown_with_how_often_they_fired(reminded: int, office: Browser) -> None:
    page = office.get("/reminders").text

    for rule in read_rules().rules:
        assert rule.says in page
    assert "超期的每周提醒联络员一次" in page
    assert "12月29日" in page
    assert "2027年的节假日和调休还不知道" in page


def test_what_reached_the_office_is_listed_and_ticked_off(reminded: int, office: Browser) -> None:
    assert "升级到办公室，请过问" in office.get("/").text
    page = office.get("/reminders").text
    assert "升级到办公室的（3件）" in page or "升级到办公室的（2件）" in page
    before = page.count("已过问")
    number = page.split("/admin/reminders/")[-1].split("/seen")[0]

    office.post(f"/reminders/{number}/seen", page="/reminders")

    assert office.get("/reminders").text.count("已过问") == before - 1


def test_the_preview_shows_what_would_go_out_and_sends_nothing(
    office: Browser, parts: Parts, clock: HandClock
) -> None:
    with parts.writing() as session:
        _make_city(session)
        make_item(session, clock(), first_deadline=date(2026, 12, 10))
        make_item(session, clock(), lead=OTHER_UNIT, first_deadline=date(2026, 12, 10))
    make_liaison(parts.engine, parts.keys, clock(), subject_code=UNIT)

    page = office.get("/reminders/preview?at=2026-12-12T12:00").text

    assert "12月12日（周六）12:00不发提醒，下面是12月14日（周一）09:00要发的" in page
    assert "已逾期4天" in page
    assert "打电话" in page
    assert "没有联络员，提醒不了" in page
    assert "市住建局" in page
    assert office.get("/reminders/preview?at=morgen").status_code == 400
    with parts.engine.connect() as connection:
        assert connection.scalar(select(OutboxMessage.id)) is None


def test_the_office_is_asked_before_it_urges_and_comes_back_to_where_it_was(
    reminded: int, office: Browser, parts: Parts
) -> None:
    back = "/admin/items/units?sort=overdue"
    for page, button in (
        ("/items/1", "/admin/reminders/urge?item=1"),
        ("/items/units", f"/admin/reminders/urge?unit={UNIT}"),
        ("/items/units", "/admin/reminders/urge?overdue=1"),
        ("/liaisons/", f"/admin/reminders/urge?unit={UNIT}"),
    ):
        assert button in office.get(page).text, page

    asked = office.get(f"/reminders/urge?unit={UNIT}&back={back}").text
    assert "现在就催市交通局吗" in asked
    assert "1件事项，1位联络员" in asked
    assert "没有绑定微信" in asked
    assert "1号已逾期19天" in asked
    assert _urges(parts) == []

    data = {"unit": UNIT, "back": back}
    answer = office.post("/reminders/urge", data, page=f"/reminders/urge?unit={UNIT}&back={back}")
    assert answer.headers["Location"] == back
    assert "1条提醒排进队里了，马上就发" in office.get("/items/units?sort=overdue").text
    assert _urges(parts) == [("reminded", f"unit:{UNIT}")]


def test_what_cannot_be_urged_is_said_on_the_page_one_came_from(
    reminded: int, office: Browser, parts: Parts, clock: HandClock
) -> None:
    def says(**data: str) -> str:
        return office.get("/reminders/urge", query_string=data, follow_redirects=True).text

    def urges(**data: str) -> str:
        return office.post("/reminders/urge", data, page="/items/1", follow_redirects=True).text

    assert "1条提醒排进队里了，马上就发" in urges(item="1号")
    assert "刚才已经催过了" in urges(item="1")
    assert "刚才已经催过了" in says(item="1", back="/admin/items/1")
    assert "不在单位手里" in says(item="99")
    assert "请填事项的编号" in says(item="十二")
    assert "请选一个单位" in says(unit="U999")
    assert "请选一个单位" in says(unit="")
    assert "没有要办的事项" in says(unit=OTHER_UNIT)
    assert office.get("/reminders/urge?item=99&back=https://elsewhere.cn/").headers["Location"] == "/admin/"
    assert len(_urges(parts)) == 1
    clock.advance(hours=12)  # nine in the evening; the session is long over
    again = Browser(office.client)
    again.sign_in("user-office")
    assert "再发。发出去的收不回来" in again.get("/reminders/urge?overdue=1").text
    late = again.post("/reminders/urge", {"overdue": "1"}, page="/items/1", follow_redirects=True)
    assert "上班后就发" in late.text


def _urges(parts: Parts) -> list[tuple[str, str]]:
    """What the audit log says of them."""
    query = select(AuditEntry.act, AuditEntry.about).where(AuditEntry.act == "reminded")
    with parts.engine.connect() as connection:
        return [(row.act, row.about) for row in connection.execute(query)]


def test_the_list_is_taken_away_as_a_workbook(reminded: int, office: Browser) -> None:
    with office.get("/outbox/export?state=failed") as answer:
        workbook = openpyxl.load_workbook(io.BytesIO(answer.data))

    rows = list(workbook.active.values)  # type: ignore[union-attr]
    assert rows[0][:5] == ("编号", "写入时间", "单位", "种类", "内容")
    assert ("市交通局", "每日提醒") in [row[2:4] for row in rows]
    assert PHONE not in str(rows)


def test_an_auditor_looks_and_changes_nothing(reminded: int, signed_in: Callable[[str], Browser]) -> None:
    auditor = signed_in("auditor")

    page = auditor.get(f"/outbox/{reminded}").text
    assert PHONE not in page
    assert "再发一次" not in page
    assert "现在就催" not in auditor.get("/reminders").text
    assert "催办" not in auditor.get("/items/units").text + auditor.get("/liaisons/").text
    for path in (f"/outbox/{reminded}/resend", f"/outbox/{reminded}/called", "/reminders/urge"):
        assert auditor.post(path, page="/reminders").status_code == 403


def test_empty_pages_say_how_they_fill(office: Browser) -> None:
    assert "还没有发过提醒" in office.get("/outbox").text
    assert "没有要打电话的" in office.get("/outbox?call=needed").text
    assert "没有要发的" in office.get("/reminders/preview").text
