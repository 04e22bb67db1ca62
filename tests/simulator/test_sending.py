"""What the account sends of its own accord: templates, notices, customer-service messages."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from simulator import Template
from simulator.phone import Phone
from tests.simulator.conftest import Account, MakeAccount
from tests.simulator.webhook import Said

TEMPLATE = "/cgi-bin/message/template/send"
NOTICE = "/cgi-bin/message/subscribe/bizsend"
CUSTOM = "/cgi-bin/message/custom/send"

URGE = Template("工单催办提醒", {"const3": "工单类型", "thing1": "工单名称"}, {"const3": ("民意整改",)})
DATA = {"const3": {"value": "民意整改"}, "thing1": {"value": "道路破损"}}


@pytest.fixture
def office(make_account: MakeAccount) -> Account:
    """An account that holds one template and answers nothing."""
    account = make_account(templates={"T-URGE": URGE})
    account.webhook.answer = lambda said: b""
    return account


def send_template(account: Account, phone: Phone, **more: Any) -> dict[str, Any]:
    """Send the urging template, with changes."""
    wanted = {"touser": phone.openid, "template_id": "T-URGE", "data": DATA, **more}
    return account.post(TEMPLATE, wanted)


def say(account: Account, phone: Phone, words: str) -> int:
    """Send a customer-service text; its errcode."""
    wanted = {"touser": phone.openid, "msgtype": "text", "text": {"content": words}}
    return int(account.post(CUSTOM, wanted)["errcode"])


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait a moment for something a thread does."""
    deadline = time.monotonic() + 3
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_template_arrives_as_a_card_and_its_fate_is_pushed_later(office: Account) -> None:
    phone = office.follower()

    told = send_template(office, phone, url="https://example.org/item/12")

    assert told["errcode"] == 0
    assert told["msgid"] > 2**32
    card = office.line.chat(phone.openid)[-1]
    assert card["body"]["rows"] == [["工单类型", "民意整改"], ["工单名称", "道路破损"]]
    assert card["body"]["url"] == "https://example.org/item/12"
    wait_for(lambda: office.webhook.last.get("Event") == "TEMPLATESENDJOBFINISH")
    assert office.webhook.last["MsgID"] == str(told["msgid"])
    assert office.webhook.last["Status"] == "success"


@pytest.mark.parametrize(
    ("kind", "status"), [("user_block", "failed:user block"), ("system_failed", "failed: system failed")]
)
def test_a_template_can_fail_afterwards(office: Account, kind: str, status: str) -> None:
    phone = office.follower()
    office.fault("report", kind)

    assert send_template(office, phone)["errcode"] == 0

    wait_for(lambda: office.webhook.last.get("Event") == "TEMPLATESENDJOBFINISH")
    assert office.webhook.last["Status"] == status
    assert all(bubble["kind"] != "template" for bubble in office.line.chat(phone.openid))


def test_the_same_client_msg_id_is_delivered_once_in_ten_minutes(office: Account) -> None:
    phone, other = office.follower(), office.follower()

    first = send_template(office, phone, client_msg_id="r-12")
    again = send_template(office, phone, client_msg_id="r-12")
    elsewhere = send_template(office, other, client_msg_id="r-12")
    office.clock.pass_by(601)
    later = send_template(office, phone, client_msg_id="r-12")

    assert first == again
    assert len({told["msgid"] for told in (first, elsewhere, later)}) == 3
    cards = [bubble for bubble in office.line.chat(phone.openid) if bubble["kind"] == "template"]
    assert len(cards) == 2


def test_a_template_reaches_only_followers_of_this_account(office: Account) -> None:
    phone = office.follower()
    phone.unfollow()

    assert send_template(office, phone)["errcode"] == 43004
    assert send_template(office, phone, touser="o-of-another-account")["errcode"] == 40003
    assert send_template(office, office.follower(), template_id="T-OTHER")["errcode"] == 40037


