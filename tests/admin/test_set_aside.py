"""The office sets a response aside and takes it back, with a reason; figures can be read with and without."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select, update

from admin.parts import Parts
from core.audit.acts import Act
from core.audit.models import AuditEntry
from core.quality.models import QualityChange
from core.responses.ids import public_id
from core.responses.models import Response
from tests.admin.conftest import Browser
from tests.hand_clock import START
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


@pytest.fixture
def aside(office: Browser, parts: Parts, round_id: int) -> tuple[str, list[str]]:
    """The list's address, and three responses that are set aside: two by the rules, one by a person."""
    names = []
    with parts.writing() as session:
        for flags in ("too_fast;burst", "burst", ""):
            made = make_response(session, round_id, satisfied_with_everything(), flags=flags)
            names.append(public_id(made))
            if flags:
                session.execute(update(Response).where(Response.id == made).values(is_set_aside=True))
                change = {"response_id": made, "is_set_aside": True, "flags": flags}
                rules = {"thresholds_hash": "abc123", "staff_id": None, "reason": "", "at": START}
                session.execute(insert(QualityChange).values(change | rules))
    page = f"/responses/{names[2]}"
    office.post(f"{page}/aside", {"aside": "1", "reason": "打过电话，不是本人"}, page=page)
    return f"/rounds/{round_id}/set-aside", names


def test_the_list_names_rule_reason_and_who_decided_and_is_narrowed_by_them(
    office: Browser, aside: tuple[str, list[str]]
) -> None:
    path, names = aside

    def shows(query: str = "") -> list[int]:
        page = office.get(f"{path}{query}").text
        return [number for number, name in enumerate(names) if f"/responses/{name}" in page]

    page = office.get(path).text
    assert shows() == [0, 1, 2]
    assert "答得太快、短时间扎堆" in page
    assert "规则（abc123）" in page
    assert "user-office：打过电话，不是本人" in page
    assert "短时间扎堆（2份）" in page
    assert shows("?rule=too_fast") == [0]
    assert shows("?rule=burst&by=rules") == [0, 1]
    assert shows("?by=person") == [2]
    assert shows("?code=p_nothing") == []
    assert office.get(f"{path}?rule=x").status_code == 400


def test_several_are_taken_back_at_once_for_one_reason(
    office: Browser, aside: tuple[str, list[str]], parts: Parts, round_id: int
) -> None:
    path, names = aside
    assert complete(office, round_id) == "0"

    assert office.post(f"{path}/back", {"reason": "去村里问过"}, page=path).status_code == 409
    refused = office.post(f"{path}/back", {"id": names[:2], "reason": " "}, page=path)
    assert refused.status_code == 409
    assert refused.text.count("checked") == 2
    done = office.post(
        f"{path}/back", {"id": names[:2], "reason": "去村里问过"}, page=path, follow_redirects=True
    )

    assert "恢复了2份" in done.text
    assert complete(office, round_id) == "2"
    assert "user-office，去村里问过" in office.get(f"/responses/{names[0]}").text
    with parts.reading() as connection:
        acts = connection.scalars(select(AuditEntry.act)).all()
    assert acts.count(Act.RESPONSE_TAKEN_BACK) == 2


def test_an_auditor_reads_the_list_and_takes_nothing_back(
    signed_in: Callable[[str], Browser], aside: tuple[str, list[str]]
) -> None:
    path, names = aside
    auditor = signed_in("auditor")

    assert names[0] in auditor.get(path).text
    assert "checkbox" not in auditor.get(path).text
    assert auditor.post(f"{path}/back", {"id": names}, page="/").status_code == 403
