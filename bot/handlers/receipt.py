"""
What became of messages we sent: TEMPLATESENDJOBFINISH for templates, `subscribe_msg_sent_event` for notices.

WeChat docs, template messages and subscription notices, read 2026-11. The number's element is spelled MsgID.
The call that sends a notice does not answer with its number; a receipt tells template and person as well.
"""

from collections.abc import Iterator
from typing import Any

from bot.deliveries import incoming
from core.conversation.incoming import Receipt, Told, Turns


def on_receipt(message: Any, turns: Turns) -> str:
    """The platform tells the fate of a message."""
    turns.take(incoming(message, Receipt(tuple(_told(message.__dict__)), message.source)))
    return ""


def _told(elements: dict[str, Any]) -> Iterator[Told]:
    number, status = elements.get("MsgID"), elements.get("Status")
    if isinstance(number, str) and isinstance(status, str):
        yield Told(number, status)
    sent = elements.get("SubscribeMsgSentEvent")
    rows = sent.get("List") if isinstance(sent, dict) else None
    for row in rows if isinstance(rows, list) else [rows]:
        if isinstance(row, dict) and isinstance(row.get("MsgID"), str):
            is_good = row.get("ErrorCode") == "0"
            status = "success" if is_good else str(row.get("ErrorStatus") or "failed")
            yield Told(row["MsgID"], status, str(row.get("TemplateId") or ""))
