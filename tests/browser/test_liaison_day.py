"""
An item's whole way as `make run` serves it: the office assigns, a phone is told, the liaison answers in the
chat, the office returns it once and closes it; timeline, figures and outbox tell one story.
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_server import PASSWORD, Demo
from tests.browser.phone_page import PhonePage

DESK = {"width": 1440, "height": 900}
HAND = {"width": 390, "height": 844}
WHAT = "城西路口红绿灯坏了，请尽快修。"
# Without an open item in the sample: the day's digest is about the new one alone.
UNIT = "U024"
# A message leaves within seconds, a reminder is looked for every fifteen.
TOLD_MS = 60_000
FETCHES = 24


@pytest.mark.timeout(400)
def test_an_item_is_pushed_to_a_phone_and_answered_there(demo: Demo, browser: Browser) -> None:
    office = office_of(browser, demo)
    phone = bound_phone(browser, demo, office)

    path = assigned(office, demo)
    number = path.rsplit("/", 1)[1]
    expect(phone.phone.locator(".template").last).to_be_visible(timeout=TOLD_MS)
    expect(phone.phone.locator(".template").last).to_contain_text(f"{number}号")

    phone.press_menu("我的整改")
    expect(phone.last).to_contain_text("要办的整改有")
    phone.say(f"{number} 领取")
    phone.say(f"{number} 进展 灯装好了，在调试，80%")
    photo(phone)
    expect(phone.last).to_contain_text("照片")
    phone.say(f"{number} 申请销号 修好了，交警也看过")

    office.goto(path)
    act(office, "退回的理由", "请补一张夜里的照片。", "退回")
    told = phone.phone.locator(".template", has_text="退回")
    expect(told.or_(phone.phone.locator(".template").nth(1))).to_be_visible(timeout=TOLD_MS)
    phone.say(f"{number}")
    expect(phone.last).to_contain_text("请补一张夜里的照片")
    phone.say(f"{number} 申请销号 补上了")

    office.goto(path)
    close(office)
    expect(office.locator("h1")).to_contain_text("已销号")
    acts = [each.split("·")[0] for each in office.locator(".timeline .entry b").all_text_contents()]
    assert acts == ["核验通过，销号", "申请销号", "退回", "申请销号", "报进展", "领取", "交办"]
    shown_after_reload(office, ".timeline img")
    office.goto("/admin/items/board")
    expect(office.locator(".figures")).to_contain_text("626")
    expect(office.locator(".figures")).to_contain_text("542")
    office.goto("/admin/outbox")
    expect(office.locator("table")).to_contain_text("已送达")
    assert office.locator("tbody tr").count() >= 2


def office_of(browser: Browser, demo: Demo) -> Page:
    """A browser in which the office is signed in."""
    page = browser.new_context(viewport=DESK, locale="zh-CN", base_url=demo.address).new_page()  # type: ignore[arg-type]
    page.goto("/admin/")
    page.get_by_label("账号").fill("办公室")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="今天要做什么")).to_be_visible()
    return page


def bound_phone(browser: Browser, demo: Demo, office: Page) -> PhonePage:
    """A phone on the demo's page that follows the account and is a liaison's, by the eight characters."""
    office.goto("/admin/liaisons/new")
    office.get_by_label("县（区）或单位").select_option(UNIT)
    office.get_by_label("姓名").fill("韦小花")
    office.get_by_label("电话").fill("13800001234")
    office.get_by_role("button", name="建好").click()
    office.get_by_role("button", name="发一个绑定码").click()
    code = office.locator(".bind-code").inner_text().strip()
    page = browser.new_context(viewport=HAND, locale="zh-CN", base_url=demo.address).new_page()  # type: ignore[arg-type]
    page.goto("/demo/")
    phone = PhonePage(page)
    phone.phone.get_by_role("button", name="关注公众号").click()
    expect(phone.said.first).to_be_visible(timeout=15_000)
    phone.say(code)
    expect(phone.last).to_contain_text("绑定好了")
    return phone


def assigned(office: Page, demo: Demo) -> str:
    """The path of a new item that the office hands out."""
    office.goto("/admin/items/calendar")
    office.goto("/admin/items/new")
    office.get_by_label("意见建议").fill(WHAT)
    office.get_by_label("牵头单位").select_option(UNIT)
    office.get_by_label("类别").fill("交通")
    office.get_by_label("来源").fill("2026年度")
    office.get_by_label("整改时限").fill(
        office.evaluate("() => new Date(Date.now() + 30 * 864e5).toISOString().slice(0, 10)")
    )
    office.get_by_role("button", name="交办").click()
    expect(office.get_by_role("status")).to_contain_text("交办了")
    return office.url.removeprefix(demo.address).split("?")[0]


def photo(phone: PhonePage) -> None:
    """Send the sample photo."""
    before = phone.said.count()
    phone.phone.locator("button.to-panel").click()
    phone.phone.locator('button[data-act="photo"]').click()
    expect(phone.said.nth(before)).to_be_visible(timeout=15_000)


def act(office: Page, label: str, words: str, button: str) -> None:
    """Fill in one of the forms on the item's page and send it."""
    form = office.locator("details.act", has=office.get_by_label(label))
    if not form.get_by_label(label).is_visible():
        form.locator("summary").click()
    form.get_by_label(label).fill(words)
    form.get_by_role("button", name=button).click()


def close(office: Page) -> None:
    """Accept the closing."""
    button = office.locator("form[action*='/do/close'] button")
    if not button.is_visible():
        office.locator("details.act", has=button).locator("summary").click()
    button.click()


def shown_after_reload(office: Page, what: str) -> None:
    """The worker fetches a photo from the platform within a minute; the page shows it when reloaded."""
    for _ in range(FETCHES):
        office.reload()
        if office.locator(what).count():
            break
        office.wait_for_timeout(5_000)
    expect(office.locator(what).first).to_be_visible()
