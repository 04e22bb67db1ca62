"""A liaison signs in by their phone, over the simulated platform's real HTTP; snapshot users are refused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from admin.app import create_app
from admin.parts import Parts
from cli.platform import wechat_door
from core.audit.models import AuditEntry
from core.liaisons.binding import revoke
from core.people.keys import named_key, person_hash
from core.places.models import Place, Unit
from simulator import SimulatorConfig, build
from simulator.phone import DemoLine, Phone
from simulator.serve import serving
from tests.admin.conftest import Browser
from tests.admin.test_second_factor import set_up
from tests.hand_clock import HandClock
from tests.liaisons.makers import bind_phone, make_liaison


@dataclass
class Platform:
    """The simulated platform, and whom a phone belongs to."""

    address: str
    parts: Parts

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

    def walks(self, browser: Browser, who: str) -> tuple[str, str]:
        """Click 用微信登录 and let the platform ask: (the way back, its query), not gone yet."""
        sent = browser.get("/wechat")
        assert sent.status_code == 303
        asked = httpx.get(sent.headers["Location"].split("#")[0] + f"&as={who}", trust_env=False)
        assert asked.status_code == 302, asked.text
        back = urlsplit(asked.headers["Location"])
        assert back.path == "/admin/wechat/back"
        return back.path.removeprefix("/admin"), back.query

    def signs_in(self, browser: Browser, who: str) -> object:
        """The whole way."""
        path, query = self.walks(browser, who)
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
        yield Platform(address, parts)


@pytest.fixture
def browser(parts: Parts, platform: Platform) -> Browser:
    return Browser(create_app(parts).test_client())


def test_a_bound_phone_is_signed_in_as_its_liaison(platform: Platform, browser: Browser) -> None:
    openid = platform.phone()
    platform.bound(openid)

    answer = platform.signs_in(browser, openid)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")  # type: ignore[attr-defined]
    assert "联络员" in browser.get("/").text
    assert browser.get("/liaisons/").status_code == 403


def test_a_phone_that_is_not_bound_is_told_what_to_do(platform: Platform, browser: Browser) -> None:
    answer = platform.signs_in(browser, platform.phone())

    assert answer.status_code == 403  # type: ignore[attr-defined]
    assert "绑定码" in answer.text  # type: ignore[attr-defined]
    assert browser.get("/").status_code == 303


def test_a_snapshot_user_is_refused(platform: Platform, browser: Browser) -> None:
    answer = platform.signs_in(browser, "snapshot")

    assert answer.status_code == 403  # type: ignore[attr-defined]
    assert "网页快照" in answer.text  # type: ignore[attr-defined]


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
    assert "市检察院" in page.text  # type: ignore[attr-defined]
    chosen = browser.post("/wechat/choose", {"liaison": str(county)})
    assert chosen.status_code == 303
    assert "微信联络员" in browser.get("/").text

    foreign = platform.bound(platform.phone(), "451228", name="蓝小山")
    platform.signs_in(browser, openid)
    assert browser.post("/wechat/choose", {"liaison": str(foreign)}).status_code == 403


def test_revoking_the_binding_ends_the_session(platform: Platform, browser: Browser, parts: Parts) -> None:
    openid = platform.phone()
    liaison_id = platform.bound(openid)
    platform.signs_in(browser, openid)
    assert browser.get("/").status_code == 200

    with parts.writing() as session:
        revoke(session, liaison_id, parts.clock())

    assert browser.get("/").status_code == 303
    assert platform.signs_in(browser, openid).status_code == 403  # type: ignore[attr-defined]


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
    assert answer.headers["Location"] == "/admin/login/code"  # type: ignore[attr-defined]
    assert browser.get("/").status_code == 303, "not in yet"
    browser.post("/login/code", {"code": pyotp.TOTP(secret).at(clock())}, page="/login/code")

    assert browser.get("/").status_code == 200
    with parts.reading() as connection:
        said = (
            select(AuditEntry.details).where(AuditEntry.act == "signed_in").order_by(AuditEntry.number.desc())
        )
        assert "微信和动态口令" in (connection.scalars(said).first() or "")
