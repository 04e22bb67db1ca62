"""People who asked for a human."""

from sqlalchemy import insert

from admin.parts import Parts
from core.conversation.models import HelpRequest
from tests.admin.conftest import Browser
from tests.hand_clock import START
from tests.reports.factories import QINGYUAN


def ask_for_help(parts: Parts, phone: str = "13812345678") -> int:
    with parts.writing() as session:
        sealed = parts.keys.wrap(phone.encode()) if phone else None
        made = insert(HelpRequest).values(
            person="p", at=START, place_code=QINGYUAN, question="gov", phone=sealed
        )
        return int(session.scalars(made.returning(HelpRequest.id)).one())


def test_who_waits_is_on_the_first_page_with_a_masked_number(
    office: Browser, parts: Parts, round_id: int
) -> None:
    ask_for_help(parts)

    page = office.get("/").text

    assert "1人在等办公室回电话" in page
    assert "宜州区庆远镇" in page
    assert "138****5678" in page
    assert "13812345678" not in page


def test_the_office_sees_the_number_to_call(office: Browser, parts: Parts, round_id: int) -> None:
    request_id = ask_for_help(parts)

    assert 'href="tel:13812345678"' in office.get(f"/help/{request_id}").text


def test_done_is_done_at_once_and_can_be_taken_back(office: Browser, parts: Parts, round_id: int) -> None:
    request_id = ask_for_help(parts, phone="")

    office.post(f"/help/{request_id}/done", page="/")
    assert "没有人在等" in office.get("/").text
    assert "撤销" in office.get(f"/help/{request_id}").text

    office.post(f"/help/{request_id}/undo", page="/")
    assert "1人在等办公室回电话" in office.get("/").text


def test_a_request_nobody_made_is_not_found(office: Browser) -> None:
    assert office.get("/help/99").status_code == 404
    assert office.post("/help/99/done", page="/").status_code == 404
    assert office.post("/help/99/undo", page="/").status_code == 404
