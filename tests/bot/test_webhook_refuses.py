"""Every way a request can be wrong: its 4xx, one log line, and nobody's turn taken."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from bot.refusals import STATUS
from core.config import WeChatMode
from tests.bot import platform
from tests.bot.platform import ACCOUNT, NOW, OPENID, PREVIOUS_KEY
from tests.bot.wsgi import Answer, Bench

HELLO = platform.text("满意")


def refused(bench: Bench, answer: Answer, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    """The request was refused for this reason, in one line and without a trace."""
    assert (answer.status, answer.body) == (int(STATUS[reason][:3]), reason)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    (record,) = caplog.records
    assert (record.msg, record.__dict__["reason"], record.exc_info) == ("webhook_refused", reason, None)
    assert bench.counted("minyi_webhook_refused_total", reason=reason) == 1
    assert bench.turns.taken == [] or reason == "stamp_reused"
    assert OPENID not in caplog.text


def signed_with(**changes: str | None) -> str:
    """A good query with some parameters changed, or taken away."""
    parameters = dict(parse_qsl(platform.query())) | changes
    return urlencode({name: value for name, value in parameters.items() if value is not None})


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "BREW"])
def test_other_methods(method: str, caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()

    answer = bench.call(method, platform.query())

    refused(bench, answer, "method", caplog)
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "missing_parameter"),
        (signed_with(signature=None), "missing_parameter"),
        (signed_with(timestamp=None), "missing_parameter"),
        (signed_with(nonce=None), "missing_parameter"),
        (signed_with(nonce=""), "bad_parameter"),
        (platform.query(nonce="9" * 65), "bad_parameter"),
        (signed_with(timestamp="now"), "bad_parameter"),
        (signed_with(timestamp="１７０００"), "bad_parameter"),
        (signed_with(timestamp="-5"), "bad_parameter"),
        (signed_with(timestamp="9" * 5000), "bad_parameter"),
        ("&".join(f"p{n}=1" for n in range(50)), "bad_parameter"),
        (signed_with(signature="0" * 40), "bad_signature"),
        (signed_with(signature=""), "bad_signature"),
        (signed_with(signature="签名"), "bad_signature"),
        (signed_with(nonce="43"), "bad_signature"),
        (platform.query(token="other"), "bad_signature"),
        ("signature=x&" + platform.query(), "bad_signature"),
        (platform.query(NOW - 601), "stale"),
        (platform.query(NOW + 601), "stale"),
        (platform.query(0), "stale"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_that_is_not_the_platforms(
    method: str, query: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench("plain")

    refused(bench, bench.call(method, query, HELLO.encode()), reason, caplog)


@pytest.mark.parametrize("moment", [NOW - 600, NOW + 600])
def test_ten_minutes_old_is_still_fresh(moment: int) -> None:
    assert Bench().call("GET", platform.query(moment, echostr="1")).status == 200


def test_verification_without_an_echo_string(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()

    refused(bench, bench.call("GET", platform.query()), "missing_parameter", caplog)


class Broken:
    """A stream whose other end went away."""

    def read(self, size: int) -> bytes:
        raise ConnectionResetError


@pytest.mark.parametrize(
    ("environ", "body", "reason"),
    [
        ({}, b"x" * (64 * 1024 + 1), "too_large"),
        ({"CONTENT_LENGTH": "9" * 30}, b"", "bad_parameter"),
        ({"CONTENT_LENGTH": "-1"}, b"", "bad_parameter"),
        ({"CONTENT_LENGTH": "abc"}, b"", "bad_parameter"),
        ({"CONTENT_LENGTH": "1000"}, HELLO.encode()[:100], "truncated"),
        ({"wsgi.input": Broken()}, HELLO.encode(), "truncated"),
        ({"CONTENT_LENGTH": None}, HELLO.encode(), "no_length"),
        ({"CONTENT_LENGTH": ""}, HELLO.encode(), "no_length"),
        ({"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked"}, b"x" * 70_000, "too_large"),
        ({"CONTENT_LENGTH": None, "wsgi.input_terminated": True}, b"x" * 70_000, "too_large"),
    ],
)
def test_a_body_of_the_wrong_size(
    environ: dict[str, Any], body: bytes, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench("plain")

    refused(bench, bench.call("POST", platform.query(), body, **environ), reason, caplog)


def test_a_chunked_body_of_the_right_size_is_taken() -> None:
    bench = Bench("plain")

    answer = bench.call(
        "POST", platform.query(), HELLO.encode(), CONTENT_LENGTH=None, HTTP_TRANSFER_ENCODING="Chunked"
    )

    assert answer.status == 200
    assert len(bench.turns.taken) == 1


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
BILLION_LAUGHS = LAUGHS + "<xml><MsgType>text</MsgType><Content>&b;</Content></xml>"
ENTITY = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "bad_xml"),
        ("hello", "bad_xml"),
        ('{"json": true}', "bad_xml"),
        ("<xml>", "bad_xml"),
        ("<xml></xml><xml></xml>", "bad_xml"),
        ("<html/>", "bad_xml"),
        ("<xml><a>&nbsp;</a></xml>", "bad_xml"),
        ("<xml><a>&#1;</a></xml>", "bad_xml"),
        ("<xml>" + "<a>" * 5000 + "</a>" * 5000 + "</xml>", "bad_xml"),
        ("<!DOCTYPE xml>" + HELLO, "forbidden_xml"),
        ("<!DOCTYPE xml SYSTEM 'http://127.0.0.1/x.dtd'>" + HELLO, "forbidden_xml"),
        (BILLION_LAUGHS, "forbidden_xml"),
        (ENTITY, "forbidden_xml"),
        ("<xml/>", "bad_message"),
        (HELLO.replace("MsgType", "msgtype"), "bad_message"),
        (HELLO.replace(OPENID, ""), "bad_message"),
        (HELLO.replace(OPENID, "no/openid"), "bad_message"),
        (HELLO.replace(OPENID, "o" * 65), "bad_message"),
        (HELLO.replace(ACCOUNT, "公众号"), "bad_message"),
        (HELLO.replace(str(NOW), "soon", 1), "bad_message"),
        (HELLO.replace(str(NOW), "9" * 30, 1), "bad_message"),
        (HELLO.replace("23456789012345678", "many"), "bad_message"),
        (HELLO.replace("<![CDATA[text]]>", "<a>text</a>"), "bad_message"),
        (platform.push("event"), "bad_message"),
        (platform.push("event", raw="<Event><a>1</a></Event>"), "bad_message"),
    ],
)
@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_a_body_that_is_no_message(
    mode: WeChatMode, body: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(mode)

    answer = bench.push_plain(body) if mode == "plain" else bench.push(body)

    refused(bench, answer, reason, caplog)


def test_in_safe_mode_plain_text(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench("safe")

    refused(bench, bench.push_plain(HELLO), "not_encrypted", caplog)


def test_in_plain_mode_nothing_but_an_envelope(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench("plain")

    refused(bench, bench.push(HELLO), "encrypted_in_plain_mode", caplog)


@pytest.mark.parametrize("mode", ["safe", "compat"])
@pytest.mark.parametrize("msg_signature", [None, "", "0" * 40, platform.signature("tok123", str(NOW), "42")])
def test_a_wrong_message_signature(
    mode: WeChatMode, msg_signature: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(mode)
    _, body = platform.sealed(HELLO)
    query = platform.query() if msg_signature is None else platform.query(msg_signature=msg_signature)

    refused(bench, bench.call("POST", query, body), "bad_msg_signature", caplog)


def test_an_envelope_that_is_no_text(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    body = b"<xml><Encrypt><a>1</a></Encrypt></xml>"

    refused(bench, bench.call("POST", platform.query(msg_signature="x"), body), "bad_msg_signature", caplog)


def test_an_envelope_sealed_with_a_key_we_do_not_have(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()

    refused(bench, bench.call("POST", *platform.sealed(HELLO, key=PREVIOUS_KEY)), "bad_cipher", caplog)


def test_an_envelope_for_another_account(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    encrypted = platform.encrypt(HELLO, app_id="wx_somebody_else")
    signed = platform.signature("tok123", str(NOW), "42", encrypted)
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()

    refused(bench, bench.call("POST", platform.query(msg_signature=signed), body), "wrong_app", caplog)


def test_a_timestamp_and_nonce_that_carried_another_delivery(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.turns.error = platform.REUSED

    refused(bench, bench.push(HELLO), "stamp_reused", caplog)


def test_a_failure_outside_any_handler_is_silence_and_a_logged_trace(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench()
    monkeypatch.setattr(bench.webhook, "_robot", None)

    answer = bench.push(HELLO)

    assert (answer.status, answer.body) == (200, "success")
    (record,) = caplog.records
    assert (record.msg, record.exc_info is not None) == ("webhook_failed", True)
    assert bench.counted("minyi_webhook_failures_total") == 1


def test_every_reason_is_tried_above() -> None:
    source = Path(__file__).read_text(encoding="utf-8")

    assert [reason for reason in STATUS if f'"{reason}"' not in source] == []
