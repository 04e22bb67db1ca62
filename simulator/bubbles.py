"""
What the account says, as bubbles in a phone's chat: passive replies, customer-service messages, templates.
"""

import re
from collections.abc import Mapping
from typing import Any

from simulator import links
from simulator.chats import text_body
from simulator.config import Template
from simulator.pushes import Delivery
from simulator.replies import Reply
from simulator.world import World

# Beyond the basic plane; templates show a box in their place (WeChat docs, template messages, 2023-03-30).
_EMOJI = re.compile("[\U00010000-\U0010ffff\u2600-\u27bf]")


def show_delivery(world: World, delivery: Delivery) -> None:
    """Put what came of a push into the sender's chat."""
    openid = delivery.push.openid
    if delivery.verdict is not None and delivery.verdict.reply is not None:
        kind, body = _reply(delivery.verdict.reply)
        world.chats.add(openid, world.at(), "account", kind, body)
    elif delivery.notice is not None:
        world.chats.add(openid, world.at(), "system", "notice", {"text": delivery.notice})


def menu_body(head: str, items: list[tuple[str, str]], tail: str) -> dict[str, Any]:
    """A msgmenu: it looks and works like a text with links; `items` are (id, words)."""
    pieces: list[dict[str, Any]] = [{"words": f"{head}\n"}] if head else []
    for menu_id, words in items:
        option = links.Link(words, content=words, menu_id=menu_id)
        pieces += [option.__dict__, {"words": "\n"}]
    if tail:
        pieces.append({"words": tail})
    lines = [head, *(words for _, words in items), tail]
    return {"text": "\n".join(line for line in lines if line), "pieces": pieces}


def template_body(
    template: Template | None, data: Mapping[str, str], url: str | None, *, kind: str
) -> dict[str, Any]:
    """A template message or subscription notice as a card of labelled lines."""
    labels = template.labels if template else {key: key for key in data}
    rows = [[label, _EMOJI.sub("□", data[key])] for key, label in labels.items() if key in data]
    title = template.title if template else kind
    return {"title": title, "rows": rows, "url": url, "text": title, "kind": kind}


def _reply(reply: Reply) -> tuple[str, dict[str, Any]]:
    if reply.kind == "text":
        return "text", text_body(reply.text)
    if reply.kind == "news":
        article = reply.articles[0]
        return "news", {
            "title": article.title,
            "description": article.description,
            "picture": article.picture_url,
            "url": article.url,
            "text": article.title,
        }
    if reply.kind == "transfer_customer_service":
        return "notice", {"text": "已转给人工客服"}
    return reply.kind, {"media_id": reply.media_id, "text": reply.text}
