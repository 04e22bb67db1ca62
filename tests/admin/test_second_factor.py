"""Signing in with two factors, through the pages."""

import re
from collections.abc import Callable
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from admin.app import create_app
from admin.parts import Parts
from core.people.models import Staff
from core.signin.models import RecoveryCode, StaffTotp
from tests.admin.conftest import PASSWORD, Browser
from tests.hand_clock import HandClock

SECRET = re.compile(r'<p class="code">([A-Z2-7 ]+)</p>')
RECOVERY = re.compile(r'<li class="code">([A-Z2-7-]+)</li>')


def set_up(browser: Browser, clock: HandClock) -> tuple[str, list[str]]:
    """Go through the page: the secret, and the recovery codes that are shown."""
    found = SECRET.search(browser.get("/account/totp").text)
    assert found
    secret = found.group(1).replace(" ", "")
    page = browser.post("/account/totp", {"code": pyotp.TOTP(secret).at(clock())}, page="/account/totp")
    assert page.status_code == 200
    clock.advance(seconds=60)
    return secret, RECOVERY.findall(page.text)


@pytest.fixture
def strict(parts: Parts) -> Callable[[], Browser]:
    """Browsers of an installation that asks the office for a second factor."""
    settings = replace(parts.settings, office_totp="required")
    app = create_app(replace_settings(parts, settings))
    return lambda: Browser(app.test_client())


def replace_settings(parts: Parts, settings: object) -> Parts:
    return Parts(engine=parts.engine, settings=settings, clock=parts.clock, keys=parts.keys)  # type: ignore[arg-type]


def test_with_a_second_factor_the_password_alone_opens_nothing(
    office: Browser, browser: Browser, clock: HandClock
) -> None:
    secret, _codes = set_up(office, clock)

    answer = browser.sign_in("user-office")

    assert answer.headers["Location"] == "/admin/login/code"
    assert browser.get("/").status_code == 303
    assert browser.get("/account").status_code == 303
    right = browser.post("/login/code", {"code": pyotp.TOTP(secret).at(clock())}, page="/login/code")
    assert right.headers["Location"] == "/admin/"
    assert browser.get("/").status_code == 200


def test_the_page_they_came_for_survives_both_steps(
    office: Browser, browser: Browser, clock: HandClock
) -> None:
    secret, _codes = set_up(office, clock)

    first = browser.post(
        "/login?next=/admin/rounds/", {"name": "user-office", "password": "correct horse 2026"}
    )
    path = first.headers["Location"].removeprefix("/admin")
    second = browser.post(path, {"code": pyotp.TOTP(secret).at(clock())}, page=path)

    assert second.headers["Location"] == "/admin/rounds/"


def test_wrong_codes_have_to_wait_and_are_written_down(
    office: Browser, browser: Browser, clock: HandClock
) -> None:
    set_up(office, clock)
    browser.sign_in("user-office")

    statuses = [
        browser.post("/login/code", {"code": "000000"}, page="/login/code").status_code for _ in range(7)
    ]

    assert statuses == [401] * 5 + [429] * 2
    assert office.get("/audit?what=code_failed").text.count("动态口令不对</td>") == 5


def test_the_right_password_does_not_forgive_wrong_codes(
    office: Browser, browser: Browser, clock: HandClock
) -> None:
    set_up(office, clock)
    for _ in range(5):
        browser.sign_in("user-office")
        browser.post("/login/code", {"code": "000000"}, page="/login/code")

    browser.sign_in("user-office")

    assert browser.post("/login/code", {"code": "000000"}, page="/login/code").status_code == 429


def test_a_recovery_code_lets_in_once(office: Browser, browser: Browser, clock: HandClock) -> None:
    _secret, codes = set_up(office, clock)
    browser.sign_in("user-office")
    assert browser.post("/login/code", {"code": codes[3]}, page="/login/code").status_code == 303

    browser.post("/logout", page="/account")
    browser.sign_in("user-office")

    assert browser.post("/login/code", {"code": codes[3]}, page="/login/code").status_code == 401


