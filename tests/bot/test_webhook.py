"""The webhook's answers to good requests, in the three modes."""

import xml.etree.ElementTree as ET

import pytest

from bot import phrases
from core.config import WeChatMode
from core.conversation.inputs import Said
from tests.bot import platform
from tests.bot.platform import ACCOUNT, AES_KEY, NOW, OPENID, PREVIOUS_KEY, TOKEN
from tests.bot.wsgi import Answer, Bench

HARD_WORDS = ["]]>", "<a href='x'>", "{0} {}", "😀👨‍👩‍👧", "a\nb", "&amp; &#65;", "𠮷", "%s %(x)s", "\\n"]


def read_reply(xml: str) -> dict[str, str]:
    return {child.tag: child.text or "" for child in ET.fromstring(xml)}


def open_reply(answer: Answer, key: str = AES_KEY) -> dict[str, str]:
    """Check and open an encrypted reply as the platform does."""
    outer = read_reply(answer.body)
    parts = (TOKEN, outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
    assert outer["MsgSignature"] == platform.signature(*parts)
    return read_reply(platform.decrypt(outer["Encrypt"], key))


def test_the_address_is_verified_by_giving_the_echo_string_back() -> None:
    answer = Bench().call("GET", platform.query(echostr="5837397520665436492"))

    assert (answer.status, answer.body) == (200, "5837397520665436492")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("mode", ["plain", "compat"])
def test_a_plain_message_gets_a_plain_reply(mode: WeChatMode) -> None:
    bench = Bench(mode, reply="下一题")

    answer = bench.push_plain(platform.text("满意"))

    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert read_reply(answer.body) | {"CreateTime": ""} == {
        "ToUserName": OPENID,
        "FromUserName": ACCOUNT,
        "CreateTime": "",
        "MsgType": "text",
        "Content": "下一题",
    }
    assert bench.turns.taken[0].what == Said("满意")


def test_an_encrypted_message_gets_an_encrypted_reply() -> None:
    bench = Bench(reply="下一题")

    answer = bench.push(platform.text("满意"))

    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert open_reply(answer)["Content"] == "下一题"
    assert bench.turns.taken[0].what == Said("满意")
    assert bench.turns.taken[0].stamp == f"{NOW}:42"


def test_in_compat_mode_the_sealed_message_counts_and_not_the_plain_one_beside_it() -> None:
    bench = Bench("compat", reply="下一题")
    forged = "<FromUserName>other</FromUserName><MsgType>text</MsgType><Content>不满意</Content>"

    query, body = platform.sealed(platform.text("满意"), outer=forged)
    answer = bench.call("POST", query, body)

    assert open_reply(answer)["Content"] == "下一题"
    assert bench.turns.taken[0].openid == OPENID
    assert bench.turns.taken[0].what == Said("满意")


def test_in_plain_mode_the_plain_fields_count() -> None:
    bench = Bench("plain", reply="下一题")
    outer = platform.text("满意").removeprefix("<xml>").removesuffix("</xml>")

    query, body = platform.sealed(
        "<xml/>", outer=outer.replace(f"<ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>", "")
    )

    assert read_reply(bench.call("POST", query, body).body)["Content"] == "下一题"


def test_the_previous_key_is_accepted_and_answered_with() -> None:
    bench = Bench(previous=PREVIOUS_KEY, reply="下一题")

    query, body = platform.sealed(platform.text("满意"), key=PREVIOUS_KEY)

    assert open_reply(bench.call("POST", query, body), PREVIOUS_KEY)["Content"] == "下一题"


def test_silence_is_success_in_plain_words_even_in_safe_mode() -> None:
    answer = Bench().push(platform.text("满意"))

    assert (answer.status, answer.body) == (200, "success")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("words", HARD_WORDS)
def test_hard_words_survive_the_way_in_and_out(words: str) -> None:
    for mode in ("plain", "safe"):
        bench = Bench(mode, reply=words)

        answer = (
            bench.push_plain(platform.text(words)) if mode == "plain" else bench.push(platform.text(words))
        )

        reply = read_reply(answer.body) if mode == "plain" else open_reply(answer)
        assert reply["Content"] == words
        assert bench.turns.taken[0].what == Said(words)


def test_control_characters_are_dropped_on_both_ways() -> None:
    bench = Bench(reply="a\x00\x08\ufffe\ud800b")

    answer = bench.push(platform.text("满\x00\x1b\x0b\ufffe意"))

    assert bench.turns.taken[0].what == Said("满意")
    assert open_reply(answer)["Content"] == "ab"


def test_bytes_that_are_no_utf_8_reach_the_person_s_turn_as_replacement_marks() -> None:
    bench = Bench("plain")
    xml = platform.text("满意?").encode().replace(b"?", b"\xff\xfe")

    assert bench.call("POST", platform.query(), xml).status == 200
    assert bench.turns.taken[0].what == Said("满意\ufffd\ufffd")


def test_a_failing_turn_becomes_an_apology_and_a_log_line_with_the_delivery(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench()
    bench.turns.error = RuntimeError("boom")

    answer = bench.push(platform.text("我住在庆远镇"))

    assert open_reply(answer)["Content"] == phrases.APOLOGY
    (record,) = caplog.records
    assert (record.msg, record.exc_info is not None) == ("handler_failed", True)
    assert record.__dict__["delivery_key"] == bench.turns.taken[0].delivery_key
    assert bench.counted("minyi_handler_failures_total", kind="text") == 1
    assert OPENID not in caplog.text
    assert "庆远镇" not in caplog.text


def test_a_failing_turn_stays_silent_where_words_are_not_allowed() -> None:
    bench = Bench()
    bench.turns.error = RuntimeError("boom")

    assert bench.push(platform.event("LOCATION", Latitude="24.7")).body == "success"


def test_a_shed_message_is_answered_at_once_with_success_and_counted() -> None:
    bench = Bench()
    bench.turns.error = platform.BUSY

    answer = bench.push(platform.text("满意"))

    assert (answer.status, answer.body) == (200, "success")
    assert bench.counted("minyi_shed_total") == 1


def test_deliveries_are_counted_by_kind_and_unheard_of_kinds_as_one() -> None:
    bench = Bench()

    bench.push(platform.text("满意"))
    bench.push(platform.event("brand_new"))
    bench.push(platform.push("hologram", MsgId=1))

    assert bench.counted("minyi_deliveries_total", kind="text") == 1
    assert bench.counted("minyi_deliveries_total", kind="other") == 2
    assert bench.counted("minyi_delivery_seconds_count") == 3
