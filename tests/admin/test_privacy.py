"""What is kept how long, on a screen; and deleting somebody's data when they asked for it."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from admin.parts import Parts
from core.conversation.models import Conversation, HelpRequest
from core.upkeep.retention import read_days
from core.upkeep.sweeping import sweep
from tests.admin.conftest import Browser
from tests.hand_clock import START


def wish(parts: Parts) -> None:
    with parts.writing() as session:
        session.add(HelpRequest(id=5, person="p", at=START, phone=parts.keys.wrap(b"13800138000")))
        session.add(Conversation(person="p", state='{"runs":3}', updated_at=START))


def test_the_screen_says_how_long_and_when_it_was_last_swept(
    parts: Parts, signed_in: Callable[[str], Browser]
) -> None:
    auditor = signed_in("auditor")
    assert "还没有" in auditor.get("/privacy").text

    sweep(parts.engine, read_days(parts.settings.var), START + timedelta(days=1))

    page = auditor.get("/privacy").text
    assert "30天，从办完算起" in page
    assert "12月2日" in page


def test_a_file_nobody_can_read_is_said_on_the_screen(office: Browser, parts: Parts) -> None:
    parts.settings.var.mkdir(parents=True, exist_ok=True)
    (parts.settings.var / "retention.yaml").write_text("media: 九十\n", "utf-8")

    page = office.get("/privacy")

    assert page.status_code == 200
    assert "要是0到36500的整数" in page.text


def test_the_office_asks_once_and_then_deletes(office: Browser, parts: Parts, round_id: int) -> None:
    wish(parts)
    assert "按本人要求删除" in office.get("/help/5").text
    assert "删掉就找不回来" in office.get("/help/5/erase").text

    assert office.post("/help/5/erase", page="/help/5/erase").status_code == 303

    page = office.get("/help/5").text
    assert "13800138000" not in page
    assert "按本人要求删除" not in page
    with Session(parts.engine) as session:
        found = session.get_one(HelpRequest, 5)
        assert (found.person, found.phone, found.done_at) == ("", None, START)
    assert office.post("/help/5/erase", page="/help/5/erase").status_code == 409
    assert "办公室经手删过1次" in office.get("/privacy").text


def test_an_auditor_deletes_nothing(signed_in: Callable[[str], Browser], parts: Parts) -> None:
    wish(parts)

    assert signed_in("auditor").post("/help/5/erase", page="/privacy").status_code in (400, 403)
    with Session(parts.engine) as session:
        assert session.get_one(HelpRequest, 5).person == "p"
