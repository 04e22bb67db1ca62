"""
Words as they are compared: one width, one script, one case, no ornament around them.

`plain` keeps what carries meaning; `canon` also evens out the punctuation inside, so that
"办事慢，跑好几趟" and "办事慢、跑好几趟" are the same words while "不，满意" stays apart from "不满意".
"""

import re
import unicodedata
from functools import cache, lru_cache

import opencc

# Longer words are no option, command or number; open answers are never made plain.
MAX_WORDS_CHARS = 400

# Digits in circles and the like that NFKC leaves alone, and the letters in squares.
_SIGNS: dict[int, str] = {
    **{first + i: str(i + 1) for first in (0x2776, 0x2780, 0x278A, 0x24F5) for i in range(10)},
    0x24FF: "0",
    0x1F51F: "10",
    **{first + i: chr(ord("a") + i) for first in (0x1F130, 0x1F150, 0x1F170) for i in range(26)},
    # Invisible: emoji and keycap marks, joiners, byte order mark.
    **dict.fromkeys((0xFE0E, 0xFE0F, 0x20E3, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), ""),
}
# Signs that change the meaning of what they stand beside are no ornament.
_MEANT = frozenset("?-%")
_SPACE = re.compile(r"\s+")


def plain(words: str) -> str:
    """Lower-case simplified half-width words without ornament around them; '' when nothing is left."""
    words = words[:MAX_WORDS_CHARS]
    if not words.isascii():
        words = unicodedata.normalize("NFKC", words.translate(_SIGNS))
        if not words.isascii():
            words = simplified(words).replace("其它", "其他")
    return _bare(words.lower())


def canon(words: str) -> str:
    """Plain words without spaces; each run of punctuation inside is one `、`."""
    out: list[str] = []
    for character in _SPACE.sub("", words):
        if not _is_ornament(character):
            out.append(character)
        elif out and out[-1] != "、":
            out.append("、")
    return "".join(out).rstrip("、")


def squeezed(words: str) -> str:
    """Plain words without spaces and punctuation."""
    return canon(words).replace("、", "")


def simplified(words: str) -> str:
    """Traditional characters as simplified ones."""
    return str(_converter().convert(words))


def _bare(words: str) -> str:
    first, last = 0, len(words)
    while first < last and _is_ornament(words[first]):
        first += 1
    while last > first and _is_ornament(words[last - 1]):
        last -= 1
    return words[first:last]


@lru_cache(maxsize=4096)
def _is_ornament(character: str) -> bool:
    if character in _MEANT:
        return False
    return unicodedata.category(character)[0] in "PZC" or character in "~`^|=<>+$"


@cache
def _converter() -> opencc.OpenCC:
    # Loads its dictionaries from disk, hence once and not before it is needed.
    return opencc.OpenCC("t2s")
