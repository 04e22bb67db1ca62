"""The rest of the API: followers, media, menu, quotas, web sign-in, and faults on any call."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from simulator.api.network import OWN_ADDRESSES
from simulator.media import sample
from tests.simulator.conftest import Account, MakeAccount
from tests.simulator.webhook import APP_ID, APP_SECRET

MENU = {"button": [{"type": "click", "name": "开始", "key": "START"}]}


def test_a_followers_card_tells_how_they_came_and_an_unfollower_almost_nothing(account: Account) -> None:
    phone = account.phone()
    phone.scan("p_451202")

    card = account.get("/cgi-bin/user/info", openid=phone.openid)
    assert (card["subscribe_scene"], card["qr_scene_str"], card["qr_scene"]) == (
        "ADD_SCENE_QR_CODE",
        "p_451202",
        0,
    )
    assert card["subscribe_time"] == int(account.clock().timestamp())
    phone.unfollow()
    assert account.get("/cgi-bin/user/info", openid=phone.openid) == {"subscribe": 0, "openid": phone.openid}
    assert account.get("/cgi-bin/user/info", openid="nobody")["errcode"] == 40003


def test_followers_are_listed_in_pages_until_none_is_left(account: Account) -> None:
    openids = {account.follower().openid for _ in range(3)}
    account.phone()

    first = account.get("/cgi-bin/user/get")
    after = account.get("/cgi-bin/user/get", next_openid=first["next_openid"])

    assert (first["total"], first["count"], set(first["data"]["openid"])) == (3, 3, openids)
    assert after == {"total": 3, "count": 0, "next_openid": ""}


def test_cards_come_in_batches_of_at_most_a_hundred(steady: Account) -> None:
    openid = steady.follower().openid

    told = steady.post("/cgi-bin/user/info/batchget", {"user_list": [{"openid": openid}]})
    assert [card["openid"] for card in told["user_info_list"]] == [openid]
    wanted = {"user_list": [{"openid": openid}] * 101}
    assert steady.post("/cgi-bin/user/info/batchget", wanted)["errcode"] == 40032


def test_a_voice_can_be_fetched_for_three_days_and_then_the_error_is_json_with_http_200(
    account: Account,
) -> None:
    account.follower().send_voice()
    media_id = account.webhook.last["MediaId"]

    query = {"access_token": account.token(), "media_id": media_id}
    got = account.api.get("/cgi-bin/media/get", params=query)
    assert got.content == sample("voice.amr")
    assert got.content.startswith(b"#!AMR\n")
    assert "filename=" in got.headers["Content-disposition"]
    account.clock.pass_by(days=3)
    assert account.get("/cgi-bin/media/get", media_id=media_id)["errcode"] == 40007


def test_a_video_is_answered_with_an_address(steady: Account) -> None:
    steady.follower().send_video()

    told = steady.get("/cgi-bin/media/get", media_id=steady.webhook.last["MediaId"])

    assert httpx.get(told["video_url"], trust_env=False).content == sample("clip.mp4")


@pytest.mark.parametrize(
    ("kind", "name", "content", "errcode"),
    [
        ("image", "a.jpg", b"\xff\xd8", None),
        ("hologram", "a.jpg", b"\xff\xd8", 40004),
        ("image", "a.exe", b"MZ", 40005),
        ("thumb", "a.jpg", b"x" * (64 * 1024 + 1), 40006),
        ("image", "a.jpg", b"", 41005),
    ],
)
def test_uploads_are_checked(
    steady: Account, kind: str, name: str, content: bytes, errcode: int | None
) -> None:
    query = {"access_token": steady.token(), "type": kind}

    told = steady.told(
        steady.api.post("/cgi-bin/media/upload", params=query, files={"media": (name, content)})
    )

    assert told.get("errcode") == errcode
    assert ("media_id" in told) == (errcode is None)


def test_any_bytes_can_be_put_where_a_phone_sends_them_from(steady: Account) -> None:
    put = steady.api.post(
        "/demo/control/media", params={"kind": "voice", "age_days": "4"}, content=b"not a voice at all"
    )
    media_id = put.json()["media_id"]

    steady.follower().send_voice(media_id=media_id)

    assert steady.webhook.last["MediaId"] == media_id
    assert steady.get("/cgi-bin/media/get", media_id=media_id)["errcode"] == 40007


def test_a_menu_is_kept_read_and_deleted(steady: Account) -> None:
    assert steady.get("/cgi-bin/menu/get")["errcode"] == 46003
    assert steady.post("/cgi-bin/menu/create", MENU)["errcode"] == 0
    assert steady.get("/cgi-bin/menu/get") == {"menu": MENU}
    assert steady.get("/cgi-bin/menu/delete")["errcode"] == 0
    assert steady.get("/cgi-bin/menu/get")["errcode"] == 46003


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([{"type": "click", "name": "好", "key": "K"}] * 4, 40016),
        ([{"type": "click", "name": "六个汉字多了", "key": "K"}], 40018),
        ([{"type": "shake", "name": "好", "key": "K"}], 40017),
        ([{"type": "click", "name": "好", "key": "K" * 129}], 40019),
        ([{"type": "view", "name": "好", "url": "u" * 1025}], 40020),
        ([{"name": "好", "sub_button": [{"type": "click", "name": "好", "key": "K"}] * 6}], 40023),
        ([{"name": "好", "sub_button": [{"type": "click", "name": "满" * 21, "key": "K"}]}], 40025),
    ],
)
def test_menu_limits(steady: Account, buttons: list[dict[str, Any]], errcode: int) -> None:
    assert steady.post("/cgi-bin/menu/create", {"button": buttons})["errcode"] == errcode


def test_a_day_quota_ends_at_midnight_in_shanghai_or_when_cleared(make_account: MakeAccount) -> None:
    account = make_account(day_quotas={"/cgi-bin/menu/create": 2})

    def errcodes(count: int) -> list[int]:
        return [account.post("/cgi-bin/menu/create", MENU)["errcode"] for _ in range(count)]

    assert errcodes(3) == [0, 0, 45009]
    wanted = {"cgi_path": "/cgi-bin/menu/create"}
    quota = account.post("/cgi-bin/openapi/quota/get", wanted)["quota"]
    assert quota == {"daily_limit": 2, "used": 2, "remain": 0}
    account.clock.pass_by(hours=12)
    assert errcodes(3) == [0, 0, 45009]
    assert account.post("/cgi-bin/clear_quota", {"appid": APP_ID})["errcode"] == 0
    assert errcodes(3) == [0, 0, 45009]


def test_quotas_can_be_cleared_ten_times_a_month_even_without_a_token(account: Account) -> None:
    wanted = {"appid": APP_ID, "appsecret": APP_SECRET}

    told = [account.told(account.api.post("/cgi-bin/clear_quota/v2", json=wanted)) for _ in range(11)]

    assert [answer["errcode"] for answer in told] == [0] * 10 + [48006]


def test_the_platforms_own_addresses_and_the_self_check(steady: Account) -> None:
    assert steady.get("/cgi-bin/getcallbackip")["ip_list"] == OWN_ADDRESSES
    told = steady.post("/cgi-bin/callback/check", {"action": "all", "check_operator": "DEFAULT"})
    assert told["ping"][0]["package_loss"] == "0%"


@pytest.mark.parametrize("errcode", [-1, 40001, 40014, 42001, 45009, 45011, 40252, 48001, 50002])
def test_any_error_can_be_ordered_for_the_next_calls(steady: Account, errcode: int) -> None:
    steady.fault("/cgi-bin/getcallbackip", "errcode", errcode, times=2)

    told = [steady.get("/cgi-bin/getcallbackip").get("errcode") for _ in range(3)]

    assert told == [errcode, errcode, None]


def test_slow_cut_and_failing_answers_can_be_ordered(steady: Account) -> None:
    token = steady.token()
    steady.fault("/cgi-bin/getcallbackip", "slow", 0.3)
    started = time.monotonic()
    steady.get("/cgi-bin/getcallbackip", token)
    assert time.monotonic() - started > 0.3

    steady.fault("*", "cut")
    with pytest.raises(httpx.TransportError):
        steady.get("/cgi-bin/getcallbackip", token)

    steady.fault("*", "http", 502)
    assert steady.api.get("/cgi-bin/getcallbackip").status_code == 502


def test_an_impossible_fault_is_refused_and_waiting_ones_can_be_cleared(steady: Account) -> None:
    assert steady.fault("push", "errcode", 40001).status_code == 400
    assert steady.fault("/cgi-bin/token", "explode").status_code == 400
    assert steady.fault("elsewhere", "cut").status_code == 400
    steady.fault("tap", "drop_id", times=5)
    assert steady.api.get("/demo/control/faults").json()[0]["times"] == 5
    steady.api.delete("/demo/control/faults")
    assert steady.api.get("/demo/control/faults").json() == []


def sign_in(account: Account, **change: str) -> httpx.Response:
    """Open the sign-in page as a browser would."""
    query = {
        "appid": APP_ID,
        "redirect_uri": "http://office.example/back?a=1",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "abc",
        **change,
    }
    return account.api.get("/connect/oauth2/authorize", params=query)


def exchange(account: Account, code: str) -> dict[str, Any]:
    """Trade a code for an openid."""
    query = {"appid": APP_ID, "secret": APP_SECRET, "code": code, "grant_type": "authorization_code"}
    return account.told(account.api.get("/sns/oauth2/access_token", params=query))


def code_from(answer: httpx.Response) -> str:
    """The code a redirect carries."""
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def test_a_browser_comes_back_with_a_code_good_once_for_five_minutes(account: Account) -> None:
    openid = account.phone().openid
    answer = sign_in(account, **{"as": openid})

    assert answer.headers["Location"].startswith("http://office.example/back?a=1&code=")
    assert exchange(account, code_from(answer))["openid"] == openid
    assert exchange(account, code_from(answer))["errcode"] == 40163
    late = code_from(sign_in(account, **{"as": openid}))
    account.clock.pass_by(301)
    assert exchange(account, late)["errcode"] == 40029
    assert exchange(account, "invented")["errcode"] == 40029


def test_the_page_asks_who_is_there_unless_a_phone_was_just_used(account: Account) -> None:
    phone = account.follower()

    asked = sign_in(account)
    assert asked.status_code == 200
    assert "韦阿姨" in asked.text
    account.api.post(f"/demo/phones/{phone.openid}/hold")
    assert exchange(account, code_from(sign_in(account)))["openid"] == phone.openid


def test_a_preview_page_brings_a_virtual_user(steady: Account) -> None:
    told = exchange(steady, code_from(sign_in(steady, **{"as": "snapshot"})))

    assert told["is_snapshotuser"] == 1
    assert len(told["openid"]) == 28


@pytest.mark.parametrize(
    "change",
    [
        {"appid": "wx-other"},
        {"redirect_uri": "not-an-address"},
        {"redirect_uri": "http://evil.example/"},
        {"response_type": "token"},
        {"scope": "all"},
        {"state": "a-b"},
    ],
)
def test_a_wrong_sign_in_address_gets_a_page_that_says_so(
    make_account: MakeAccount, change: dict[str, str]
) -> None:
    account = make_account(oauth_domain="office.example")

    assert sign_in(account, **change).status_code == 400
