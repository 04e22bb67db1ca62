"""The office's screens in a real browser, on a desk and on a phone, with keys and with thumbs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.config import Settings
from core.db.engine import open_engine
from core.places.models import Place, Unit
from core.rounds.models import Round
from tests.browser.demo_server import PASSWORD, Demo
from tests.funnel.events import some, store
from tests.reports.factories import make_many

DESK, PHONE = 1440, 390
RESPONSES = 300


@pytest.fixture(scope="module", autouse=True)
def _responses(demo: Demo) -> None:
    """Some hundred made-up responses and what led to them."""
    settings = Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": demo.environ["MINYI_VAR"]})
    engine = open_engine(settings.database_url)
    with Session(engine) as session, session.begin():
        townships = session.scalars(select(Place.code).where(Place.level == "township")).all()
        units = session.scalars(select(Unit.code)).all()
        round_id = session.scalars(select(Round.id)).one()
        since = datetime.now(UTC) - timedelta(minutes=30)
        make_many(session, round_id, RESPONSES, townships, since, units)
    store(engine, some(400, people=150, since=since - timedelta(days=14)))
    engine.dispose()


def signed_in(browser: Browser, demo: Demo, width: int) -> Page:
    """A window of this width in which the office is signed in."""
    page = browser.new_page(viewport={"width": width, "height": 900}, locale="zh-CN", base_url=demo.address)
    page.goto("/admin/")
    page.get_by_label("账号").fill("办公室")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="今天要做什么")).to_be_visible()
    return page


def test_a_person_with_a_mouse_comes_from_the_first_page_to_one_response(
    browser: Browser, demo: Demo
) -> None:
    page = signed_in(browser, demo, DESK)

    page.get_by_role("link", name="河池市2021年城乡居民满意度调查").click()
    expect(page.get_by_role("heading", name="各题怎么答")).to_be_visible()
    page.get_by_text("换个范围").click()
    page.get_by_label("县（区）").select_option(label="宜州区")
    page.get_by_role("button", name="看", exact=True).click()
    expect(page.locator("summary .scope")).to_contain_text("宜州区")
    page.get_by_role("link", name="逐份").click()
    expect(page.locator("summary .scope")).to_contain_text("宜州区")
    page.locator("tbody th a").first.click()

    expect(page.get_by_role("heading", name="这份答卷怎么答的")).to_be_visible()
    expect(page.locator("main")).to_contain_text("宜州区")
    page.close()


def test_on_a_phone_tables_are_cards_and_buttons_are_wide(browser: Browser, demo: Demo) -> None:
    page = signed_in(browser, demo, PHONE)
    page.goto("/admin/rounds/1/counties")

    assert (
        page.locator("table.cards tbody tr").first.evaluate("row => getComputedStyle(row).display") == "block"
    )
    page.get_by_role("link", name="完整交上", exact=True).click()
    assert "sort=complete" in page.url
    page.get_by_text("换个范围").click()
    box = page.get_by_role("button", name="看", exact=True).bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] >= 250
    page.close()


def test_an_exported_workbook_opens(browser: Browser, demo: Demo, tmp_path: Path) -> None:
    page = signed_in(browser, demo, DESK)
    page.goto("/admin/rounds/1/export")
    page.get_by_role("button", name="导出").click()
    # The page asks for itself again until the worker is done.
    expect(page.get_by_role("link", name="下载")).to_be_visible(timeout=60_000)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载").click()
    download = waiting.value

    assert download.suggested_filename.startswith("演示调查-答卷-")
    download.save_as(tmp_path / "answers.xlsx")
    book = openpyxl.load_workbook(tmp_path / "answers.xlsx", read_only=True)
    assert sum(1 for _row in book["答卷"].iter_rows()) == RESPONSES + 1
    book.close()
    page.close()


def test_a_new_round_that_stands_in_the_way_is_refused_where_it_was_asked(
    browser: Browser, demo: Demo
) -> None:
    page = signed_in(browser, demo, PHONE)
    page.goto("/admin/rounds/")
    page.get_by_role("link", name="新建调查").click()
    page.get_by_label("调查名称").fill("第二次调查")
    page.get_by_label("residents-2021").check()
    year = datetime.now(UTC).year + 1
    page.get_by_label("开始时间").fill(f"{year}-01-01T08:00")
    page.get_by_label("结束时间").fill(f"{year}-02-01T18:00")
    page.get_by_role("button", name="建好，下一步").click()
    page.get_by_role("button", name="开放", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("请先关闭它，或错开时间")
    page.close()


def test_on_paper_there_are_figures_and_no_buttons(browser: Browser, demo: Demo) -> None:
    page = signed_in(browser, demo, DESK)
    page.goto("/admin/rounds/1/answers")
    page.emulate_media(media="print")

    expect(page.locator("nav.tabs")).to_be_hidden()
    expect(page.get_by_role("button", name="退出登录")).to_be_hidden()
    expect(page.locator("table").first).to_be_visible()
    expect(page.locator("footer")).to_contain_text("截至")
    page.close()


def test_with_keys_alone_one_can_skip_to_the_text_and_sign_out(browser: Browser, demo: Demo) -> None:
    page = signed_in(browser, demo, DESK)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.get_by_role("button", name="退出登录").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.goto("/admin/rounds/")
    assert "/admin/login" in page.url
    page.close()
