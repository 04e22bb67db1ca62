"""Every address says who may use it, and nobody else gets in."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from admin.app import SCREENS, create_app
from admin.parts import Parts
from admin.routes import EVERYBODY, PREFIX, Route
from core.people.models import Staff
from core.people.roles import Role
from tests.admin.conftest import Browser

ROUTES: list[Route] = [route for screen in SCREENS for route in screen.ROUTES]
# The short list of what can be seen without signing in.
PUBLIC = {"login", "login_code", "static", "wechat_sign_in", "wechat_back", "wechat_choose"}


def address(route: Route) -> str:
    return re.sub(r"<[^>]+>", "1", route.path)


def test_every_rule_of_the_application_comes_from_a_route_with_roles(app: Flask) -> None:
    declared = {route.name: route for route in ROUTES}

    for rule in app.url_map.iter_rules():
        assert rule.rule.startswith(f"{PREFIX}/"), rule
        if rule.endpoint != "static":
            assert declared[rule.endpoint].roles, rule


def test_only_the_short_list_is_open_to_everybody() -> None:
    assert {route.name for route in ROUTES if route.roles == EVERYBODY} | {"static"} == PUBLIC


def test_nobody_gets_in_without_signing_in(browser: Browser) -> None:
    for route in ROUTES:
        if route.roles == EVERYBODY:
            continue
        if "GET" in route.methods:
            answer = browser.get(address(route))
            assert answer.status_code == 303, route
            assert answer.headers["Location"].startswith("/admin/login?next="), route
        if "POST" in route.methods:
            assert browser.post(address(route)).status_code == 401, route


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_is_not_named_is_refused(role: Role, signed_in: Callable[[str], Browser]) -> None:
    browser = signed_in(role.value)
    token = browser.token("/")
    for route in ROUTES:
        if route.roles == EVERYBODY or role in route.roles:
            continue
        if "GET" in route.methods:
            assert browser.get(address(route)).status_code == 403, route
        if "POST" in route.methods:
            answer = browser.client.post(f"/admin{address(route)}", data={"csrf_token": token})
            assert answer.status_code == 403, route


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_first_page_whose_links_it_may_follow(
    role: Role, signed_in: Callable[[str], Browser]
) -> None:
    browser = signed_in(role.value)

    first = browser.get("/")

    assert first.status_code == 200
    assert "<h1>" in first.text
    for link in set(re.findall(r'<a [^>]*href="/admin(/[^"?#]*)', first.text)):
        assert browser.get(link).status_code == 200, link


@pytest.mark.parametrize(("role", "sentence"), [("county", "哪个县区的"), ("liaison", "哪个县区或单位的")])
def test_an_account_that_is_tied_to_nothing_is_told_whom_to_ask(
    role: str, sentence: str, parts: Parts, signed_in: Callable[[str], Browser]
) -> None:
    with parts.writing() as session:
        session.execute(update(Staff).values(county_code="", unit_code=""))

    page = signed_in(role).get("/").text

    assert sentence in page
    assert parts.settings.office.phone in page


@pytest.mark.parametrize("role", ["interviewer", "supervisor"])
def test_those_who_telephone_are_told_that_their_pages_are_still_to_come(
    role: str, signed_in: Callable[[str], Browser]
) -> None:
    assert "电话访问的页面还没有开放" in signed_in(role).get("/").text


def test_an_auditor_sees_and_changes_nothing(signed_in: Callable[[str], Browser], round_id: int) -> None:
    auditor = signed_in("auditor")

    assert auditor.get(f"/rounds/{round_id}/answers").status_code == 200
    assert "新建调查" not in auditor.get("/rounds/").text
    assert auditor.post(f"/rounds/{round_id}/close").status_code == 403


def test_a_view_put_in_beside_the_routes_is_refused(parts: Parts) -> None:
    app = create_app(parts)
    app.add_url_rule("/admin/forgotten", "forgotten", lambda: "secret")
    browser = Browser(app.test_client())
    browser.sign_in("user-office")

    assert browser.get("/forgotten").status_code == 403
