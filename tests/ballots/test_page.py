"""The leaders' ballot as a page: one card a county, no script, one cookie."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.ballot.app import create_ballot_app
from admin.parts import Parts
from core.ballots.codes import new_slip, shown_slip
from core.ballots.errors import AlreadyUsed, SlipRefused
from core.ballots.models import BallotDraft, Slip
from core.ballots.slips import count_slips, count_waiting
from tests.ballots.chat import Chat
from tests.ballots.hall import Hall

FIELD = re.compile(r'type="radio" name="(s\d+)" value="(\w+)"')
HIDDEN = re.compile(r'name="shown" value="(\d+)"')


class Browser:
    """Somebody at /ballot/."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> Any:
        return self.client.get(f"/ballot{path}", follow_redirects=True)

    def post(self, path: str, data: dict[str, Any] | None = None) -> Any:
        return self.client.post(f"/ballot{path}", data=data or {}, follow_redirects=True)

    def begins(self, slip: str) -> Any:
        """Type the slip and agree."""
        self.post("/slip", {"code": slip})
        return self.post("/consent", {"act": "agree"})

    def grades(self, number: int, code: str = "g4", **more: str) -> Any:
        """Answer a card with one grade throughout."""
        page = self.get(f"/card/{number}").text
        names = dict.fromkeys(name for name, _ in FIELD.findall(page))
        return self.post(
            f"/card/{number}", dict.fromkeys(names, code) | {"shown": HIDDEN.findall(page)} | more
        )

    def fills_in(self, slip: str, code: str = "g4") -> Any:
        """All cards."""
        self.begins(slip)
        for number in range(1, 12):
            self.grades(number, code)
        return self.grades(12)


@pytest.fixture
def app(hall: Hall) -> Flask:
    return create_ballot_app(
        Parts(engine=hall.engine, settings=hall.settings, clock=hall.clock, keys=hall.ring)
    )


@pytest.fixture
def open_browser(app: Flask) -> Callable[[], Browser]:
    return lambda: Browser(app.test_client())


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def counts(hall: Hall) -> tuple[int, int]:
    with hall.engine.connect() as connection:
        return count_waiting(connection, hall.round_id), count_slips(connection, hall.round_id)[1]


def test_type_the_slip_fill_in_look_through_and_hand_in(hall: Hall, browser: Browser) -> None:
    slip = hall.slips(10)[0]

    assert "请输入纸票上的10个字符" in browser.get("/").text
    assert "河池市2021年度领导评价" in browser.post("/slip", {"code": shown_slip(slip).lower()}).text
    assert "第1个，共12个" in browser.post("/consent", {"act": "agree"}).text
    for number in range(1, 13):
        browser.grades(number)
    summary = browser.get("/summary").text
    assert summary.count("好 好 好 好 好") == 11
    assert "交上了" in browser.post("/hand-in").text

    assert counts(hall) == (1, 1)
    assert browser.client.get_cookie("minyi_ballot", path="/ballot") is None
    assert "请输入纸票上的10个字符" in browser.get("/summary").text


def test_a_card_with_something_missing_says_what_and_keeps_the_rest(hall: Hall, browser: Browser) -> None:
    browser.begins(hall.slips(10)[0])
    page = browser.get("/card/1").text
    names = list(dict.fromkeys(name for name, _ in FIELD.findall(page)))

    refused = browser.post("/card/1", {names[0]: "g2", "shown": HIDDEN.findall(page)})

    assert refused.status_code == 422
    assert refused.text.count("这一项还没有选") == 4
    assert f'name="{names[0]}" value="g2" checked' in refused.text
    assert "第1个，共12个" in refused.text


def test_a_poor_grade_brings_up_the_question_why_once(hall: Hall, browser: Browser) -> None:
    browser.begins(hall.slips(10)[0])

    again = browser.grades(1, "g1")
    assert "主要是哪方面的问题" in again.text
    assert "多出了一项" in again.text
    page = again.text
    names = dict.fromkeys(name for name, _ in FIELD.findall(page))
    on = browser.post("/card/1", dict.fromkeys(names, "g1") | {"shown": HIDDEN.findall(page)})

    assert "第2个" in on.text


def test_same_as_above_and_recusing(hall: Hall, browser: Browser) -> None:
    browser.begins(hall.slips(10)[0])
    browser.grades(1, "g3")

    assert "第3个" in browser.post("/card/2", {"act": "same"}).text
    assert "第4个" in browser.post("/card/3", {"act": "recuse"}).text

    summary = browser.get("/summary").text
    assert summary.count("较好 较好 较好 较好 较好") == 2
    assert "回避" in summary
    browser.grades(3, "g4")
    assert "回避</span>" not in browser.get("/summary").text


