"""What the platform takes as a reply, and what it does not."""

import pytest
from flask import Response

from simulator.config import Mode
from simulator.phone import Phone
from tests.simulator.conftest import Account, SteadyIn
from tests.simulator.webhook import Answerer, Said, echo, envelope, text_reply

ARTICLE = "<item><Title>进展</Title><Description>d</Description><PicUrl>p</PicUrl><Url>u</Url></item>"


def answered(account: Account, answer: Answerer) -> Phone:
    """A phone that typed something and got this answer."""
    account.webhook.answer = echo
    phone = account.follower(strict=False)
    account.webhook.answer = answer
    phone.say("在吗")
    return phone


def complaint(account: Account, answer: Answerer) -> str:
    """What is said of an answer that must not pass."""
    phone = answered(account, answer)
    assert phone.last.outcome == "broken"
    return phone.last.complaints[0]


def swap_names(said: Said) -> str:
    """A reply that forgets to swap sender and receiver."""
    turned = {**said, "FromUserName": said["ToUserName"], "ToUserName": said["FromUserName"]}
    return text_reply(turned, "好")


@pytest.mark.parametrize(
    ("make_xml", "reason"),
    [
        (swap_names, "没有对调"),
        (lambda said: text_reply(said, "满" * 683), "2049 字节"),
        (lambda said: text_reply(said, " "), "Content 是空的"),
        (lambda said: text_reply(said, "好").replace("1700000000", "now"), "CreateTime"),
        (lambda said: text_reply(said, "好").replace("Content>", "Contents>"), "缺少 Content"),
        (lambda said: text_reply(said, "好").replace("<xml>", "<xml>&"), "XML 不合格式"),
        (lambda said: text_reply(said, "好").replace("xml>", "html>"), "最外层"),
        (lambda said: "<!DOCTYPE xml [<!ENTITY a 'b'>]>" + text_reply(said, "好"), "DTD"),
        (lambda said: text_reply(said, "", kind="hologram"), "hologram"),
        (
            lambda said: text_reply(
                said,
                "",
                kind="news",
                inner=f"<ArticleCount>2</ArticleCount><Articles>{ARTICLE * 2}</Articles>",
            ),
            "只能有 1 篇",
        ),
        (
            lambda said: text_reply(
                said, "", kind="news", inner=f"<ArticleCount>2</ArticleCount><Articles>{ARTICLE}</Articles>"
            ),
            "实际有 1 篇",
        ),
        (lambda said: '{"text": "好"}', "JSON"),
        (lambda said: '"success"', "引号"),
        (lambda said: "success\n", "空白"),
    ],
)
def test_a_bad_reply_breaks_the_chat_and_says_why(steady_in: SteadyIn, make_xml: object, reason: str) -> None:
    account = steady_in("plain")
    assert callable(make_xml)

    assert reason in complaint(account, lambda said: str(make_xml(said)).encode())


def test_a_text_of_exactly_the_limit_passes(steady: Account) -> None:
    phone = answered(steady, lambda said: "满" * 682 + "ab")

    assert len(phone.last.text.encode()) == 2048


def test_one_article_passes(steady: Account) -> None:
    inner = f"<ArticleCount>1</ArticleCount><Articles>{ARTICLE}</Articles>"

    phone = answered(steady, lambda said: steady.webhook.wrap(text_reply(said, "", kind="news", inner=inner)))

    assert (phone.last.kind, phone.last.text) == ("news", "进展")


@pytest.mark.parametrize(
    ("mode", "answer", "reason"),
    [
        ("safe", lambda said: text_reply(said, "好").encode(), "必须加密"),
        ("plain", lambda said: envelope(text_reply(said, "好")).encode(), "不能加密"),
        ("safe", lambda said: envelope(text_reply(said, "好"), token="other").encode(), "MsgSignature"),
        ("safe", lambda said: envelope(text_reply(said, "好"), app_id="wx-other").encode(), "appid"),
        (
            "safe",
            lambda said: envelope(text_reply(said, "好" + "a" * 15), pad_block=16).encode(),
            "不是 32 的倍数",
        ),
        ("safe", lambda said: envelope("success").encode(), "success"),
        (
            "safe",
            lambda said: envelope(text_reply(said, "好")).replace("17000", "x", 1).encode(),
            "TimeStamp",
        ),
        ("safe", lambda said: b"<xml><Encrypt>AAAA</Encrypt></xml>", "缺少 MsgSignature"),
        ("plain", lambda said: "<xml>满意".encode("gb18030"), "UTF-8"),
    ],
)
def test_a_badly_sealed_reply_is_refused(
    steady_in: SteadyIn, mode: Mode, answer: Answerer, reason: str
) -> None:
    account = steady_in(mode)
    phone = answered(account, answer)

    assert phone.last.outcome == "broken"
    assert reason in phone.last.complaints[0]


def test_compat_mode_takes_plain_and_sealed_replies(steady_in: SteadyIn) -> None:
    account = steady_in("compat")

    assert answered(account, lambda said: text_reply(said, "明文").encode()).last.text == "明文"
    assert answered(account, lambda said: envelope(text_reply(said, "密文")).encode()).last.text == "密文"


def test_a_location_report_may_only_be_answered_with_silence(steady: Account) -> None:
    phone = steady.follower(strict=False)
    steady.webhook.answer = lambda said: "知道了"

    phone.report_location()

    assert "LOCATION" in phone.last.complaints[0]
    assert steady.chat(phone)[-1] == ("account", "收到：subscribe")


def test_a_link_that_cannot_be_tapped_is_shown_and_complained_of(steady: Account) -> None:
    phone = answered(steady, lambda said: '<a href="weixin://bizmsgmenu?msgmenucontent=A">一般</a>')

    assert phone.last.outcome == "reply"
    assert "不能空" in phone.last.complaints[0]


def test_an_html_error_page_is_refused_by_its_status(steady: Account) -> None:
    assert "500" in complaint(steady, lambda said: Response("<h1>oops</h1>", status=500))
