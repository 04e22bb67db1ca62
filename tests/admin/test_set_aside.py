"""The office sets a response aside and takes it back, with a reason; figures can be read with and without."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from admin.parts import Parts
from core.audit.acts import Act
from core.audit.models import AuditEntry
from core.responses.ids import public_id
from tests.admin.conftest import Browser
from tests.reports.factories import make_response, satisfied_with_everything


@pytest.fixture
def response(parts: Parts, round_id: int) -> str:
    """The address of one of two responses."""
    with parts.writing() as session:
        make_response(session, round_id, satisfied_with_everything())
        made = make_response(session, round_id, satisfied_with_everything("s1"))
    return f"/responses/{public_id(made)}"


def complete(browser: Browser, round_id: int, more: str = "") -> str:
    page = browser.get(f"/rounds/{round_id}/answers{more}").text
    return page.split("完整交上</dt><dd>")[1].split("<")[0]


def test_what_is_set_aside_leaves_the_figures_and_comes_back(
    office: Browser, round_id: int, response: str, parts: Parts
) -> None:
    assert complete(office, round_id) == "2"

    moved = office.post(f"{response}/aside", {"aside": "1", "reason": "打过电话，不是本人"}, page=response)

    assert moved.status_code == 303
    page = office.get(response).text
    assert "搁置着" in page
    assert "user-office，打过电话，不是本人" in page
    assert complete(office, round_id) == "1"
    assert complete(office, round_id, "?aside=1") == "2"
    listed = office.get(f"/rounds/{round_id}/responses?status=set_aside").text
    assert response.rsplit("/", 1)[1] in listed
    assert "共1份" in listed

    office.post(f"{response}/aside", {"aside": "", "reason": "看错了"}, page=response)
    assert complete(office, round_id) == "2"
    with parts.reading() as connection:
        acts = connection.scalars(select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert [act for act in acts if "set_aside" in act or "taken" in act] == [
        Act.RESPONSE_SET_ASIDE,
        Act.RESPONSE_TAKEN_BACK,
    ]


def test_without_a_reason_nothing_happens_and_the_form_says_so(
    office: Browser, round_id: int, response: str
) -> None:
    refused = office.post(f"{response}/aside", {"aside": "1", "reason": "  "}, page=response)

    assert refused.status_code == 409
    assert "请写明理由" in refused.text
    assert complete(office, round_id) == "2"


def test_a_second_click_changes_nothing_more(office: Browser, response: str) -> None:
    for expected in (303, 409):
        sent = office.post(f"{response}/aside", {"aside": "1", "reason": "不是本人"}, page=response)
        assert sent.status_code == expected


def test_an_auditor_sees_decisions_and_has_no_form(
    signed_in: Callable[[str], Browser], office: Browser, response: str
) -> None:
    office.post(f"{response}/aside", {"aside": "1", "reason": "不是本人"}, page=response)

    page = signed_in("auditor").get(response).text

    assert "不是本人" in page
    assert "恢复这份答卷" not in page


def test_a_wrong_filter_is_refused_with_a_sentence(office: Browser, round_id: int) -> None:
    assert office.get(f"/rounds/{round_id}/answers?aside=2").status_code == 400