def test_a_missing_or_unapproved_value_is_refused_by_name(office: Account) -> None:
    phone = office.follower()

    told = send_template(office, phone, data={**DATA, "const3": {"value": "别的"}})
    assert told["errmsg"].startswith("argument invalid! data.const3.value invalid rid: ")
    told = send_template(office, phone, data={"const3": {"value": "民意整改"}})
    assert (told["errcode"], told["errmsg"][:44]) == (47003, "argument invalid! data.thing1.value is empty")


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", "满" * 20, "满" * 21),
        ("const1", "民意整改", "满" * 21),
        ("phrase1", "待办理", "待办A"),
        ("character_string1", "No.12/2021", "编号12"),
        ("number1", "12.5", "12件"),
        ("letter1", "ABC", "A1"),
        ("symbol1", "+-*", "a"),
        ("time1", "2021年10月1日 15:01", "明天"),
        ("time2", "2021-10-01 15:01:00~2021-10-02 15:01:00", "2021-10"),
        ("date1", "2021年10月1日", "10月"),
        ("amount1", "￥100.00元", "一百元"),
        ("phone_number1", "0778-2280000", "电话2280000"),
        ("car_number1", "桂M12345", "桂M12345678"),
        ("name1", "覃大叔", "满" * 11),
    ],
)
def test_each_kind_of_field_takes_only_its_own_values(steady: Account, key: str, good: str, bad: str) -> None:
    steady.webhook.answer = lambda said: b""
    phone = steady.follower()

    def errcode(value: str) -> int:
        wanted = {"touser": phone.openid, "template_id": "any", "data": {key: {"value": value}}}
        return int(steady.post(TEMPLATE, wanted)["errcode"])

    assert (errcode(good), errcode(bad), errcode("")) == (0, 47003, 47003)


def test_a_notice_needs_a_consent_and_uses_it_up(office: Account) -> None:
    phone = office.follower()
    wanted = {"touser": phone.openid, "template_id": "T-URGE", "data": DATA}

    assert office.post(NOTICE, wanted)["errcode"] == 43101
    phone.consent("T-URGE")
    assert office.webhook.last["SubscribeStatusString"] == "accept"
    assert office.post(NOTICE, wanted)["errcode"] == 0
    assert office.post(NOTICE, wanted)["errcode"] == 43101
    wait_for(lambda: office.webhook.last.get("Event") == "subscribe_msg_sent_event")
    phone.consent("T-URGE", accepted=False)
    assert office.post(NOTICE, wanted)["errcode"] == 43101


def test_a_message_opens_five_sends_for_two_days(office: Account) -> None:
    phone = office.follower()
    office.clock.pass_by(120)
    phone.say("你好")

    assert [say(office, phone, "在") for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    phone.say("你好")
    assert say(office, phone, "在") == 0
    office.clock.pass_by(48 * 3600 + 1)
    assert say(office, phone, "在") == 45015


def test_following_opens_three_sends_for_a_minute(office: Account) -> None:
    phone = office.follower()

    assert [say(office, phone, "欢迎") for _ in range(4)] == [0, 0, 0, 45047]
    office.clock.pass_by(61)
    assert say(office, phone, "欢迎") == 45015


def test_unfollowing_closes_every_window(office: Account) -> None:
    phone = office.follower()
    phone.say("你好")
    phone.unfollow()

    assert say(office, phone, "再见") == 45015


def test_a_msgmenu_is_tapped_like_links_and_has_a_limit(office: Account) -> None:
    phone = office.follower()
    items = [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}]
    menu = {"head_content": "满意吗？", "list": items, "tail_content": "谢谢"}
    wanted = {"touser": phone.openid, "msgtype": "msgmenu", "msgmenu": menu}

    assert office.post(CUSTOM, wanted)["errcode"] == 0
    pieces = office.line.chat(phone.openid)[-1]["body"]["pieces"]
    assert [piece.get("menu_id") for piece in pieces if "label" in piece] == ["101", "102"]
    menu["list"] = items * 6
    assert office.post(CUSTOM, wanted)["errcode"] == 45098


def test_escaped_characters_are_shown_literally(office: Account) -> None:
    phone = office.follower()
    wanted = json.dumps({"touser": phone.openid, "msgtype": "text", "text": {"content": "满意"}})

    office.api.post(CUSTOM, params={"access_token": office.token()}, content=wanted)

    assert office.chat(phone)[-1] == ("account", r"\u6ee1\u610f")


def test_too_long_unknown_and_malformed_messages_are_refused(office: Account) -> None:
    phone = office.follower()

    assert say(office, phone, "满" * 683) == 45002
    assert office.post(CUSTOM, {"touser": phone.openid, "msgtype": "smell"})["errcode"] == 40008
    query = {"access_token": office.token()}
    assert office.told(office.api.post(CUSTOM, params=query, content=b"{oops"))["errcode"] == 47001


def test_a_fate_is_answered_by_silence_only(office: Account) -> None:
    phone = office.follower()
    office.webhook.answer = _chatty

    send_template(office, phone)

    path = f"/demo/phones/{phone.openid}/exchanges"
    wait_for(lambda: office.webhook.last.get("Event") == "TEMPLATESENDJOBFINISH")
    wait_for(lambda: "TEMPLATESENDJOBFINISH" in office.api.get(path).json()[-1]["request_xml"])
    assert "只能回空串" in office.api.get(path).json()[-1]["complaints"][0]


def _chatty(said: Said) -> str:
    return "知道了"
