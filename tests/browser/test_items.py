"""Rectification items in a real browser: from the office to a phone and back."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_server import PASSWORD, Demo

DESK, PHONE = 1440, 390


def signed_in(browser: Browser, demo: Demo, name: str, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, locale="zh-CN", base_url=demo.address)
    page.goto("/admin/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    return page


def test_the_demonstration_shows_the_offices_own_figures(browser: Browser, demo: Demo) -> None:
    page = signed_in(browser, demo, "办公室", DESK)

    page.get_by_role("link", name="整改", exact=True).click()

    expect(page.locator(".figures")).to_contain_text("625")
    expect(page.locator(".figures")).to_contain_text("541")
    expect(page.locator(".figures")).to_contain_text("86.6%")
    page.get_by_role("link", name="各单位").click()
    expect(page.locator("tfoot")).to_contain_text("86.6%")
    page.close()


def test_an_item_goes_to_a_liaisons_phone_and_comes_back_closed(
    browser: Browser, demo: Demo, tmp_path: Path
) -> None:
    office, liaison = signed_in(browser, demo, "办公室", DESK), signed_in(browser, demo, "联络员", PHONE)
    picture = tmp_path / "工地.jpg"
    Image.new("RGB", (640, 480), "#4f9ea3").save(picture)

    # The office hands it out …
    office.goto("/admin/items/new")
    office.get_by_label("意见建议").fill("城西路口红绿灯坏了，请尽快修。")
    office.get_by_label("牵头单位").select_option("U050")
    office.get_by_label("类别").fill("交通")
    office.get_by_label("来源").fill("2026年度")
    office.get_by_label("整改时限").fill(_in_a_month(office))
    office.get_by_role("button", name="交办").click()
    expect(office.get_by_role("status")).to_contain_text("交办了")
    path = office.url.removeprefix(demo.address)

    # … the liaison claims it, takes that back, claims it again, reports with a photo, asks for closing …
    liaison.goto("/admin/items/?state=assigned")
    liaison.get_by_role("link", name="城西路口红绿灯").click()
    liaison.get_by_role("button", name="领取").click()
    liaison.get_by_role("button", name="撤回").click()
    expect(liaison.get_by_role("status")).to_contain_text("待领取")
    liaison.get_by_role("button", name="领取").click()
    progress = liaison.locator("details.act", has=liaison.get_by_label("做到了百分之几"))
    progress.locator("summary").click()
    progress.get_by_label("做到了百分之几").fill("80")
    progress.get_by_label("这个月做了什么").fill("灯装好了，在调试。")
    progress.get_by_label("照片").set_input_files(picture)
    progress.get_by_role("button", name="报进展").click()
    expect(liaison.locator(".timeline img")).to_be_visible()
    assert liaison.locator(".timeline img").evaluate("image => image.naturalWidth") == 640
    apply(liaison, "修好了，交警也看过。")

    # … the office returns it once, then closes it.
    office.goto("/admin/")
    expect(office.locator(".todo")).to_contain_text("申请销号，等办公室核验")
    office.goto(path)
    back = office.locator("details.act", has=office.get_by_label("退回的理由"))
    if not back.get_by_label("退回的理由").is_visible():
        back.locator("summary").click()
    back.get_by_label("退回的理由").fill("请补一张夜里的照片。")
    back.get_by_role("button", name="退回").click()
    liaison.goto(path)
    expect(liaison.locator("h1")).to_contain_text("已退回")
    apply(liaison, "补上了。")
    office.goto(path)
    button = office.locator("form[action*='/do/close'] button")
    if not button.is_visible():
        office.locator("details.act", has=button).locator("summary").click()
    button.click()

    expect(office.locator("h1")).to_contain_text("已销号")
    told = [each.split("·")[0] for each in office.locator(".timeline .entry b").all_text_contents()]
    assert told == [
        "核验通过，销号",
        "申请销号",
        "退回",
        "申请销号",
        "报进展",
        "领取",
        "撤回",
        "领取",
        "交办",
    ]
    office.goto("/admin/items/board")
    expect(office.locator(".figures")).to_contain_text("626")
    expect(office.locator(".figures")).to_contain_text("542")
    office.close()
    liaison.close()


def apply(page: Page, words: str) -> None:
    """Ask for closing on the item's page."""
    form = page.locator("details.act", has=page.get_by_label("办理结果"))
    if not form.get_by_label("办理结果").is_visible():
        form.locator("summary").click()
    form.get_by_label("办理结果").fill(words)
    form.get_by_role("button", name="申请销号").click()
    expect(page.locator("h1")).to_contain_text("办公室核验")


def _in_a_month(page: Page) -> str:
    day: str = page.evaluate("new Date(Date.now() + 30 * 864e5).toISOString().slice(0, 10)")
    return day
