"""
Making any words harmless in a chat bubble.

WeChat shows `<a …>` in a text as a link, the reply travels as XML, and a stray direction mark can turn a
whole line round; whatever a questionnaire or a person wrote passes through here first.
"""

import re

# Not allowed in XML 1.0 at all (lone surrogates included: they have no UTF-8 form either).
ILLEGAL_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Allowed in XML, but they reorder or hide text. The joiner and the variation selectors stay: emoji need them.
_MISLEADING = re.compile("[\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_WHITESPACE = re.compile(r"\s+")
_ANGLES = str.maketrans("<>", "＜＞")

# The client decodes `msgmenucontent` twice, so none of these may stand in the raw value.
_NOT_IN_ECHO = str.maketrans("", "", '%+&#"<>＜＞')

QUOTE_CHARS = 20


def clean(words: str) -> str:
    """The words on one line, without anything that marks up, reorders or breaks the XML."""
    if words.isalnum():  # most labels; letters and digits of any script need no washing
        return words
    spaced = _WHITESPACE.sub(" ", _MISLEADING.sub("", words))
    return ILLEGAL_XML.sub("", spaced).translate(_ANGLES).strip()


def clip(words: str, chars: int) -> str:
    """At most `chars` characters, the last of them `…` when something was cut."""
    return words if len(words) <= chars else words[: chars - 1] + "…"


def quote(words: str, chars: int = QUOTE_CHARS) -> str:
    """A person's words, or a title, in quotation marks: clean and short."""
    return f"“{clip(clean(words), chars)}”"


def echo_of(words: str) -> str:
    """The words as a link may carry them."""
    return clean(words).translate(_NOT_IN_ECHO).strip()


def byte_length(words: str) -> int:
    """Length in UTF-8 bytes."""
    return len(words.encode())


def pieces_of(words: str, room_bytes: int) -> list[str]:
    """
    The words cut into stretches of at most `room_bytes`, after a sentence where one ends late enough.

    `room_bytes` is at least 4, so that any character fits.
    """
    stretches: list[str] = []
    rest = words
    while byte_length(rest) > room_bytes:
        head = rest.encode()[:room_bytes].decode(errors="ignore")
        end = max(head.rfind(mark) for mark in "。！？；") + 1
        if end < len(head) // 2:
            end = len(head)
        stretches.append(rest[:end])
        rest = rest[end:].lstrip()
    return [*stretches, rest]
