"""A liaison signs in by their phone, over the simulated platform's real HTTP; snapshot users are refused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update

from admin.app import create_app
from admin.parts import Parts
from bot.wechat.sender import WeChatSender
from cli.outbox_jobs import everybody, templates_of
from cli.platform import open_client, wechat_door
from core.audit.models import AuditEntry
from core.liaisons.binding import revoke
from core.outbox.sending import Outbox
from core.people.keys import named_key, person_hash
from core.people.models import Staff
from core.places.models import Place, Unit
from core.reminders.rules import read_rules
from core.reminders.service import run
from simulator import Simulator, SimulatorConfig, build
from simulator.phone import DemoLine, Phone
from simulator.serve import serving
from tests.admin.conftest import Browser
from tests.admin.test_second_factor import set_up
from tests.hand_clock import HandClock
from tests.liaisons.makers import bind_phone, make_liaison
from tests.rectification.cast import OTHER_UNIT, make_item


@dataclass
class Platform:
    """The simulated platform, and whom a phone belongs to."""

    address: str
    parts: Parts
    simulator: Simulator

    def phone(self) -> str:
        """A new phone; its openid."""
        return Phone.on(DemoLine(self.address)).openid

    def bound(self, openid: str, subject: str = "U017", **known: object) -> int:
        """A liaison bound to this phone."""
        with self.parts.writing() as session:
            key = named_key(session, self.parts.keys, "person", self.parts.clock())
        now = self.parts.clock()
        liaison_id = make_liaison(self.parts.engine, self.parts.keys, now, subject_code=subject, **known)
        bind_phone(
            self.parts.engine, self.parts.keys, liaison_id, person_hash(key, openid), openid=openid, now=now
        )
        return liaison_id

    def walks(self, browser: Browser, who: str, begin: str = "/wechat") -> tuple[str, str]:
        """Click 用微信登录 and let the platform ask: (the way back, its query), not gone yet."""
        sent = browser.get(begin)
        assert sent.status_code == 303
        asked = httpx.get(sent.headers["Location"].split("#")[0] + f"&as={who}", trust_env=False)
        assert asked.status_code == 302, asked.text
        back = urlsplit(asked.headers["Location"])
        assert back.path == "/admin/wechat/back"
        return back.path.removeprefix("/admin"), back.query

    def signs_in(self, browser: Browser, who: str, begin: str = "/wechat") -> Any:
        """The whole way."""
        path, query = self.walks(browser, who, begin)
        return browser.get(f"{path}?{query}")


@pytest.fixture
def platform(parts: Parts) -> Iterator[Platform]:
    with parts.writing() as session:
        session.add(Unit(code="U017", name="河池市检察院", short_name="市检察院", category="检察"))
        session.add(Place(code="451200", name="河池市", short_name="河池市", level="city"))
        session.flush()
        session.add(
            Place(code="451228", name="都安", short_name="都安县", level="county", parent_code="451200")
        )
    wechat = parts.settings.wechat
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat",
        token=wechat.token,
        app_id=wechat.app_id,
        app_secret=wechat.app_secret,
        aes_key=wechat.aes_key,
    )
    with build(config) as simulator, serving(simulator) as address:
        parts.settings = replace(
            parts.settings, public_url=address, wechat=replace(wechat, api=address), demo=True
        )
        parts.wechat = wechat_door(parts.settings, parts.engine, parts.clock)
        yield Platform(address, parts, simulator)


@pytest.fixture
def browser(parts: Parts, platform: Platform) -> Browser:
    return Browser(create_app(parts).test_client())


def test_a_bound_phone_is_signed_in_as_its_liaison(platform: Platform, browser: Browser) -> None:
    openid = platform.phone()
    platform.bound(openid)

    answer = platform.signs_in(browser, openid)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")
    assert "联络员" in browser.get("/").text
    assert browser.get("/liaisons/").status_code == 403


def test_a_phone_that_is_not_bound_is_told_what_to_do(platform: Platform, browser: Browser) -> None:
    answer = platform.signs_in(browser, platform.phone())

    assert answer.status_code == 403
    assert "绑定码" in answer.text
    assert browser.get("/").status_code == 303


def test_a_snapshot_user_is_refused(platform: Platform, browser: Browser) -> None:
    answer = platform.signs_in(browser, "snapshot")

    assert answer.status_code == 403
    assert "网页快照" in answer.text


def test_a_code_serves_once_and_only_the_browser_that_set_out(
    platform: Platform, browser: Browser, parts: Parts
) -> None:
    openid = platform.phone()
    platform.bound(openid)
    path, query = platform.walks(browser, openid)

    stranger = Browser(create_app(parts).test_client())
    assert stranger.get(f"{path}?{query}").status_code == 403
    assert browser.get(f"{path}?{query}").status_code == 303
    again = browser.get(f"{path}?{query}")
    assert again.status_code == 403
    assert "没有认出" in again.text
    other_state = parse_qs(query)["code"][0]
    assert browser.get(f"{path}?code={other_state}&state=x").status_code == 403


def test_a_phone_of_two_units_is_asked_for_which(platform: Platform, browser: Browser) -> None:
    openid = platform.phone()
    platform.bound(openid)
    county = platform.bound(openid, "451228", name="覃小红")

    page = platform.signs_in(browser, openid)
    assert "市检察院" in page.text
    chosen = browser.post("/wechat/choose", {"liaison": str(county)})
    assert chosen.status_code == 303
    assert "微信联络员" in browser.get("/").text

    foreign = platform.bound(platform.phone(), "451228", name="蓝小山")
    for nonsense in (str(foreign), "²", "9" * 30, "-1", ""):
        platform.signs_in(browser, openid)
        assert browser.post("/wechat/choose", {"liaison": nonsense}).status_code == 403, nonsense


def test_whom_wechat_knows_and_we_do_not_let_in_is_written_down(
    platform: Platform, browser: Browser, parts: Parts
) -> None:
    stranger, disabled = platform.phone(), platform.phone()
    platform.bound(disabled)
    platform.signs_in(browser, disabled)
    with parts.writing() as session:
        session.execute(update(Staff).where(Staff.name.startswith("微信")).values(disabled_at=parts.clock()))

    assert platform.signs_in(browser, stranger).status_code == 403
    assert platform.signs_in(browser, disabled).status_code == 403
    assert browser.get("/wechat/back?code=made-up&state=made-up").status_code == 403

    with parts.reading() as connection:
        entries = connection.execute(select(AuditEntry.who_kind, AuditEntry.details, AuditEntry.act)).all()
    failed = [each for each in entries if each.act == "sign_in_failed"]
    assert [each.who_kind for each in failed] == ["nobody", "nobody"]
    assert all("微信" in each.details and stranger not in each.details for each in failed)


def test_revoking_the_binding_ends_the_session(platform: Platform, browser: Browser, parts: Parts) -> None:
    openid = platform.phone()
    liaison_id = platform.bound(openid)
    platform.signs_in(browser, openid)
    assert browser.get("/").status_code == 200

    with parts.writing() as session:
        revoke(session, liaison_id, parts.clock())

    assert browser.get("/").status_code == 303
    assert platform.signs_in(browser, openid).status_code == 403


def test_when_wechat_is_down_the_password_is_offered(platform: Platform, browser: Browser) -> None:
    path, query = platform.walks(browser, platform.phone())
    platform.parts.settings = replace(
        platform.parts.settings, wechat=replace(platform.parts.settings.wechat, api="http://127.0.0.1:1")
    )
    platform.parts.wechat = wechat_door(
        replace(platform.parts.settings), platform.parts.engine, platform.parts.clock
    )

    answer = browser.get(f"{path}?{query}")

    assert answer.status_code == 403
    assert "账号和密码" in answer.text


def test_the_page_offers_it_inside_wechat_only(app: Flask, parts: Parts) -> None:
    client = app.test_client()
    parts.settings = replace(parts.settings, demo=False)
    inside = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0.50"}

    assert "用微信登录" not in client.get("/admin/login").text
    assert "用微信登录" not in client.get("/admin/login", headers=inside).text, "there is no WeChat here"


def test_whoever_set_up_a_second_factor_is_asked_for_it_after_wechat_too(
    platform: Platform, browser: Browser, parts: Parts, clock: HandClock
) -> None:
    openid = platform.phone()
    platform.bound(openid)
    platform.signs_in(browser, openid)
    secret, _ = set_up(browser, clock)
    browser.post("/logout", page="/account")
    clock.advance(minutes=1)

    answer = platform.signs_in(browser, openid)
    assert answer.headers["Location"] == "/admin/login/code"
    assert browser.get("/").status_code == 303, "not in yet"
    browser.post("/login/code", {"code": pyotp.TOTP(secret).at(clock())}, page="/login/code")

    assert browser.get("/").status_code == 200
    with parts.reading() as connection:
        said = (
            select(AuditEntry.details).where(AuditEntry.act == "signed_in").order_by(AuditEntry.number.desc())
        )
        assert "微信和动态口令" in (connection.scalars(said).first() or "")


# The link in a pushed message -------------------------------------------------------------------------------

IN_WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"}


@pytest.fixture
def pushed(platform: Platform) -> tuple[str, str, int]:
    """An item was handed to a bound liaison, who was told: the phone, the card's link, the item's number."""
    parts = platform.parts
    openid = platform.phone()
    platform.simulator.world.followers.follow(openid, 0)
    with parts.writing() as session:
        session.add(Unit(code=OTHER_UNIT, name="河池市住建局", short_name="市住建局", category="政府部门"))
        session.flush()
        number = make_item(session, parts.clock(), lead="U017", text="城西路口的灯坏了").number
        make_item(session, parts.clock(), lead=OTHER_UNIT, text="别的单位的事")
    platform.bound(openid)
    run(parts.engine, read_rules(), parts.clock(), any_time=True)
    with open_client(parts.settings, parts.engine, parts.clock) as client:
        sender = WeChatSender(client, templates_of(parts.settings), parts.settings.public_url, b"")
        recipients = everybody(parts.keys)
        Outbox(parts.engine, sender, recipients, parts.clock, 100.0, lambda _now: True).send_due()
    (card,) = (each for each in platform.simulator.world.chats.since(openid, 0) if each.kind == "template")
    return openid, card.body["url"], number


def test_the_link_in_a_pushed_message_opens_the_liaisons_list_signed_in(
    platform: Platform, browser: Browser, pushed: tuple[str, str, int]
) -> None:
    openid, link, number = pushed
    assert link == f"{platform.address}/admin/items/"

    path = urlsplit(link).path.removeprefix("/admin")
    away = browser.get(path, headers=IN_WECHAT)
    assert away.headers["Location"] == "/admin/wechat?next=/admin/items/"
    back = platform.signs_in(browser, openid, away.headers["Location"].removeprefix("/admin"))

    assert back.headers["Location"] == "/admin/items/"
    page = browser.get("/items/", headers=IN_WECHAT).text
    assert "城西路口的灯坏了" in page
    assert f"/admin/items/{number}" in page
    assert "别的单位的事" not in page


def test_a_pushed_link_in_strange_hands_shows_nothing_and_keeps_its_way_for_the_password(
    platform: Platform, browser: Browser, pushed: tuple[str, str, int]
) -> None:
    _openid, _link, number = pushed
    away = browser.get(f"/items/{number}", headers=IN_WECHAT).headers["Location"]
    refused = platform.signs_in(browser, platform.phone(), away.removeprefix("/admin"))

    assert refused.status_code == 403
    assert "城西路口" not in refused.text
    assert f"/admin/login?next=/admin/items/{number}" in refused.text


def test_outside_wechat_the_link_asks_for_the_password_and_a_way_back_elsewhere_is_not_taken(
    platform: Platform, browser: Browser, pushed: tuple[str, str, int]
) -> None:
    openid, _link, _number = pushed
    assert browser.get("/items/").headers["Location"] == "/admin/login?next=/admin/items/"
    assert "/admin/wechat?next=/admin/items/" in browser.get("/login?next=/admin/items/").text

    back = platform.signs_in(browser, openid, "/wechat?next=https://elsewhere.cn/admin/")
    assert back.headers["Location"] == "/admin/"
