"""
A phone for tests and benchmarks: scan, follow, type, tap, send.

A phone speaks over a line. `DemoLine` goes through a running simulator, which then knows the follower, keeps
media and opens send windows. `DirectLine` pushes to the webhook itself and knows nothing else: light enough
for thousands of phones.
"""

import base64
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from simulator import links, messages
from simulator.config import SimulatorConfig
from simulator.links import Link
from simulator.outgoing import new_client
from simulator.pushes import Courier
from simulator.wire import Fields, Push

_EXTRA_SECONDS = 30.0


class PhoneError(AssertionError):
    """The account answered in a way the platform would not take, or the phone could not do that."""


@dataclass(frozen=True)
class Answer:
    """What came of an act. `complaints` are in Chinese; `deliveries` counts the pushes it took."""

    outcome: str
    kind: str = ""
    text: str = ""
    complaints: tuple[str, ...] = ()
    deliveries: int = 0
    elapsed_ms: float = 0.0


class Line(Protocol):
    """How a phone reaches the account."""

    def connect(self, name: str | None) -> str:
        """A new phone's openid."""

    def act(self, openid: str, act: str, arguments: Mapping[str, Any]) -> Answer:
        """Do it and wait for the answer."""


class DirectLine:
    """Straight to the webhook of `config`, without a simulator. Many phones share one line."""

    def __init__(self, config: SimulatorConfig) -> None:
        self._config = config
        self._courier = Courier(config)
        self._numbers = itertools.count(time.time_ns() // 1000)
        self._following: set[str] = set()

    def connect(self, name: str | None) -> str:
        """An openid nobody had before; `name` is not used."""
        return f"oDIRECT{next(self._numbers):021d}"

    def act(self, openid: str, act: str, arguments: Mapping[str, Any]) -> Answer:
        """Push what the act would push."""
        fields = self._fields(openid, act, arguments)
        now = self._config.clock()
        delivery = self._courier.deliver(Push(openid, int(now.timestamp()), fields))
        reply = delivery.verdict.reply if delivery.verdict else None
        return Answer(
            delivery.outcome,
            reply.kind if reply else "",
            reply.text if reply else "",
            delivery.complaints,
            len(delivery.attempts),
            sum(attempt.elapsed_ms for attempt in delivery.attempts),
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._courier.close()

    def _fields(self, openid: str, act: str, arguments: Mapping[str, Any]) -> Fields:
        if act in ("follow", "scan"):
            return self._arrival(openid, arguments.get("scene"))
        if act == "unfollow":
            self._following.discard(openid)
            return messages.unsubscribe()
        return _DIRECT[act](arguments)

    def _arrival(self, openid: str, scene: str | None) -> Fields:
        ticket = f"gQDIRECT_{scene}"
        if scene is not None and openid in self._following:
            return messages.scan(scene, ticket)
        self._following.add(openid)
        return messages.subscribe(scene, None if scene is None else ticket)


_DIRECT = {
    "say": lambda given: messages.text(given["text"]),
    "tap": lambda given: messages.text(given["content"], given["menu_id"]),
    "voice": lambda given: messages.voice(given.get("media_id", "direct-voice")),
    "photo": lambda given: messages.image(
        given.get("media_id", "direct-photo"), "http://127.0.0.1/photo.jpg"
    ),
    "video": lambda given: messages.video(given.get("media_id", "direct-video"), "direct-thumb"),
    "location": lambda given: messages.location(24.4911, 108.6636, given.get("label", "")),
    "link": lambda given: messages.link(given["title"], given.get("description", ""), given["url"]),
    "menu": lambda given: messages.event("CLICK", given["label"]),
    "report_location": lambda given: messages.reported_location(24.4911, 108.6636),
    "consent": lambda given: messages.consent(given["template_id"], accepted=given["accepted"]),
    "other": lambda given: messages.other(given["kind"], given.get("fields", {})),
}


class DemoLine:
    """Through the simulator at `address` (`http://host:port`). Many phones share one line."""

    def __init__(self, address: str, timeout_seconds: float = 15.0 + _EXTRA_SECONDS) -> None:
        self._client = new_client(base_url=address, timeout=timeout_seconds)

    def connect(self, name: str | None) -> str:
        """A new phone in the simulator."""
        answer = self._client.post("/demo/phones", json={"name": name})
        answer.raise_for_status()
        return str(answer.json()["openid"])

    def act(self, openid: str, act: str, arguments: Mapping[str, Any]) -> Answer:
        """Do it on the simulator's phone; raises PhoneError when the phone would not."""
        answer = self._client.post(f"/demo/phones/{openid}/acts", json={**arguments, "act": act})
        told = answer.json()
        if answer.status_code != 200:
            raise PhoneError(told["error"])
        exchange = told["exchange"]
        if exchange is None:
            return Answer("silent")
        shown = exchange["reply"] or {"kind": "", "text": ""}
        return Answer(
            exchange["outcome"],
            shown["kind"],
            shown["text"],
            tuple(exchange["complaints"]),
            len(exchange["attempts"]),
            sum(attempt["elapsed_ms"] for attempt in exchange["attempts"]),
        )

    def chat(self, openid: str) -> list[dict[str, Any]]:
        """All bubbles on the phone."""
        answer = self._client.get(f"/demo/phones/{openid}/messages")
        answer.raise_for_status()
        bubbles: list[dict[str, Any]] = answer.json()["messages"]
        return bubbles

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


@dataclass
class Phone:
    """
    One person's phone. Every act waits for the account and returns the text of its reply, empty if none.

    With `strict` an answer the platform would not take, or would complain of, raises PhoneError.
    """

    line: Line
    openid: str
    strict: bool = True
    last: Answer = field(default_factory=lambda: Answer("silent"))

    @classmethod
    def on(cls, line: Line, name: str | None = None, *, strict: bool = True) -> Self:
        """A new phone on the line."""
        return cls(line, line.connect(name), strict)

    @property
    def links(self) -> list[Link]:
        """The links of the last reply."""
        return links.links(self.last.text)

    def follow(self) -> str:
        """Follow, found by search."""
        return self._do("follow")

    def scan(self, scene: str) -> str:
        """Scan a code; whoever does not follow yet follows by it."""
        return self._do("scan", scene=scene)

    def unfollow(self) -> str:
        """Unfollow."""
        return self._do("unfollow")

    def say(self, text: str) -> str:
        """Type and send."""
        return self._do("say", text=text)

    def tap(self, target: str | Link) -> str:
        """Tap a link: itself, of any reply however old, or the last reply's by (a part of) its words."""
        link = self.link(target) if isinstance(target, str) else target
        if not link.is_option:
            raise PhoneError(f"点“{link.label}”不会发出消息：{link.fault or link.url}")
        return self._do("tap", content=link.content, menu_id=link.menu_id)

    def link(self, words: str) -> Link:
        """The one link of the last reply with these words; raises PhoneError if there is none or several."""
        for found in (
            [link for link in self.links if words in (link.label, link.content)],
            [link for link in self.links if words in link.label],
        ):
            if len(found) == 1:
                return found[0]
        raise PhoneError(f"上一条回复里没有（或不止一处）“{words}”：{[link.label for link in self.links]}")

    def send_voice(self, amr: bytes | None = None, *, media_id: str | None = None) -> str:
        """Send these bytes as a voice message, or a file the simulator keeps, or the built-in clip."""
        return self._do("voice", **_file(amr, media_id))

    def send_photo(self, picture: bytes | None = None, *, media_id: str | None = None) -> str:
        """Send these bytes, whatever they are, as a photo, or a kept file, or the built-in picture."""
        return self._do("photo", **_file(picture, media_id))

    def send_video(self, *, media_id: str | None = None) -> str:
        """Send the built-in clip or a kept file."""
        return self._do("video", **_file(None, media_id))

    def send_location(self, label: str = "") -> str:
        """Send where the phone is."""
        return self._do("location", label=label)

    def send_link(self, title: str, url: str) -> str:
        """Share a page."""
        return self._do("link", title=title, url=url)

    def send_other(self, kind: str, fields: Fields | None = None) -> str:
        """Send a kind of message nobody has heard of."""
        return self._do("other", kind=kind, fields=dict(fields or {}))

    def press_menu(self, label: str) -> str:
        """Press a button of the menu; on a direct line `label` is the button's key."""
        return self._do("menu", label=label)

    def report_location(self) -> str:
        """Open the chat with location reports allowed."""
        return self._do("report_location")

    def consent(self, template_id: str, *, accepted: bool = True) -> str:
        """Say yes or no to one subscription notice."""
        return self._do("consent", template_id=template_id, accepted=accepted)

    def _do(self, act: str, **arguments: Any) -> str:
        self.last = self.line.act(self.openid, act, arguments)
        if self.strict and (self.last.complaints or self.last.outcome in ("broken", "unanswered", "dropped")):
            raise PhoneError(f"{act}: {self.last.outcome}: {'；'.join(self.last.complaints)}")
        return self.last.text


def _file(content: bytes | None, media_id: str | None) -> dict[str, Any]:
    if media_id is not None:
        return {"media_id": media_id}
    if content is not None:
        return {"content": base64.b64encode(content).decode(), "as_is": True}
    return {}
