"""Requests nobody should send, to the real server: each is refused quickly, none leaves a traceback."""

import http.client
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import text

from bot.phrases import APOLOGY
from core.conversation.models import Delivery
from simulator import crypto, messages
from simulator.config import SimulatorConfig
from simulator.wire import Push, to_xml, wrap
from tests.whole.platform import Resident
from tests.whole.server import Server
from tests.whole.site import QINGYUAN, Site

QUICKLY_SECONDS = 3.0
OPENID = "o__________________________x"
WORDS = "这句话谁也不该在日志里看到"


@dataclass(frozen=True)
class Request:
    """One HTTP request to the webhook."""

    query: dict[str, str]
    body: bytes = b""
    method: str = "POST"


def push(words: str = WORDS) -> Push:
    return Push(OPENID, int(time.time()), messages.text(words))


def sealed(account: SimulatorConfig, at: datetime | None = None) -> Request:
    """A push as it should be."""
    envelope = wrap(push(), account, at or datetime.now(UTC))
    return Request(dict(envelope.query), envelope.body.encode())


def signed(account: SimulatorConfig, nonce: str = "7", at: datetime | None = None) -> dict[str, str]:
    timestamp = str(int((at or datetime.now(UTC)).timestamp()))
    return {
        "signature": crypto.signature(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }


def sealed_xml(account: SimulatorConfig, encrypted: str) -> Request:
    """Any cipher text in an envelope that is signed as it should be."""
    query = signed(account) | {"encrypt_type": "aes"}
    query["msg_signature"] = crypto.signature(account.token, query["timestamp"], query["nonce"], encrypted)
    return Request(query, to_xml({"ToUserName": "gh_1", "Encrypt": encrypted}).encode())


def encrypted(account: SimulatorConfig, xml: str) -> Request:
    """Any text, encrypted and signed as it should be."""
    return sealed_xml(account, crypto.encrypt(xml, account.aes_key, account.app_id))


def with_query(request: Request, **changed: str) -> Request:
    return replace(request, query=request.query | changed)


def without(request: Request, name: str) -> Request:
    return replace(request, query={key: value for key, value in request.query.items() if key != name})


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def billion_laughs(account: SimulatorConfig) -> Request:
    inside = f'<!DOCTYPE x [<!ENTITY a "{WORDS}">]><xml><FromUserName>&a;</FromUserName></xml>'
    return encrypted(account, inside)


BAD: dict[str, tuple[int, Callable[[SimulatorConfig], Request]]] = {
    "no parameters": (400, lambda a: replace(sealed(a), query={})),
    "no nonce": (400, lambda a: without(sealed(a), "nonce")),
    "no echo": (400, lambda a: Request(signed(a), method="GET")),
    "another method": (405, lambda a: replace(sealed(a), method="PUT")),
    "a method nobody knows": (405, lambda a: replace(sealed(a), method="FROBNICATE")),
    "a timestamp that is none": (400, lambda a: with_query(sealed(a), timestamp="yesterday")),
    "a timestamp of an hour ago": (403, lambda a: sealed(a, an_hour_ago())),
    "another's signature": (403, lambda a: with_query(sealed(a), signature="0" * 40)),
    "another's msg_signature": (403, lambda a: with_query(sealed(a), msg_signature="0" * 40)),
    "no msg_signature": (403, lambda a: without(sealed(a), "msg_signature")),
    "a signature in Chinese": (403, lambda a: with_query(sealed(a), signature="签名", msg_signature="签名")),
    "plain words in safe mode": (403, lambda a: Request(signed(a), push().xml("gh_1").encode())),
    "an envelope without cipher text": (403, lambda a: Request(signed(a), b"<xml><Encrypt></Encrypt></xml>")),
    "cipher text that is none": (403, lambda a: sealed_xml(a, "not base64")),
    "cipher text of another key": (403, lambda a: encrypted(replace(a, aes_key="A" * 43), "<xml/>")),
    "another account's": (403, lambda a: encrypted(replace(a, app_id="wxother"), "<xml/>")),
    "an empty message": (400, lambda a: encrypted(a, "")),
    "a message without a sender": (400, lambda a: encrypted(a, "<xml/>")),
    "entities": (400, billion_laughs),
    "entities outside": (
        400,
        lambda a: Request(signed(a), b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'),
    ),
    "no XML": (400, lambda a: replace(sealed(a), body=b"{}")),
    "bytes": (400, lambda a: replace(sealed(a), body=bytes(range(256)))),
    "nothing": (400, lambda a: replace(sealed(a), body=b"")),
    "too much": (413, lambda a: replace(sealed(a), body=b"<xml>" + b"x" * 70_000)),
}  # fmt: skip


@pytest.fixture(scope="module")
def bad_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, Server]]:
    """One server for all that is refused: nothing of it leaves a trace."""
    templates = request.getfixturevalue("_templates")
    folder: Path = tmp_path_factory.mktemp("refused") / "site"
    site = templates.copy("sqlite", folder, small=True, stack=templates.stack)
    site.private |= {OPENID, WORDS}
    with site.served() as server:
        yield site, server
    assert "Traceback" not in server.log.read_text()
    assert site.count(Delivery) == 0


