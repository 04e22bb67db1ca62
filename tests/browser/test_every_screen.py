"""
Every screen of the office, found by following links from the first page: at a desk's and a phone's width it
fits, works without script, is complete as a page, and axe finds no serious fault.

Set MINYI_SCREENSHOTS to a folder to have a picture of each at both widths.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule

from admin.app import SCREENS
from admin.routes import EVERYBODY, PREFIX
from core.config import Settings
from core.conversation.models import HelpRequest
from core.db.engine import open_engine
from core.people.keys import KeyRing
from core.people.roles import Role
from core.places.models import Place, Unit
from core.rounds.models import Round
from core.rounds.service import create_round
from tests.browser.accessibility import serious_faults
from tests.browser.demo_server import PASSWORD, Demo
from tests.funnel.events import some, store
from tests.reports.factories import make_many

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
RESPONSES = 300
WORK_MS = 60_000
# No link leads here: it follows on a form that was sent, needs a file or a code that nobody has made, needs
# the witnesses, or is there only once a second factor is set up.
NOT_LINKED = frozenset(
    {"ballot_paper", "codes_retire", "item_load_preview", "item_same", "poster_preview"}
    | {"item_file", "media", "publicity_photo", "task_file", "liaison_sheet"}
    | {"ballot_protocol"}
    | {"totp_off", "totp_recovery", "totp_code"}
)


@pytest.fixture(scope="module", autouse=True)
def _something_to_see(demo: Demo) -> None:
    """Some hundred made-up responses and what led to them, a draft, and somebody who waits for a call."""
    settings = Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": demo.environ["MINYI_VAR"]})
    engine = open_engine(settings.database_url)
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        townships = session.scalars(select(Place.code).where(Place.level == "township")).all()
        units = session.scalars(select(Unit.code)).all()
        round_id = session.scalars(select(Round.id)).one()
        make_many(session, round_id, RESPONSES, townships, now - timedelta(minutes=30), units)
        until, keys = now + timedelta(days=30), KeyRing(settings.data_key)
        create_round(session, "下一次调查", ["phone-2021"], now, until, now, keys)
        session.add(HelpRequest(person="0" * 32, at=now, place_code=townships[0]))
    store(engine, some(400, people=150, since=now - timedelta(days=14)))
    engine.dispose()


@pytest.mark.timeout(600)
def test_every_screen_fits_needs_no_script_and_has_no_serious_fault(demo: Demo, browser: Browser) -> None:
    page = signed_in(browser, demo)
    make_codes(page)
    faults: list[str] = []
    # What the page itself complains of is an error; axe, which runs inside it, warns as well.
    page.on("console", lambda said: said.type == "error" and faults.append(f"{page.url}: {said.text}"))
    seen = set()

    for name, is_shown in screens(page, addresses()):
        seen.add(name.split(":")[0])
        if is_shown:
            faults += [f"{page.url}: {fault}" for fault in faults_of(page)]
            photograph(page, name)

    page.context.close()
    assert not faults, "\n".join(faults)
    readable = {
        route.name
        for screen in SCREENS
        for route in screen.ROUTES
        if "GET" in route.methods and route.roles != EVERYBODY and Role.OFFICE in route.roles
    }
    assert not readable - seen - NOT_LINKED, sorted(readable - seen - NOT_LINKED)


def make_codes(page: Page) -> None:
    """Codes of one county, so that there is long work to look at, and something to print."""
    page.goto("/admin/codes/new")
    page.get_by_label("宜州区").check()
    page.get_by_role("button", name="看看要生成多少").click()
    page.get_by_role("button", name="生成").click()
    expect(page.get_by_text("做好了", exact=True)).to_be_visible(timeout=WORK_MS)


def screens(page: Page, known: MapAdapter) -> Iterator[tuple[str, bool]]:
    """Each screen's name once, and whether it is open in the page now; a file to take away is not."""
    waiting, seen = [f"{PREFIX}/"], set()
    while waiting:
        path = waiting.pop(0)
        name = name_of(path, known)
        if name is None or name in seen:
            continue
        seen.add(name)
        is_shown = is_page(page, path)
        if is_shown:
            page.goto(path)
            waiting += page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
        yield name, is_shown


def addresses() -> MapAdapter:
    """The office's addresses by which a path is known to be this or that screen, but those of signing in."""
    rules = [
        Rule(PREFIX + route.path, endpoint=route.name, methods=route.methods)
        for screen in SCREENS
        for route in screen.ROUTES
        if route.roles != EVERYBODY
    ]
    return Map(rules).bind("localhost")


def name_of(path: str, known: MapAdapter) -> str | None:
    """The screen's name, with its view where it has several; None for what is no address of the office's."""
    try:
        name, arguments = known.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return None
    return ":".join([name, *([arguments["view"]] if "view" in arguments else [])])


def is_page(page: Page, path: str) -> bool:
    """Whether this is a page to look at and not a file to take away."""
    answer = page.request.get(path, max_redirects=0)
    return answer.headers.get("content-type", "").startswith("text/html")


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page that is open."""
    found = []
    page.set_viewport_size(PHONE)
    if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
        found.append("wider than a phone")
    page.set_viewport_size(DESK)
    if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
        found.append("wider than a desk's window")
    if page.evaluate("document.scripts.length"):
        found.append("has a script")
    if page.locator("h1").count() != 1:
        found.append("has not one heading")
    return found + serious_faults(page)


def photograph(page: Page, name: str) -> None:
    """Both widths as pictures, where a folder for them is named."""
    folder = os.environ.get("MINYI_SCREENSHOTS")
    if not folder:
        return
    for kind, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.screenshot(path=Path(folder) / f"{name.replace(':', '-')}-{kind}.png", full_page=True)
    page.set_viewport_size(DESK)


def signed_in(browser: Browser, demo: Demo) -> Page:
    """A window in which the office is signed in."""
    page = browser.new_context(viewport=DESK, locale="zh-CN", base_url=demo.address).new_page()
    page.goto("/admin/")
    page.get_by_label("账号").fill("办公室")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    return page
