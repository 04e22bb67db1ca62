"""
Links inside a text message, as the client understands them.

`<a href="weixin://bizmsgmenu?msgmenucontent=…&msgmenuid=…">` sends its content as the person's own text when
tapped. The scheme is not in the docs; what follows is how clients were observed to read it: the prefix must
match, both parameters must be non-empty, and the content is URL-decoded twice.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote_plus

MENU_PREFIX = "weixin://bizmsgmenu?"

_ANCHOR = re.compile(
    r"<a\s[^>]*?href\s*=\s*(?:\"([^\"]*)\"|'([^']*)')[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL
)
_ANY_ANCHOR = re.compile(r"<\s*/?\s*a[\s>]", re.IGNORECASE)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Characters that must be percent-encoded inside a value.
_RAW_TROUBLE = re.compile(r"[+#\"<>\s]")


@dataclass(frozen=True)
class Link:
    """
    Words that can be tapped.

    An option has `content` and `menu_id`; an address has `url`. One with neither is dead: the client
    ignores the tap, and `fault` says why, in Chinese.
    """

    label: str
    content: str | None = None
    menu_id: str | None = None
    url: str | None = None
    fault: str | None = None

    @property
    def is_option(self) -> bool:
        """Whether a tap sends a message."""
        return self.content is not None


def segments(text: str) -> list[str | Link]:
    """The text in pieces, plain words and links by turns, nothing lost."""
    pieces: list[str | Link] = []
    end = 0
    for match in _ANCHOR.finditer(text):
        if match.start() > end:
            pieces.append(text[end : match.start()])
        target = match[1] if match[1] is not None else match[2]
        pieces.append(_link(match[3], target))
        end = match.end()
    if end < len(text):
        pieces.append(text[end:])
    return pieces


def links(text: str) -> list[Link]:
    """The links only."""
    return [piece for piece in segments(text) if isinstance(piece, Link)]


def complaints(text: str) -> list[str]:
    """What is wrong with the text's links, in Chinese; each would leave a person tapping in vain."""
    found = [f"链接“{link.label}”点了没有反应：{link.fault}" for link in links(text) if link.fault]
    for piece in segments(text):
        if isinstance(piece, str) and _ANY_ANCHOR.search(piece):
            found.append(f"有没写完整的链接：{piece.strip()[:60]}")
    return found


def _link(label: str, target: str) -> Link:
    if not label.strip():
        return Link(label, fault="没有文字")
    if not target.startswith(MENU_PREFIX):
        if target.startswith(("http://", "https://")):
            return Link(label, url=target)
        return Link(label, fault=f"不认识的地址 {target[:40]}")

    values: dict[str, str] = {}
    for pair in target.removeprefix(MENU_PREFIX).split("&"):
        name, _, value = pair.partition("=")
        values[name] = value
    content, menu_id = values.get("msgmenucontent", ""), values.get("msgmenuid", "")
    if unknown := set(values) - {"msgmenucontent", "msgmenuid"}:
        return Link(label, fault=f"多出了参数 {'、'.join(sorted(unknown))}（值里有没转义的 & 吗）")
    if not content or not menu_id:
        return Link(label, fault="msgmenucontent 和 msgmenuid 都不能空")
    if _RAW_TROUBLE.search(content + menu_id):
        return Link(label, fault="参数里有没转义的字符")
    if _BROKEN_ESCAPE.search(content):
        return Link(label, fault="百分号转义不完整")
    once = unquote_plus(content)
    if _BROKEN_ESCAPE.search(once):
        return Link(label, fault="解码两次后百分号转义不完整")
    return Link(label, content=unquote_plus(once), menu_id=menu_id)
