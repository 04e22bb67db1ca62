"""
What a handler's guard hands to the webhook.

WeRoBot asks the next handler when one gives nothing, and swallows what is raised; so every outcome is a
reply object, silence included.
"""

import re
from typing import Any

from werobot.replies import SuccessReply, TextReply

from bot.rendering.plain_text import ILLEGAL_XML

SILENCE = "success"


class Silence(SuccessReply):  # type: ignore[misc]  # WeRoBot ships no types
    """Nothing is said to the person."""


class Forged(SuccessReply):  # type: ignore[misc]
    """The request's timestamp and nonce were used for another delivery: refuse it."""


def text_reply(message: Any, words: str) -> TextReply | Silence:
    """The words as a reply to this message; silence where there are none."""
    if not words:
        return Silence(message=message)
    # TextReply does not split `]]>`, which would end its CDATA section early.
    safe = ILLEGAL_XML.sub("", words).replace("]]>", "]]]]><![CDATA[>")
    return TextReply(message=message, content=safe)


_SPACE_BETWEEN = re.compile(r">\s+<")


def to_xml(reply: Any) -> str:
    """The reply as XML, as WeRoBot writes it, on one line as far as the person's words allow."""
    head, mark, rest = str(reply.render()).strip().partition("<Content>")
    return _SPACE_BETWEEN.sub("><", head) + mark + rest