def test_changing_a_line_from_the_summary_leads_back_to_it(hall: Hall, browser: Browser) -> None:
    browser.fills_in(hall.slips(10)[0])

    page = browser.get("/card/5").text
    assert 'name="then" value="summary"' in page
    changed = browser.grades(5, "dk", then="summary")

    assert "请看一遍" in changed.text
    assert "不了解 不了解 不了解 不了解 不了解" in changed.text


def test_wrong_slips_get_one_sentence_and_are_slowed_down(hall: Hall, browser: Browser) -> None:
    used = hall.slips(10)[0]
    browser.fills_in(used)
    browser.post("/hand-in")

    said = [browser.post("/slip", {"code": words}) for words in (used, new_slip(), "乱写")]

    assert all(SlipRefused.say in page.text and page.status_code == 422 for page in said)
    pages = [browser.post("/slip", {"code": new_slip()}).text for _ in range(60)]
    assert sum(SlipRefused.say in page for page in pages) < 10
    assert "请过" in pages[-1]


def test_two_browsers_with_one_slip(hall: Hall, open_browser: Callable[[], Browser]) -> None:
    slip = hall.slips(10)[0]
    one, two = open_browser(), open_browser()
    one.fills_in(slip)
    two.fills_in(slip, "g3")

    assert "交上了" in two.post("/hand-in").text
    assert AlreadyUsed.say in one.post("/hand-in").text

    assert counts(hall) == (1, 1)
    assert hall.count(BallotDraft) == 1


def test_a_slip_used_in_the_chat_is_used_on_the_page(hall: Hall, browser: Browser) -> None:
    slip = hall.slips(10)[0]
    Chat(hall).votes("o-1", slip)

    assert SlipRefused.say in browser.post("/slip", {"code": slip}).text


def test_handing_in_twice_counts_once(hall: Hall, browser: Browser) -> None:
    browser.fills_in(hall.slips(10)[0])
    browser.post("/hand-in")

    assert "请输入" in browser.post("/hand-in").text
    assert counts(hall) == (1, 1)


def test_an_unfinished_ballot_is_not_handed_in(hall: Hall, browser: Browser) -> None:
    browser.begins(hall.slips(10)[0])
    browser.grades(1)

    assert "还有没填的" in browser.post("/hand-in").text
    assert counts(hall) == (0, 0)


def test_coming_back_goes_on_where_it_was_for_a_week(hall: Hall, browser: Browser) -> None:
    browser.begins(hall.slips(10)[0])
    browser.grades(1)
    browser.grades(2)

    assert "第3个" in browser.get("/").text
    hall.clock.advance(days=8)
    hall.mix()
    assert "请输入" in browser.get("/").text


def test_declining_and_deleting_leave_the_slip_unused(hall: Hall, browser: Browser) -> None:
    slip = hall.slips(10)[0]
    browser.post("/slip", {"code": slip})
    assert "先不评" in browser.post("/consent", {"act": "decline"}).text
    browser.begins(slip)
    assert "删掉了" in browser.post("/leave").text

    assert hall.count(BallotDraft) == 0
    with hall.engine.connect() as connection:
        assert not connection.scalar(select(Slip.used).where(Slip.used))


def test_the_round_closing_in_the_middle_is_told(hall: Hall, browser: Browser) -> None:
    browser.fills_in(hall.slips(10)[0])
    hall.close()

    assert "已经截止" in browser.post("/hand-in").text
    assert counts(hall) == (0, 0)


def test_the_only_cookie_is_readable_by_no_script_and_sent_to_the_ballot_alone(
    hall: Hall, app: Flask
) -> None:
    client = app.test_client()
    assert "Set-Cookie" not in client.get("/ballot/").headers

    answer = client.post("/ballot/slip", data={"code": hall.slips(10)[0]})

    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Strict" in cookies[0]
    assert "Path=/ballot" in cookies[0]


def test_another_sites_form_is_refused(hall: Hall, app: Flask) -> None:
    client = app.test_client()

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert client.post("/ballot/slip", data={"code": "x"}, headers=headers).status_code == 403


def test_pages_need_no_script_and_forbid_it(hall: Hall, browser: Browser) -> None:
    browser.begins(hall.slips(10)[0])

    for path in ("/", "/card/1", "/summary", "/privacy", "/done"):
        page = browser.get(path)
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
        assert 'lang="zh-CN"' in page.text


def test_what_is_not_there_is_told_politely(hall: Hall, browser: Browser) -> None:
    browser.begins(hall.slips(10)[0])

    for path in ("/card/0", "/card/99", "/elsewhere"):
        assert browser.get(path).status_code == 404
    assert browser.post("/slip", {"code": "x" * 70_000}).status_code == 413
