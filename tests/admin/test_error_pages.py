"""Whatever goes wrong: one plain sentence, and what to do next."""

import logging

import pytest
from flask import Flask

from core.errors import Busy
from tests.admin.conftest import Browser


def test_an_unknown_address_says_so(office: Browser) -> None:
    answer = office.get("/nowhere")

    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    assert 'lang="zh-CN"' in answer.text


def test_a_role_that_may_not_see_a_page_is_told_whom_to_ask(browser: Browser) -> None:
    browser.sign_in("user-liaison")

    assert "您的账号不能看这一页" in browser.get("/accounts").text


def test_a_form_of_megabytes_is_refused(browser: Browser) -> None:
    answer = browser.post("/login", {"name": "x" * 200_000, "password": "y"})

    assert answer.status_code == 413
    assert "提交的内容太大" in answer.text


def test_a_wrong_way_of_asking_is_refused(office: Browser) -> None:
    assert office.client.put("/admin/rounds/").status_code == 405


def test_a_bug_is_logged_and_the_person_is_told_calmly(
    app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise RuntimeError("the words of a bug")

    app.view_functions["login"] = fail

    with caplog.at_level(logging.ERROR):
        answer = browser.get("/login")

    assert answer.status_code == 500
    assert "系统出错了" in answer.text
    assert "the words of a bug" not in answer.text
    assert "request_failed" in caplog.text


def test_a_busy_database_is_no_bug(app: Flask, browser: Browser) -> None:
    def busy() -> str:
        raise Busy

    app.view_functions["login"] = busy

    answer = browser.get("/login")

    assert answer.status_code == 503
    assert "请过一会儿再试" in answer.text
