"""
A newcomer's first look with nothing but a browser: a phone, a second phone, the office.

The servers are real and started as `make run` starts them; only the platform is simulated.
"""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_server import PASSWORD, Demo
from tests.browser.phone_page import PhonePage

HAND = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
# The worker fetches voices each minute.
VOICE_SECONDS = 90


@pytest.mark.timeout(300)
def test_a_newcomer_answers_on_two_phones_and_the_office_sees_hears_and_exports_it(
    demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    phones = browser.new_context(viewport=HAND)
    page = phones.new_page()
    page.goto(f"{demo.address}/demo/")
    first = PhonePage(page)
    _answer_dimensions(first)
    first.tap("1 满意", bubble="【3/12】")
    expect(first.last).to_contain_text("第3题")

    first.speak()
    page.close()
    page = phones.new_page()
    page.goto(f"{demo.address}/demo/")
    first = PhonePage(page)
    first.tap("下一步")
    for _ in range(4):
        first.tap("下一步")
    expect(first.last).to_contain_text("交好了，谢谢您")

    second_page = browser.new_context(viewport=HAND).new_page()
    second_page.goto(f"{demo.address}/demo/")
    _answer_about_a_unit(PhonePage(second_page))

    office = browser.new_context(viewport=DESK, accept_downloads=True).new_page()
    _sign_in(office, demo)
    _see_answers(office)
    _hear_the_voice(office)
    _export(office, tmp_path / "answers.xlsx")


def _answer_dimensions(phone: PhonePage) -> None:
    """庆远镇's code, all twelve dimensions, one of them dissatisfied with its reason."""
    phone.scan("庆远镇")
    phone.tap("1 我愿意参加")
    phone.tap("1 对")
    for number in range(1, 13):
        expect(phone.last).to_contain_text(f"【{number}/12】")
        phone.tap("5 不满意" if number == 2 else "2 比较满意")
        if number == 2:
            phone.tap("1 态度不好、不耐烦")
            phone.tap("选好了")
    expect(phone.last).to_contain_text("您还有什么话")


def _answer_about_a_unit(phone: PhonePage) -> None:
    """A unit's code, by typing."""
    phone.scan("市检察院")
    phone.say("我愿意评价")
    phone.say("1")
    for _ in range(6):
        phone.say("满意")
    for _ in range(3):
        phone.say("下一步")
    expect(phone.last).to_contain_text("交好了，谢谢您")


def _sign_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/admin/login")
    page.locator("input[name=name]").fill("办公室")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("h1")).to_be_visible()


def _see_answers(page: Page) -> None:
    page.get_by_role("link", name="调查").first.click()
    page.get_by_role("link", name="演示调查").first.click()
    expect(page.locator("main")).to_contain_text("治安")


def _hear_the_voice(page: Page) -> None:
    page.locator("nav.tabs").get_by_role("link", name="意见").click()
    sound = page.locator("audio")
    for _ in range(VOICE_SECONDS // 3):
        if sound.count():
            break
        page.wait_for_timeout(3000)
        page.reload()
    expect(sound).to_have_count(1)
    answer = page.request.get(page.url.split("/admin")[0] + str(sound.get_attribute("src")))
    assert answer.headers["content-type"] == "audio/mpeg"
    assert len(answer.body()) > 500


def _export(page: Page, path: Path) -> None:
    page.locator("nav.tabs").get_by_role("link", name="导出").click()
    page.locator("select[name=questionnaire]").select_option("")
    page.locator("[value=xlsx]").check()
    page.get_by_role("button", name="导出").click()
    link = page.get_by_role("link", name="下载")
    link.wait_for(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(path)

    rows = list(openpyxl.load_workbook(path)["答卷"].iter_rows(values_only=True))
    found = {row[7]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}

    resident = found["residents-2021"]
    assert (resident["code"], resident["home_label"]) == ("p_451203100", "宜州区庆远镇")
    assert (resident["cadre_label"], resident["cadre_why_label"]) == ("不满意", "态度不好、不耐烦")
    assert (resident["security"], resident["culture"]) == ("s5", "s4")
    assert found["units-2021"]["unit"] == "U017"
