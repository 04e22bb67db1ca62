"""The phone page: that it is whole, offers the codes it was handed, and loads nothing from elsewhere."""

import re

import pytest

from tests.simulator.conftest import Account, MakeAccount


def test_everything_the_page_names_is_served(steady: Account) -> None:
    page = steady.api.get("/demo/").text
    named = set(re.findall(r'(?:href|src)="([^"]+)"', page))
    assert "/demo/static/main.js" in named

    while named:
        address = named.pop()
        answer = steady.api.get(address)
        assert answer.status_code == 200, address
        if address.endswith(".js"):
            named |= {f"/demo/static/{name}" for name in re.findall(r'from "\./([^"]+)"', answer.text)}


def test_nothing_comes_from_elsewhere(steady: Account) -> None:
    answer = steady.api.get("/demo/")

    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r'(?:href|src)="(?:https?:)?//', answer.text)
    assert "不是真的微信" in answer.text


@pytest.mark.parametrize(("words", "found"), [("", 3), ("宜州", 1), ("市直 交通", 1), ("p_", 2), ("火星", 0)])
def test_codes_are_found_by_place_heading_or_scene(steady: Account, words: str, found: int) -> None:
    told = steady.api.get("/demo/scenes", params={"q": words}).json()

    assert (told["total"], len(told["scenes"])) == (found, found)


def test_a_long_list_of_codes_is_cut_and_says_how_many_there_are(make_account: MakeAccount) -> None:
    account = make_account(scenes=lambda: [(f"p_{n}", f"第{n}村", "村") for n in range(500)])

    told = account.api.get("/demo/scenes").json()

    assert (told["total"], len(told["scenes"])) == (500, 60)


def test_a_code_can_be_shown_to_scan_from_the_screen(steady: Account) -> None:
    assert steady.api.get("/demo/qr", params={"scene": "p_451202"}).content.startswith(b"\xff\xd8")
    assert steady.api.get("/demo/qr").status_code == 400


def test_own_acts_bring_the_reply_at_once_and_only_what_is_new(steady: Account) -> None:
    phone = steady.follower()
    last = steady.line.chat(phone.openid)[-1]["id"]

    told = steady.api.post(
        f"/demo/phones/{phone.openid}/acts", json={"act": "say", "text": "在吗", "after": last, "mark": "m1"}
    ).json()

    assert [message["body"]["text"] for message in told["messages"]] == ["在吗", "收到：在吗"]
    assert told["messages"][0]["body"]["mark"] == "m1"


def test_each_exchange_can_be_read_sealed_and_open(steady: Account) -> None:
    phone = steady.follower()
    phone.say("看看")

    exchange = steady.api.get(f"/demo/phones/{phone.openid}/exchanges").json()[-1]

    assert "<Content><![CDATA[看看]]></Content>" in exchange["request_xml"]
    assert "看看" in exchange["reply_xml"]
    assert "<Encrypt>" in exchange["attempts"][0]["sent"]
    assert "<Encrypt>" in exchange["attempts"][0]["answer"]
    assert exchange["attempts"][0]["elapsed_ms"] > 0
