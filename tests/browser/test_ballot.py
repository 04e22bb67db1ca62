"""The leaders' page in a real browser: by keyboard alone, without script, at a phone's width."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import Engine

from admin.ballot.app import create_ballot_app
from admin.parts import Parts
from core.config import Settings
from simulator.serve import serving
from tests.ballots.hall import Hall
from tests.ballots.test_opening import status
from tests.browser.accessibility import serious_faults
from tests.hand_clock import HandClock

PHONE = {"width": 390, "height": 844}
# More than any page of the ballot has stops for the Tab key.
MOST_STOPS = 60
COUNTIES, CRITERIA = 11, 5


@pytest.fixture
def hall(sqlite_engine: Engine, settings: Settings, clock: HandClock) -> Hall:
    """A leaders' round with a ballot box."""
    return Hall(sqlite_engine, settings, clock).seal_box()


@pytest.fixture
def address(hall: Hall) -> Iterator[str]:
    """Where a slip is typed."""
    parts = Parts(engine=hall.engine, settings=hall.settings, clock=hall.clock, keys=hall.ring)
    with serving(create_ballot_app(parts)) as served:
        yield f"{served}/ballot/"


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    """That page on a phone whose browser runs no script."""
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        java_script_enabled=False,
        locale="zh-CN",
    )
    opened = context.new_page()
    opened.goto(address)
    yield opened
    context.close()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(MOST_STOPS):
        if wanted.and_(page.locator(":focus")).count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {wanted}")


def press(page: Page, words: str) -> None:
    """A button, by Tab and Enter; its page must fit the phone."""
    tab_to(page, page.get_by_role("button", name=words))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


def types_slip(page: Page, slip: str) -> None:
    """Its ten characters, and Enter."""
    tab_to(page, page.get_by_role("textbox"))
    page.keyboard.type(slip)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_ballot_is_cast_by_keyboard_alone_without_script(hall: Hall, page: Page) -> None:
    types_slip(page, hall.slips(10)[0].lower())
    press(page, "开始评价")

    # The second grade of each group: Tab into it, Space takes the first, an arrow the next.
    for _ in range(CRITERIA):
        page.keyboard.press("Tab")
        while not page.locator("input[type=radio]:focus").count():
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
    press(page, "下一个")
    for number in range(2, COUNTIES + 1):
        expect(page.locator(".progress")).to_have_text(f"第{number}个，共{COUNTIES + 1}个")
        press(page, "回避" if number == COUNTIES else "同上")
    tab_to(page, page.get_by_role("textbox"))
    page.keyboard.type("路灯早点亮。")
    press(page, "去看一遍")

    expect(page.get_by_text("较好 较好 较好 较好 较好")).to_have_count(COUNTIES - 1)
    press(page, "交上")
    expect(page.get_by_role("heading")).to_have_text("交上了")
    assert (status(hall).used, status(hall).waiting) == (1, 1)


def test_what_is_missing_is_told_beside_it_and_every_field_has_a_name(hall: Hall, page: Page) -> None:
    types_slip(page, hall.slips(10)[0])
    press(page, "开始评价")

    press(page, "下一个")

    expect(page.get_by_role("alert")).to_contain_text(f"还有{CRITERIA}项没有填好")
    expect(page.get_by_role("group", name="生态环境保护")).to_contain_text("这一项还没有选")
    expect(page.get_by_role("group").get_by_role("radio", name="不了解")).to_have_count(CRITERIA)


def test_no_page_of_a_ballot_keeps_anybody_out(hall: Hall, address: str, browser: Browser) -> None:
    # With script, which axe needs; the pages are the same.
    page = browser.new_page(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    page.goto(address)
    assert serious_faults(page) == []
    types_slip(page, hall.slips(10)[0])
    assert serious_faults(page) == []
    press(page, "开始评价")
    assert serious_faults(page) == []
    page.goto(f"{address}privacy")
    assert serious_faults(page) == []
    page.close()