def send(account: SimulatorConfig, request: Request) -> tuple[int, str]:
    address = urlsplit(account.webhook_url)
    line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=QUICKLY_SECONDS)
    try:
        line.request(
            request.method,
            f"{address.path}?{urlencode(request.query)}",
            request.body,
            {"Content-Type": "text/xml"},
        )
        response = line.getresponse()
        return response.status, response.read().decode()
    finally:
        line.close()


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_request_is_refused_quickly(kind: str, bad_server: tuple[Site, Server]) -> None:
    site, server = bad_server
    status, make = BAD[kind]
    account = site.account(server)

    assert send(account, make(account))[0] == status


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"GET /wechat?" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"HELLO\r\n\r\n",
    ],
    ids=["TLS", "a length that is none", "an endless address", "no HTTP"],
)
def test_what_is_no_request_is_refused_or_cut(garbage: bytes, bad_server: tuple[Site, Server]) -> None:
    _, server = bad_server
    with socket.create_connection(("127.0.0.1", server.port), timeout=QUICKLY_SECONDS) as line:
        line.sendall(garbage)
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(4096)

    assert answer == b"" or answer.split(b" ")[1].startswith(b"4")
    assert server.health()["status"] == "ok"


def test_a_body_that_never_comes_holds_up_nobody(bad_server: tuple[Site, Server]) -> None:
    site, server = bad_server
    account = site.account(server)
    head = (
        f"POST /wechat?{urlencode(signed(account))} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<xml>"
    )
    lines = [socket.create_connection(("127.0.0.1", server.port), timeout=QUICKLY_SECONDS) for _ in range(30)]
    for line in lines:
        line.sendall(head.encode())

    assert send(account, BAD["no parameters"][1](account))[0] == 400

    for line in lines:
        line.close()


def test_a_timestamp_and_nonce_that_served_serve_for_nothing_else(small_site: Site) -> None:
    with small_site.served() as server:
        account = small_site.account(server)
        small_site.private |= {OPENID, WORDS}
        first = wrap(push(), account, datetime.now(UTC))
        stamp = {name: first.query[name] for name in ("signature", "timestamp", "nonce")}
        other = crypto.encrypt(push("别的话也不该").xml("gh_1"), account.aes_key, account.app_id)
        forged = sealed_xml(account, other)
        forged = with_query(
            forged,
            **stamp,
            msg_signature=crypto.signature(account.token, stamp["timestamp"], stamp["nonce"], other),
        )

        assert send(account, Request(dict(first.query), first.body.encode()))[0] == 200
        assert send(account, forged)[0] == 403
        assert "reason=stamp_reused" in server.log.read_text()


def test_a_handlers_error_is_apologised_for_and_logged_with_its_key_and_no_words(small_site: Site) -> None:
    with small_site.served() as server:
        resident: Resident = small_site.resident(server, "unlucky")
        resident.follow(QINGYUAN)
        resident.tap("我愿意参加")
        for words in ("难走", "满意", "1", "5"):
            resident.say(words)
        with small_site.engine() as engine, engine.begin() as connection:
            connection.execute(text("ALTER TABLE answer RENAME TO elsewhere"))

        assert resident.say(WORDS) == APOLOGY

        log = server.log.read_text()
        assert "handler_failed kind=text delivery_key=" in log
        assert "Traceback" in log
        assert "no such table: answer" in log
        with small_site.engine() as engine, engine.begin() as connection:
            connection.execute(text("ALTER TABLE elsewhere RENAME TO answer"))
        push, _ = resident.heard[-1]
        assert "交好了" in resident.deliver(push)
