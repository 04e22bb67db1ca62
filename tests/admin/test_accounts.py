"""The office keeps accounts; everybody keeps their own."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from admin.parts import Parts
from core.people.models import Staff
from tests.admin.conftest import PASSWORD, Browser

SHOWN = re.compile(r'<p class="big code">([^<]+)</p>')


def staff(parts: Parts, name: str) -> Staff:
    with Session(parts.engine) as session:
        found = session.query(Staff).filter_by(name=name).one()
        session.expunge(found)
        return found


def act(browser: Browser, parts: Parts, name: str, what: str, data: dict[str, str] | None = None) -> int:
    page = f"/accounts/{staff(parts, name).id}"
    status: int = browser.post(f"{page}/{what}", data, page=page).status_code
    return status


@pytest.mark.usefixtures("round_id")
def test_a_new_account_gets_a_password_that_is_shown_once_and_changed_at_once(
    office: Browser, browser: Browser, parts: Parts
) -> None:
    form = {"name": "李小红", "role": "liaison", "tie": "unit:U001"}
    page = office.post("/accounts/new", form, page="/accounts/new").text
    found = SHOWN.search(page)
    assert found

    assert browser.sign_in("李小红", found.group(1)).status_code == 303
    assert browser.get("/").headers["Location"] == "/admin/account/password"
    made = staff(parts, "李小红")
    assert (made.role, made.unit_code, made.password_is_given) == ("liaison", "U001", True)


@pytest.mark.usefixtures("round_id")
@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "role": "office"}, "请填账号。"),
        ({"name": "新来的"}, "请选角色。"),
        ({"name": "user-office", "role": "office"}, "已经有账号“user-office”了"),
        ({"name": "新来的", "role": "county", "tie": "unit:U001"}, "县区账号只能对应一个县区"),
        ({"name": "新来的", "role": "office", "tie": "county:451203"}, "其他角色不对应县区和单位"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_and_nothing_is_made(
    office: Browser, parts: Parts, form: dict[str, str], sentence: str
) -> None:
    answer = office.post("/accounts/new", {"tie": ""} | form, page="/accounts/new")

    assert answer.status_code == 400
    assert sentence in answer.text
    with Session(parts.engine) as session:
        assert session.query(Staff).filter_by(name="新来的").count() == 0


def test_a_disabled_account_is_out_at_once_and_can_come_back(
    office: Browser, signed_in: Callable[[str], Browser], parts: Parts
) -> None:
    auditor = signed_in("auditor")

    assert act(office, parts, "user-auditor", "disable") == 303
    assert auditor.get("/").status_code == 303
    assert auditor.sign_in("user-auditor").status_code == 401
    assert act(office, parts, "user-auditor", "enable") == 303
    assert auditor.sign_in("user-auditor").status_code == 303


def test_nobody_disables_themselves(office: Browser, parts: Parts) -> None:
    assert act(office, parts, "user-office", "disable") == 409
    assert staff(parts, "user-office").disabled_at is None


def test_a_new_password_from_the_office_ends_sessions_and_is_changed_at_once(
    office: Browser, signed_in: Callable[[str], Browser], parts: Parts
) -> None:
    auditor = signed_in("auditor")
    path = f"/accounts/{staff(parts, 'user-auditor').id}"

    found = SHOWN.search(office.post(f"{path}/password", page=path).text)

    assert found
    assert auditor.get("/").status_code == 303
    assert auditor.sign_in("user-auditor", PASSWORD).status_code == 401
    assert auditor.sign_in("user-auditor", found.group(1)).status_code == 303
    assert auditor.get("/").headers["Location"] == "/admin/account/password"


@pytest.mark.usefixtures("round_id")
def test_an_account_is_tied_to_another_unit(office: Browser, parts: Parts) -> None:
    assert act(office, parts, "user-liaison", "tie", {"tie": "county:451203"}) == 303
    assert act(office, parts, "user-liaison", "tie", {"tie": "unit:X99"}) == 409

    tied = staff(parts, "user-liaison")
    assert (tied.county_code, tied.unit_code) == ("451203", "")


def test_the_office_signs_somebody_out_everywhere(
    office: Browser, signed_in: Callable[[str], Browser], parts: Parts
) -> None:
    first, second = signed_in("auditor"), signed_in("auditor")

    assert act(office, parts, "user-auditor", "sessions") == 303

    assert [first.get("/").status_code, second.get("/").status_code] == [303, 303]
    assert "让别处的登录退出" in office.get("/audit").text


def test_ones_own_sessions_are_listed_and_ended(signed_in: Callable[[str], Browser]) -> None:
    here, there, third = signed_in("auditor"), signed_in("auditor"), signed_in("auditor")
    page = here.get("/account").text
    [first, *_rest] = re.findall(r"/admin(/account/sessions/[0-9a-f]{16}/end)", page)

    here.post(first, page="/account")
    assert sorted([there.get("/").status_code, third.get("/").status_code]) == [200, 303]
    here.post("/account/sessions/end", page="/account")

    assert there.get("/").status_code == third.get("/").status_code == 303
    assert here.get("/").status_code == 200


def test_nobody_ends_sessions_of_others_by_guessing(signed_in: Callable[[str], Browser]) -> None:
    auditor, office = signed_in("auditor"), signed_in("office")
    with office.client.session_transaction("/admin/") as cookie:
        assert cookie["token"]

    for guess in ("%25" * 16, "0" * 16, "_" * 16, "0"):
        answer = auditor.post(f"/account/sessions/{guess}/end", page="/account")
        assert answer.status_code == 404, guess
    assert office.get("/").status_code == 200


def test_ones_own_password_is_changed_by_who_knows_it(signed_in: Callable[[str], Browser]) -> None:
    here, there = signed_in("auditor"), signed_in("auditor")

    def change(old: str, new: str, again: str = "") -> int:
        form = {"old": old, "new": new, "again": again or new}
        status: int = here.post("/account/password", form, page="/account/password").status_code
        return status

    assert change("wrong wrong", "another one 8") == 400
    assert change(PASSWORD, PASSWORD) == 400
    assert change(PASSWORD, "short") == 400
    assert change(PASSWORD, "another one 8", "another one 9") == 400
    assert change(PASSWORD, "another one 8") == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303


def test_an_auditor_sees_accounts_and_changes_none(signed_in: Callable[[str], Browser], parts: Parts) -> None:
    auditor = signed_in("auditor")

    assert "user-liaison" in auditor.get("/accounts").text
    page = auditor.get(f"/accounts/{staff(parts, 'user-liaison').id}").text
    assert "停用</button>" not in page
    assert act(auditor, parts, "user-liaison", "disable") == 403


def test_an_account_that_is_not_there_is_said_so(office: Browser) -> None:
    assert office.get("/accounts/999").status_code == 404
