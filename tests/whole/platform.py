"""
The platform's side of the wire, one delivery at a time.

`simulator.phone` behaves as the platform does; tests of the whole also need what it does only at times: the
same message twice at one instant, again an hour later, again after the connection broke.
"""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from simulator import links, messages
from simulator.config import SimulatorConfig
from simulator.links import Link
from simulator.replies import judge
from simulator.wire import Fields, Push, wrap

T = TypeVar("T")
# What a connection that breaks raises, at whatever moment it breaks.
BROKEN = (OSError, http.client.HTTPException)
PATIENCE_SECONDS = 60


@dataclass
class Connection:
    """One connection to the server, kept alive as long as it lasts."""

    account: SimulatorConfig
    timeout_seconds: float = 30.0
    _line: http.client.HTTPConnection | None = None

    def deliver(self, push: Push) -> str:
        """One delivery, signed anew; the words that are shown, '' for silence. Raises one of BROKEN."""
        address = urlsplit(self.account.webhook_url)
        if self._line is None:
            self._line = http.client.HTTPConnection(
                address.hostname or "", address.port, timeout=self.timeout_seconds
            )
        envelope = wrap(push, self.account, datetime.now(UTC))
        try:
            path = f"{address.path}?{urlencode(dict(envelope.query))}"
            self._line.request("POST", path, envelope.body.encode(), {"Content-Type": "text/xml"})
            response = self._line.getresponse()
            body = response.read()
        except BROKEN:
            self.close()
            raise
        verdict = judge(response.status, body, push, self.account)
        assert not verdict.complaints, verdict.complaints
        return verdict.reply.text if verdict.reply else ""

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None


@dataclass
class Resident:
    """
    Somebody with a phone. `heard` are all their messages, each with the reply it got first.

    What is not answered is delivered again until it is, as the platform does, if with less patience.
    """

    openid: str
    account: SimulatorConfig
    private: set[str] = field(default_factory=set)
    heard: list[tuple[Push, str]] = field(default_factory=list)
    reply: str = ""
    redelivered: int = 0

    def __post_init__(self) -> None:
        self.private.add(self.openid)
        self._connection = Connection(self.account)

    def follow(self, scene: str) -> str:
        """Follow by a code."""
        return self.send(messages.subscribe(scene, "ticket"))

    def scan(self, scene: str) -> str:
        """Scan a code as a follower."""
        return self.send(messages.scan(scene, "ticket"))

    def say(self, words: str) -> str:
        """Type."""
        self.private.add(words)
        return self.send(messages.text(words))

    def tap(self, label: str) -> str:
        """Tap the link of the last reply with these words, with or without its number."""
        return self.tap_link(find_link(self.reply, label))

    def tap_link(self, link: Link) -> str:
        """Tap a link, of any reply however old."""
        assert link.content is not None
        self.private.add(link.content)
        return self.send(messages.text(link.content, link.menu_id))

    def send(self, fields: Fields) -> str:
        """One message and its reply."""
        push = Push(self.openid, int(time.time()), fields)
        self.reply = self.deliver(push)
        self.heard.append((push, self.reply))
        return self.reply

    def deliver(self, push: Push) -> str:
        """Deliver until it is answered."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._connection.deliver(push)
            except BROKEN:
                if time.monotonic() > until:
                    raise
                self.redelivered += 1
                time.sleep(0.05)

    def hang_up(self) -> None:
        """Close the connection; the next message opens another."""
        self._connection.close()


def find_link(reply: str, label: str) -> Link:
    """The link with these words, with or without its number."""
    found = [
        link for link in links.links(reply) if link.label == label or link.label.split(" ", 1)[-1] == label
    ]
    assert len(found) == 1, f"{label} is not, or more than once, in: {reply}"
    return found[0]


def together(*calls: Callable[[], T], timeout_seconds: float = 120) -> list[T]:
    """All calls at once, each in a thread of its own; what they gave. The first error is raised."""
    given: dict[int, T] = {}
    errors: list[BaseException] = []

    def run(number: int, call: Callable[[], T]) -> None:
        try:
            given[number] = call()
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=run, args=(number, call), daemon=True) for number, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + timeout_seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
        assert not thread.is_alive(), "a thread did not come back"
    if errors:
        raise errors[0]
    return [given[number] for number in range(len(calls))]
