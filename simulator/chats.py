"""
What was said on each phone, and the exchanges with the webhook behind it.

Bodies are small JSON documents in the shape the phone page draws; text comes cut into words and links.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from simulator import links
from simulator.pushes import Attempt, Delivery
from simulator.store import Store

Sender = Literal["me", "account", "system"]
Body = Mapping[str, Any]

KEPT_EXCHANGES = 200
SHOWN_MESSAGES = 300


@dataclass(frozen=True)
class Message:
    """One bubble; `at` in Unix seconds."""

    id: int
    at: float
    sender: Sender
    kind: str
    body: Body

    def as_json(self) -> dict[str, Any]:
        """The shape the phone page and the test driver read."""
        return {"id": self.id, "at": self.at, "sender": self.sender, "kind": self.kind, "body": self.body}


class Chats:
    """The histories of all phones."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, openid: str, at: float, sender: Sender, kind: str, body: Body) -> int:
        """Keep a bubble; returns its number."""
        return self._store.insert(
            "INSERT INTO message (openid, at, sender, kind, body) VALUES (?, ?, ?, ?, ?)",
            openid,
            at,
            sender,
            kind,
            json.dumps(body, ensure_ascii=False),
        )

    def since(self, openid: str, after: int) -> list[Message]:
        """The bubbles after number `after`, at most the last few hundred."""
        rows = self._store.rows(
            "SELECT * FROM (SELECT * FROM message WHERE openid = ? AND id > ? ORDER BY id DESC LIMIT ?)"
            " ORDER BY id",
            openid,
            after,
            SHOWN_MESSAGES,
        )
        return [
            Message(row["id"], row["at"], row["sender"], row["kind"], json.loads(row["body"])) for row in rows
        ]

    def note_exchange(self, openid: str, at: float, delivery: Delivery, original_id: str) -> dict[str, Any]:
        """Keep what went over the wire, the newest few hundred of each phone; returns it as JSON."""
        exchange = {"at": at, **exchange_json(delivery, original_id)}
        number = self._store.insert(
            "INSERT INTO exchange (openid, at, body) VALUES (?, ?, ?)",
            openid,
            at,
            json.dumps(exchange, ensure_ascii=False),
        )
        self._store.change(
            "DELETE FROM exchange WHERE openid = ? AND id <= "
            "(SELECT id FROM exchange WHERE openid = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
            openid,
            openid,
            KEPT_EXCHANGES,
        )
        return {"id": number, **exchange}

    def exchanges_since(self, openid: str, after: int) -> list[dict[str, Any]]:
        """The exchanges after number `after`."""
        rows = self._store.rows(
            "SELECT id, body FROM exchange WHERE openid = ? AND id > ? ORDER BY id", openid, after
        )
        return [{"id": row["id"], **json.loads(row["body"])} for row in rows]


def text_body(text: str) -> dict[str, Any]:
    """A text bubble: the raw text, and its pieces for drawing and tapping."""
    return {"text": text, "pieces": [_piece(piece) for piece in links.segments(text)]}


def exchange_json(delivery: Delivery, original_id: str) -> dict[str, Any]:
    """A delivery as the strip for the curious shows it."""
    verdict = delivery.verdict
    return {
        "outcome": delivery.outcome,
        "complaints": list(delivery.complaints),
        "request_xml": delivery.push.xml(original_id),
        "reply_xml": verdict.xml if verdict else "",
        "reply": None if verdict is None or verdict.reply is None else asdict(verdict.reply),
        "attempts": [_attempt_json(attempt) for attempt in delivery.attempts],
    }


def _attempt_json(attempt: Attempt) -> dict[str, Any]:
    return {
        "sent": str(attempt.envelope),
        "elapsed_ms": round(attempt.elapsed_ms, 1),
        "status": attempt.status,
        "answer": attempt.answer.decode(errors="replace"),
        "problem": attempt.problem,
    }


def _piece(piece: str | links.Link) -> dict[str, Any]:
    if isinstance(piece, str):
        return {"words": piece}
    return {
        "label": piece.label,
        "content": piece.content,
        "menu_id": piece.menu_id,
        "url": piece.url,
        "fault": piece.fault,
    }
