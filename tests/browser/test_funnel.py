"""A code's funnel moves by one at each step of somebody who scans it, as the office watches."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_server import Demo
from tests.browser.phone_page import PhonePage
from tests.browser.test_admin import DESK, PHONE, signed_in

CODE = "p_451203100"
FUNNEL = "/admin/rounds/1/funnel"
COLUMNS = ("扫码（人）", "新关注（人）", "开始作答（人）", "完成（人）", "取消关注（人）")


def figures(office: Page) -> list[str]:
    """The code's scans, follows, starts, completions, unfollows: people, and visits where there are any."""
    office.goto(f"{FUNNEL}?by=codes&county=451203")
    row = office.locator("tbody tr").filter(has=office.get_by_text(CODE, exact=True))
    return [" ".join(row.locator(f'td[data-label="{column}"]').inner_text().split()) for column in COLUMNS]


def test_it_moves_by_one_when_somebody_scans_agrees_and_finishes(browser: Browser, demo: Demo) -> None:
    office = signed_in(browser, demo, DESK)
    page = browser.new_page(viewport={"width": PHONE, "height": 844}, base_url=demo.address)
    page.goto("/demo/")
    phone = PhonePage(page)
    office.goto(FUNNEL)
    expect(office.locator("tbody tr").filter(has_text="宜州区")).to_contain_text("0")

    phone.scan("庆远镇")
    scanned = figures(office)
    phone.tap("1 我愿意参加")
    started = figures(office)
    phone.tap("1 对")
    for number in range(1, 13):
        expect(phone.last).to_contain_text(f"【{number}/12】")
        phone.tap("2 比较满意")
    for _ in range(5):
        phone.tap("下一步")
    expect(phone.last).to_contain_text("交好了，谢谢您")
    finished = figures(office)

    assert scanned == ["1 1 次", "1 1 次", "0", "0", "0"]
    assert started == ["1 1 次", "1 1 次", "1 1 次", "0", "0"]
    assert finished == ["1 1 次", "1 1 次", "1 1 次", "1 1 次", "0"]
    office.get_by_role("link", name="宜州区庆远镇 · 通用").click()
    expect(office.get_by_role("heading", name="每天扫了多少、答完多少")).to_be_visible()
    expect(office.locator(".on-desk svg")).to_contain_text("完成 1")
    office.close()
    page.close()
