"""
Reading the platform's XML without trusting it.

No document type, no entities, no deep nesting; control characters that XML forbids are dropped before
parsing, because people's phones do send them. What comes out is the dictionary WeRoBot's parser works on.
"""

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from werobot.messages.events import UnknownEvent
from werobot.messages.messages import UnknownMessage
from werobot.parser import process_message

from bot.refusals import Rejected
from bot.rendering.plain_text import ILLEGAL_XML

# The deepest push documented: xml › SubscribeMsgPopupEvent › List › TemplateId; pictures: one more.
MAX_DEPTH = 6

_REQUIRED = ("ToUserName", "FromUserName", "CreateTime", "MsgType")


def read_xml(body: bytes) -> dict[str, Any]:
    """
    The elements of `<xml>…</xml>`: text as str, nested elements as dict, repeated ones as list.

    Rejected when it is not such a document.
    """
    text = ILLEGAL_XML.sub("", body.decode("utf-8", errors="replace")).lstrip("\ufeff \t\r\n")
    try:
        root = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Rejected("forbidden_xml") from error
    except (ParseError, ValueError) as error:
        raise Rejected("bad_xml") from error
    if root.tag != "xml":
        raise Rejected("bad_xml")
    return _children(root, 1)


def _children(element: Element, depth: int) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        raise Rejected("bad_xml")
    found: dict[str, Any] = {}
    for child in element:
        value = _children(child, depth + 1) if len(child) else (child.text or "").strip() or None
        if child.tag not in found:
            found[child.tag] = value
        elif isinstance(found[child.tag], list):
            found[child.tag].append(value)
        else:
            found[child.tag] = [found[child.tag], value]
    return found


def to_message(elements: dict[str, Any]) -> Any:
    """
    A WeRoBot message or event. Rejected when it lacks what every push has.

    A kind WeRoBot knows but cannot build from these elements counts as unknown: a change on the platform's
    side must not turn into refused pushes.
    """
    for name in _REQUIRED:
        if not isinstance(elements.get(name), str):
            raise Rejected("bad_message")
    if not _is_whole(elements["CreateTime"]) or not _is_whole(elements.get("MsgId") or "0"):
        raise Rejected("bad_message")
    if not _is_account(elements["FromUserName"]) or not _is_account(elements["ToUserName"]):
        raise Rejected("bad_message")
    if elements["MsgType"].lower() == "event" and not isinstance(elements.get("Event"), str):
        raise Rejected("bad_message")
    try:
        return process_message(dict(elements))
    except (AttributeError, KeyError, TypeError, ValueError):
        kind = elements["MsgType"].lower()
        if kind == "event":
            return UnknownEvent({**elements, "type": f"{elements['Event'].lower()}_event"})
        return UnknownMessage({**elements, "type": kind})


def _is_whole(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 20


def _is_account(name: str) -> bool:
    """Openids and account ids are letters, digits, `_` and `-`; anything else would break our reply."""
    return len(name) <= 64 and name.isascii() and name.replace("_", "").replace("-", "").isalnum()
