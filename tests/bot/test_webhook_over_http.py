"""The webhook behind real HTTP servers, with clients that lie or hang up."""

import http.client
import socket
from collections.abc import Iterator

import pytest

from tests.bot import platform
from tests.bot.wsgi import Bench, served


@pytest.fixture
def bench() -> Bench:
    return Bench(reply="下一题😀]]>")


@pytest.fixture
def address(bench: Bench) -> Iterator[tuple[str, int]]:
    with served(bench.webhook) as found:
        yield found


def post(address: tuple[str, int], query: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=5)
    connection.request("POST", f"/wechat?{query}", body, headers)
    response = connection.getresponse()
    answered = response.status, response.read()
    connection.close()
    return answered


def raw(address: tuple[str, int], request: bytes) -> bytes:
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    return answer


def test_an_encrypted_push_goes_through(bench: Bench, address: tuple[str, int]) -> None:
    status, body = post(address, *platform.sealed(platform.text("满意")))

    assert status == 200
    assert b"<Encrypt>" in body
    assert len(bench.turns.taken) == 1


def test_a_form_content_type_does_no_harm(address: tuple[str, int]) -> None:
    query, body = platform.sealed(platform.text("满意"))

    status, _ = post(address, query, body, **{"Content-Type": "application/x-www-form-urlencoded"})

    assert status == 200


def test_a_chunked_push_goes_through(address: tuple[str, int]) -> None:
    query, body = platform.sealed(platform.text("满意"))
    head = f"POST /wechat?{query} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"

    assert b" 200 " in raw(address, head.encode() + chunks).splitlines()[0]


def test_a_body_shorter_than_promised_is_refused(bench: Bench, address: tuple[str, int]) -> None:
    query, body = platform.sealed(platform.text("满意"))
    head = f"POST /wechat?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body) + 50}\r\n\r\n"

    assert b" 400 " in raw(address, head.encode() + body).splitlines()[0]
    assert bench.turns.taken == []


def test_a_body_longer_than_promised_is_cut_there_and_refused(address: tuple[str, int]) -> None:
    query, body = platform.sealed(platform.text("满意"))
    head = f"POST /wechat?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body) - 50}\r\n\r\n"

    assert b" 400 " in raw(address, head.encode() + body).splitlines()[0]


def test_a_body_without_a_length_is_refused(bench: Bench, address: tuple[str, int]) -> None:
    head = f"POST /wechat?{platform.query()} HTTP/1.1\r\nHost: x\r\n\r\n"

    assert b" 411 " in raw(address, head.encode()).splitlines()[0]


def test_a_huge_body_is_refused_before_it_is_read(address: tuple[str, int]) -> None:
    head = f"POST /wechat?{platform.query()} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"

    assert b" 413 " in raw(address, head.encode()).splitlines()[0]
