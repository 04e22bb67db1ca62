"""Customer-service messages: the account writes first, within the windows. WeChat docs, 客服消息."""

from collections.abc import Callable
from typing import Any

from simulator import bubbles
from simulator.api.calls import OK, Answer, Api, body, part_of, text_of
from simulator.api.templates import follower_of
from simulator.chats import text_body
from simulator.errcodes import ApiError
from simulator.replies import MAX_TEXT_BYTES
from simulator.world import World

# The maximum is not documented; 45098 is what one more brings.
MAX_MENU_ITEMS = 10

Bubble = tuple[str, dict[str, Any]]


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    @api.call("POST", "/cgi-bin/message/custom/send")
    def send() -> Answer:
        wanted = body(literal_escapes=True)
        kind = wanted.get("msgtype")
        if kind not in _KINDS:
            raise ApiError(40008)
        shown, bubble = _KINDS[kind](world, part_of(wanted, kind))
        # Whoever does not follow has no window either; the platform names the window.
        openid = _reachable(world, wanted)
        world.windows.spend(openid, world.at())
        world.chats.add(openid, world.at(), "account", shown, bubble)
        return OK


def _reachable(world: World, wanted: dict[str, Any]) -> str:
    try:
        return follower_of(world, wanted)
    except ApiError as refusal:
        raise ApiError(45015) if refusal.errcode == 43004 else refusal from None


def _text(world: World, part: dict[str, Any]) -> Bubble:
    content = text_of(part, "content", 47001)
    if len(content.encode()) > MAX_TEXT_BYTES:
        raise ApiError(45002)
    return "text", text_body(content)


def _msgmenu(world: World, part: dict[str, Any]) -> Bubble:
    items = part.get("list")
    if not isinstance(items, list) or not items:
        raise ApiError(47001)
    if len(items) > MAX_MENU_ITEMS:
        raise ApiError(45098)
    options = [(text_of(item, "id", 47001), text_of(item, "content", 47001)) for item in items]
    head, tail = str(part.get("head_content", "")), str(part.get("tail_content", ""))
    return "text", bubbles.menu_body(head, options, tail)


def _file(kind: str) -> Callable[[World, dict[str, Any]], Bubble]:
    def bubble(world: World, part: dict[str, Any]) -> Bubble:
        found = world.media.fetch(text_of(part, "media_id", 40007), world.at())
        if found is None:
            raise ApiError(40007)
        return kind, {"media_id": found.media_id, "text": str(part.get("title", ""))}

    return bubble


def _news(world: World, part: dict[str, Any]) -> Bubble:
    articles = part.get("articles")
    if not isinstance(articles, list) or len(articles) != 1:
        raise ApiError(45008)
    article = articles[0]
    return "news", {
        "title": str(article.get("title", "")),
        "description": str(article.get("description", "")),
        "picture": str(article.get("picurl", "")),
        "url": str(article.get("url", "")),
        "text": str(article.get("title", "")),
    }


def _card(world: World, part: dict[str, Any]) -> Bubble:
    return "notice", {"text": f"[{part.get('title') or '卡片'}]"}


_KINDS: dict[str, Callable[[World, dict[str, Any]], Bubble]] = {
    "text": _text,
    "msgmenu": _msgmenu,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
    "news": _news,
    "music": _card,
    "mpnews": _card,
    "mpnewsarticle": _card,
    "wxcard": _card,
    "miniprogrampage": _card,
}
