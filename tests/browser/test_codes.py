"""
From nothing to a poster that was scanned: codes made in the office, printed, read back, scanned, answered.

Everything is real but the platform: server, worker, files, decoder, browser.
"""

import io
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from core.config import Settings
from core.db.engine import open_engine
from core.db.reading import reading
from core.funnel.events import Kind
from core.funnel.reading import Funnel, Line
from core.people.reach import EVERYTHING
from core.rounds.models import Round
from qrcodes.reading import read_codes
from tests.browser.demo_server import PASSWORD, Demo
from tests.browser.phone_page import PhonePage
from tests.paths import ROOT

HAND = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
# 宜州区 and its townships.
CODES = 17
TOWN, SCENE = "庆远镇", "p_451203100"
WORK_MS = 60_000


def signed_in(browser: Browser, demo: Demo, size: dict[str, int]) -> Page:
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="zh-CN",
        base_url=demo.address,
        accept_downloads=True,
    )
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("账号").fill("办公室")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="今天要做什么")).to_be_visible()
    return page


@pytest.mark.timeout(300)
def test_codes_made_in_the_office_are_printed_scanned_and_answered(
    demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    office = signed_in(browser, demo, DESK)
    make_codes(office)
    archive = take_posters(office, tmp_path)

    url = printed_code(archive)
    assert funnel(demo) == Steps()
    phone = scan(browser, url)
    assert funnel(demo) == Steps(scans=1, follows=1)
    phone.tap("1 我愿意参加")
    assert funnel(demo) == Steps(scans=1, follows=1, starts=1)
    assert on_screen(office, "开始作答") == 1
    answer(phone)
    assert funnel(demo) == Steps(scans=1, follows=1, starts=1, completions=1)
    assert on_screen(office, "扫码") == on_screen(office, "完成") == 1


def make_codes(page: Page) -> None:
    """宜州区 and all its townships, from the empty list to 已生成."""
    page.get_by_role("link", name="二维码", exact=True).click()
    page.get_by_role("link", name="生成二维码").first.click()
    page.get_by_label("宜州区").check()
    page.get_by_role("button", name="看看要生成多少").click()
    expect(page.get_by_role("heading", name=f"要生成{CODES}个二维码吗？")).to_be_visible()
    page.get_by_role("button", name=f"生成{CODES}个").click()
    # The page asks for itself again until the worker is done.
    expect(page.get_by_text("做好了", exact=True)).to_be_visible(timeout=WORK_MS)
    expect(page.locator("main")).to_contain_text(f"生成了{CODES}个二维码")
    page.get_by_role("link", name="二维码", exact=True).first.click()
    expect(page.locator("main")).to_contain_text(SCENE)


def take_posters(page: Page, folder: Path) -> Path:
    """The ZIP of A4 posters."""
    page.get_by_role("link", name="海报", exact=True).click()
    page.get_by_role("link", name="做海报").first.click()
    page.get_by_label("县（区）").first.select_option(label="宜州区")
    page.get_by_role("button", name="先看一张").click()
    expect(page.get_by_alt_text("第一张的样子")).to_be_visible()
    page.get_by_role("button", name="开始做").click()
    expect(page.get_by_role("link", name="下载")).to_be_visible(timeout=WORK_MS)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载").click()
    assert waiting.value.suggested_filename.startswith("宜州区 A4 海报")
    path = folder / "posters.zip"
    waiting.value.save_as(path)
    return path


def printed_code(archive: Path) -> str:
    """What the code on 庆远镇's printed page says."""
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        assert len(names) == CODES
        (name,) = [each for each in names if TOWN in each]
        assert name == f"宜州区/宜州区{TOWN} {SCENE}.pdf"
        document = pypdfium2.PdfDocument(io.BytesIO(opened.read(name)))
    page = document[0]
    assert TOWN in page.get_textpage().get_text_bounded()
    (found,) = read_codes(page.render(scale=3).to_pil())
    document.close()
    return found.text


def scan(browser: Browser, url: str) -> PhonePage:
    """Hold a phone to the page: the code's address opens the phone, which scans that very scene."""
    page = browser.new_context(viewport=HAND).new_page()  # type: ignore[arg-type]
    page.goto(url)
    phone = PhonePage(page)
    follow = phone.phone.get_by_role("button", name="关注公众号")
    follow.click()
    expect(phone.last).to_contain_text("我愿意参加", timeout=15_000)
    return phone


def answer(phone: PhonePage) -> None:
    """From the second question to the end."""
    phone.tap("1 对")
    for _number in range(12):
        phone.tap("2 比较满意")
    for _ in range(5):
        phone.tap("下一步")
    expect(phone.last).to_contain_text("交好了，谢谢您")


def on_screen(page: Page, column: str) -> int:
    """What the office's funnel page says of the code in the column of people that is called so."""
    page.goto(f"/admin/rounds/1/funnel?by=codes&code={SCENE}")
    row = page.locator("tbody tr").filter(has_text=SCENE)
    words = row.locator(f'td[data-label="{column}（人）"]').inner_text()
    # How many people, then how many visits.
    return int(words.split()[0])


@dataclass(frozen=True)
class Steps:
    """How often each step was taken by this code."""

    scans: int = 0
    follows: int = 0
    starts: int = 0
    completions: int = 0


def funnel(demo: Demo) -> Steps:
    """What the office's funnel says of the code at this moment."""
    settings = Settings.load(demo.environ)
    engine = open_engine(settings.database_url)
    with reading(engine) as connection:
        round_id = connection.scalars(select(Round.id)).one()
        lines = Funnel(connection, round_id, EVERYTHING).codes()
    engine.dispose()
    line = next((each for each in lines if each.key == SCENE), Line())
    kinds = (Kind.SCAN, Kind.FOLLOW, Kind.START, Kind.COMPLETE)
    return Steps(*(line[kind].visits for kind in kinds))


@pytest.mark.parametrize("size", [DESK, HAND])
def test_screens_of_codes_and_posters_fit_and_need_no_script(
    demo: Demo, browser: Browser, size: dict[str, int]
) -> None:
    # Only the first of the tests that come here finds something to make.
    make = [sys.executable, "-m", "cli", "qr", "create", "--county", "南丹县"]
    subprocess.run(make, cwd=ROOT, env=demo.environ, capture_output=True, check=False)
    page = signed_in(browser, demo, size)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    codes = ("codes/", "codes/?county=451221&level=township", "codes/new", "codes/load", "codes/retire")
    for path in (*codes, "posters/", "posters/new", "posters/new?scene=p_451221", "tasks/", "tasks/1"):
        page.goto(f"/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert page.evaluate("document.scripts.length") == 0, path
        assert page.locator("h1").count() == 1, path
    assert complaints == []
    page.close()
