"""
A client that sends prepared requests over many connections and times each answer.

One thread, raw sockets and `selectors`: it must cost far less than what it measures.
"""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Result:
    """What was measured: seconds each answer took, in order of arrival, and the whole time."""

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    failures: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    def percentile(self, share: float) -> float:
        """Seconds that `share` of the answers took at most."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


@dataclass(slots=True)
class _Line:
    """One connection: what it still sends, and the answer that is coming in."""

    sock: socket.socket
    requests: Iterator[bytes]
    sent_at: float = 0.0
    received: bytes = b""


def run(host: str, port: int, streams: Iterable[Iterable[bytes]], seconds: float) -> Result:
    """Send each stream over a connection of its own, one request at a time, until time or streams run out."""
    selector = selectors.DefaultSelector()
    result = Result()
    began = time.perf_counter()
    for stream in streams:
        sock = socket.create_connection((host, port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = _Line(sock, iter(stream))
        if _send_next(line):
            selector.register(sock, selectors.EVENT_READ, line)
    until = began + seconds
    while selector.get_map() and time.perf_counter() < until:
        for key, _events in selector.select(timeout=1):
            line = key.data
            line.received += line.sock.recv(65536)
            status = _complete(line.received)
            if status is None:
                continue
            result.seconds.append(time.perf_counter() - line.sent_at)
            if status != "200" or line.received.endswith(b"\r\n\r\nsuccess"):
                result.failures.append(line.received[-200:].decode(errors="replace"))
            line.received = b""
            if not _send_next(line):
                selector.unregister(line.sock)
    result.elapsed = time.perf_counter() - began
    for key in list(selector.get_map().values()):
        key.data.sock.close()
    selector.close()
    return result


def _send_next(line: _Line) -> bool:
    request = next(line.requests, None)
    if request is None:
        line.sock.close()
        return False
    line.sent_at = time.perf_counter()
    line.sock.sendall(request)
    return True


def _complete(received: bytes) -> str | None:
    """The status of a whole answer, None while some is missing."""
    head, separator, body = received.partition(b"\r\n\r\n")
    if not separator:
        return None
    for field_line in head.split(b"\r\n")[1:]:
        name, _, value = field_line.partition(b":")
        if name.lower() == b"content-length" and len(body) >= int(value):
            return head.split(b" ", 2)[1].decode()
    return None
