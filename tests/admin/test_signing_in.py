"""Signing in: what is told, what is slowed down, and when a session is over."""

import re
from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select, update

from admin.app import create_app
from admin.parts import Parts
from core.config import Settings
from core.people.models import Staff
from core.people.service import set_password
from core.signin.models import StaffSession
from tests.admin.conftest import PASSWORD, Browser
from tests.hand_clock import HandClock

WRONG = "账号或密码不对"


def test_a_right_password_leads_to_the_first_page(browser: Browser) -> None:
    answer = browser.sign_in("user-office")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")
    assert "今天要做什么" in browser.get("/").text


def test_a_wrong_password_and_an_unknown_name_read_the_same(browser: Browser) -> None:
    wrong = browser.sign_in("user-office", "not the password")
    unknown = browser.sign_in("nobody", "not the password")

    assert wrong.status_code == unknown.status_code == 401
    assert WRONG in wrong.text

    def without_token_and_name(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    assert without_token_and_name(wrong.text) == without_token_and_name(unknown.text)


def test_empty_fields_are_said_at_the_field(browser: Browser) -> None:
    answer = browser.post("/login", {"name": "", "password": ""})

    assert answer.status_code == 400
    assert "请填账号。" in answer.text
    assert "请填密码。" in answer.text


def test_a_name_no_database_can_hold_is_just_wrong(browser: Browser) -> None:
    assert browser.sign_in("user\x00office").status_code == 401


def test_without_its_token_a_form_is_refused(browser: Browser) -> None:
    answer = browser.client.post("/admin/login", data={"name": "user-office", "password": PASSWORD})

    assert answer.status_code == 400
    assert "表单已经过期" in answer.text
    assert (
        "minyi_admin" not in str(answer.headers.get("Set-Cookie", "")) or browser.get("/").status_code == 303
    )


def test_a_hundred_wrong_passwords_are_told_how_long_to_wait(browser: Browser, parts: Parts) -> None:
    statuses = [browser.sign_in("user-office", f"guess {n}").status_code for n in range(12)]

    assert statuses == [401] * 5 + [429] * 7
    answer = browser.sign_in("user-office", PASSWORD)
    assert answer.status_code == 429
    assert "请等30秒再登录" in answer.text


def test_a_name_that_does_not_exist_has_to_wait_just_so(browser: Browser) -> None:
    for _ in range(5):
        browser.sign_in("nobody", "guess")

    assert "请等30秒再登录" in browser.sign_in("nobody", "guess").text


def test_after_the_wait_the_right_password_gets_in_and_the_count_starts_afresh(
    browser: Browser, clock: HandClock
) -> None:
    for _ in range(5):
        browser.sign_in("user-office", "guess")
    clock.advance(seconds=31)

    assert browser.sign_in("user-office").status_code == 303
    assert browser.sign_in("user-office", "guess").status_code == 401


def test_waiting_grows_with_every_wrong_password_up_to_a_quarter_of_an_hour(
    browser: Browser, clock: HandClock
) -> None:
    for _ in range(4):
        browser.sign_in("user-office", "guess")
    waits = []
    for _ in range(8):
        browser.sign_in("user-office", "guess")
        found = re.search(r"请等(\d+)(秒|分钟)", browser.sign_in("user-office", "guess").text)
        assert found
        waits.append(found.group(1) + found.group(2))
        clock.advance(minutes=16)

    assert waits == ["30秒", "1分钟", "2分钟", "4分钟", "8分钟", "15分钟", "15分钟", "15分钟"]


def test_one_address_cannot_try_many_names(browser: Browser) -> None:
    for number in range(20):
        assert browser.sign_in(f"name-{number}", "guess").status_code == 401

    assert browser.sign_in("user-office").status_code == 429


def test_behind_a_trusted_proxy_each_client_counts_for_itself(parts: Parts, settings: Settings) -> None:
    trusting = Settings.load(
        {"MINYI_DEMO": "1", "MINYI_VAR": str(settings.var), "MINYI_TRUSTED_PROXIES": "127.0.0.1/32"}
    )
    browser = Browser(create_app(replace_settings(parts, trusting)).test_client())
    for number in range(20):
        browser.sign_in(f"name-{number}", "guess", headers={"X-Forwarded-For": "198.51.100.7"})

    refused = browser.sign_in("user-office", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    let_in = browser.sign_in("user-office", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})

    assert (refused.status_code, let_in.status_code) == (429, 303)


def test_the_header_of_an_untrusted_client_is_not_believed(browser: Browser) -> None:
    for number in range(20):
        browser.sign_in(f"name-{number}", "guess", headers={"X-Forwarded-For": f"198.51.100.{number}"})

    assert browser.sign_in("user-office", headers={"X-Forwarded-For": "198.51.100.99"}).status_code == 429


def test_signing_in_begins_a_new_session(browser: Browser) -> None:
    before = browser.token("/login")
    browser.sign_in("user-office")
    with browser.client.session_transaction("/admin/") as cookie:
        first = cookie["token"]

    browser.sign_in("user-office")
    with browser.client.session_transaction("/admin/") as cookie:
        second = cookie["token"]

    assert first != second
    assert browser.client.post("/admin/logout", data={"csrf_token": before}).status_code == 400


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = browser.sign_in("user-office").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/admin" in cookie


def test_outside_a_demo_the_cookie_travels_by_https_only(parts: Parts, settings: Settings) -> None:
    served = replace(settings, demo=False, public_url="https://minyi.example.gov.cn")
    app = create_app(replace_settings(parts, served))
    browser = Browser(app.test_client())

    page = app.test_client().get("/admin/login", base_url="https://minyi.example.gov.cn")

    assert "Secure" in page.headers["Set-Cookie"]
    assert browser.get("/login").status_code == 200


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(office: Browser, app: Flask) -> None:
    with office.client.session_transaction("/admin/") as cookie:
        kept = dict(cookie)

    assert office.post("/logout", page="/").status_code == 303

    thief = app.test_client()
    with thief.session_transaction("/admin/") as cookie:
        cookie.update(kept)
    assert thief.get("/admin/").status_code == 303


def test_signing_out_takes_a_button_not_a_link(office: Browser) -> None:
    assert office.get("/logout").status_code == 405
    assert office.get("/").status_code == 200


def test_half_an_hour_without_a_page_ends_the_session(office: Browser, clock: HandClock) -> None:
    clock.advance(minutes=29)
    assert office.get("/").status_code == 200
    clock.advance(minutes=29)
    assert office.get("/rounds/").status_code == 200
    clock.advance(minutes=31)

    answer = office.get("/rounds/")

    assert answer.status_code == 303
    assert "已经退出" in office.client.get(answer.headers["Location"]).text


def test_no_session_lives_longer_than_twelve_hours(office: Browser, clock: HandClock) -> None:
    for _ in range(12 * 3 + 1):
        clock.advance(minutes=20)
        last = office.get("/rounds/")

    assert last.status_code == 303


def test_a_disabled_account_is_out_at_once(office: Browser, parts: Parts, clock: HandClock) -> None:
    with parts.writing() as session:
        session.execute(update(Staff).values(disabled_at=clock()))

    assert office.get("/").status_code == 303
    assert WRONG in office.sign_in("user-office").text


def test_a_new_password_ends_every_session_begun_with_the_old(office: Browser, parts: Parts) -> None:
    with parts.writing() as session:
        set_password(session, "user-office", "another horse 2027")

    assert office.get("/").status_code == 303


def test_another_role_or_county_counts_from_the_next_page(office: Browser, parts: Parts) -> None:
    assert office.get("/accounts").status_code == 200
    with parts.writing() as session:
        session.execute(
            update(Staff).where(Staff.name == "user-office").values(role="county", county_code="451203")
        )

    assert office.get("/accounts").status_code == 403
    assert office.get("/rounds/").status_code == 200


def test_sessions_that_are_over_are_cleared_away(
    parts: Parts, signed_in: Callable[[str], Browser], clock: HandClock
) -> None:
    signed_in("office")
    clock.advance(hours=13)
    signed_in("office")

    with parts.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(StaffSession)) == 1


def test_after_signing_in_one_is_where_one_wanted_to_be(browser: Browser) -> None:
    asked = browser.get("/rounds/?x=1").headers["Location"]

    answer = browser.client.post(
        asked, data={"csrf_token": browser.token("/login"), "name": "user-office", "password": PASSWORD}
    )

    assert answer.headers["Location"] == "/admin/rounds/?x=1"


def test_nobody_is_sent_to_another_site(browser: Browser) -> None:
    for elsewhere in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/admin/..\\\\evil",
        "/x",
    ):
        answer = browser.client.post(
            "/admin/login",
            query_string={"next": elsewhere},
            data={"csrf_token": browser.token("/login"), "name": "user-office", "password": PASSWORD},
        )
        assert answer.headers["Location"] == "/admin/", elsewhere
        browser.post("/logout", page="/")


def replace_settings(parts: Parts, settings: Settings) -> Parts:
    return Parts(engine=parts.engine, settings=settings, clock=parts.clock, keys=parts.keys)
