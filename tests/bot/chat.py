"""Reading a reply as a phone would: which words are seen, and which links can be tapped."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from bot.tap_ids import SideTapId, TapId

LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&<>]+)&msgmenuid=([0-9]+)">([^<>]+)</a>')


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link in a bubble: the words on it, what a tap says, and its number."""

    label: str
    echo: str
    tap: TapId | SideTapId


def links_in(reply: str) -> list[SeenLink]:
    """Every link, decoded twice as the client does."""
    found = []
    for content, digits, label in LINK.findall(reply):
        tap = TapId.decode(digits) or SideTapId.decode(digits)
        assert tap is not None, f"not one of our numbers: {digits}"
        once = unquote(content, errors="strict")
        assert unquote(once) == once, "a second decoding changes the words"
        found.append(SeenLink(label, once, tap))
    return found


def seen(reply: str) -> str:
    """The words on the screen."""
    return LINK.sub(lambda link: link[3], reply)