def test_a_password_waits_ten_minutes_for_its_code(
    office: Browser, browser: Browser, clock: HandClock
) -> None:
    set_up(office, clock)
    browser.sign_in("user-office")
    clock.advance(minutes=11)

    assert browser.get("/login/code").headers["Location"] == "/admin/login"


def test_without_a_password_there_is_no_page_for_codes(browser: Browser) -> None:
    assert browser.get("/login/code").headers["Location"] == "/admin/login"


def test_other_browsers_are_signed_out_when_the_factor_is_set_up(
    office: Browser, signed_in: Callable[[str], Browser], clock: HandClock
) -> None:
    other = signed_in("office")

    set_up(office, clock)

    assert office.get("/").status_code == 200
    assert other.get("/").status_code == 303


def test_in_production_the_office_sets_it_up_before_anything_else(
    strict: Callable[[], Browser], clock: HandClock
) -> None:
    browser = strict()
    browser.sign_in("user-office")

    for path in ("/", "/rounds/", "/audit", "/account"):
        assert browser.get(path).headers["Location"] == "/admin/account/totp", path
    assert "data:" not in browser.get("/account/totp").text
    assert browser.get("/account/totp/code.svg").mimetype == "image/svg+xml"
    secret, codes = set_up(browser, clock)
    assert len(codes) == 10
    assert browser.get("/").status_code == 200
    off = browser.post("/account/totp/off", {"code": pyotp.TOTP(secret).at(clock())}, page="/account")
    assert off.status_code == 409


def test_others_are_not_made_to(strict: Callable[[], Browser]) -> None:
    browser = strict()
    browser.sign_in("user-auditor")

    assert browser.get("/").status_code == 200


def test_it_can_be_switched_off_and_renewed_with_a_code(office: Browser, clock: HandClock) -> None:
    secret, codes = set_up(office, clock)
    totp = pyotp.TOTP(secret)

    assert office.post("/account/totp/recovery", {"code": "1"}, page="/account").status_code == 400
    renewed = office.post("/account/totp/recovery", {"code": totp.at(clock())}, page="/account")
    assert not set(RECOVERY.findall(renewed.text)) & set(codes)
    clock.advance(seconds=60)
    assert office.post("/account/totp/off", {"code": totp.at(clock())}, page="/account").status_code == 303
    assert "还没有设" in office.get("/account").text


def test_a_setup_page_is_gone_once_it_is_set_up(office: Browser, clock: HandClock) -> None:
    set_up(office, clock)

    assert office.get("/account/totp").status_code == 303
    assert office.get("/account/totp/code.svg").status_code == 409


def test_a_colleague_takes_a_lost_phone_away(
    signed_in: Callable[[str], Browser], parts: Parts, clock: HandClock
) -> None:
    auditor, office = signed_in("auditor"), signed_in("office")
    set_up(auditor, clock)
    with parts.writing() as session:
        staff_id = session.query(Staff.id).filter_by(name="user-auditor").scalar()

    office.post(f"/accounts/{staff_id}/totp", page=f"/accounts/{staff_id}")

    assert auditor.get("/").status_code == 303
    with Session(parts.engine) as session:
        assert session.query(StaffTotp).count() == session.query(RecoveryCode).count() == 0


def test_a_given_password_is_changed_before_anything_else(browser: Browser, parts: Parts) -> None:
    with parts.writing() as session:
        session.execute(update(Staff).where(Staff.name == "user-auditor").values(password_is_given=True))
    browser.sign_in("user-auditor")

    assert browser.get("/rounds/").headers["Location"] == "/admin/account/password"
    new = {"old": PASSWORD, "new": "my own secret 7", "again": "my own secret 7"}
    assert browser.post("/account/password", new, page="/account/password").status_code == 303
    assert browser.get("/rounds/").status_code == 200
