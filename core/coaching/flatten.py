"""
Words as the rules compare them: one width, one script, no quotation marks, no tricks between characters.

`请 選「滿.意」` reads `请选满意`. Every character of the flat text knows where it stood, so that a finding
can quote what was really written and name its line.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import opencc

# Pictures people read as words.
_PICTURES = {
    "👍": "点赞",
    "💯": "满分",
    "🧧": "红包",
    "🎁": "礼品",
    **dict.fromkeys("⭐🌟★☆✩✭", "星"),
}
# Quotation marks say nothing of who is meant to say what; 请选“满意” and 请选满意 are the same request.
_QUOTES = frozenset("\"'`“”‘’「」『』《》〈〉【】")
_SHORT_TOKEN_CHARS = 2
_PIECES = re.compile(r"\n|[^\S\n]+|\S+")

# Words steering cannot do without, put together again when something was put between their characters.
_TORN = re.compile(
    r"(?P<a>满)[^\w。!?;,、]{1,3}(?P<b>意)|(?P<c>好)[^\w。!?;,、]{1,3}(?P<d>评)"
    r"|(?P<e>红)[^\w。!?;,、]{1,3}(?P<f>包)|(?P<g>点)[^\w。!?;,、]{1,3}(?P<h>赞)"
)
# Only spellings that can mean nothing else; 慢意 stands in 傲慢意味, 蛮意 in 蛮意外.
_SOUNDS = (
    (re.compile(r"(?<![a-z])(?:m|man)意"), "满意"),
    (re.compile(r"满(?:y|yi)(?![a-z])"), "满意"),
    (re.compile(r"(?<![a-z])(?:h|hao)评"), "好评"),
    (re.compile(r"(?<![a-z])(?:h|hong)包"), "红包"),
    (re.compile(r"红(?:b|bao)(?![a-z])"), "红包"),
)


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat text. `at` gives for each of its characters the index in `original`."""

    text: str
    at: tuple[int, ...]
    original: str

    def words(self, start: int, end: int) -> str:
        """What stands in the original where `text[start:end]` came from."""
        return self.original[self.at[start] : self.at[end - 1] + 1]

    def line(self, start: int) -> int:
        """The line of the original, counted from 1."""
        return self.original.count("\n", 0, self.at[start]) + 1


def flatten(words: str) -> Flat:
    """The flat form of a text of any length."""
    characters: list[str] = []
    at: list[int] = []
    dropped = _dropped_spaces(words)
    for index, character in enumerate(words):
        for flat in _character(character) if index not in dropped else "":
            characters.append(flat)
            at.append(index)
    text, places = _whole("".join(characters), at)
    return Flat(text, tuple(places), words)


@lru_cache(maxsize=8192)
def _character(character: str) -> str:
    if character in _PICTURES:
        return _PICTURES[character]
    if character in _QUOTES or unicodedata.category(character) in ("Cf", "Mn", "Me", "Co"):
        return ""
    if character == "\n":
        return character
    if character.isspace():
        return " "
    narrow = unicodedata.normalize("NFKC", character).lower()
    return narrow if narrow.isascii() else str(_converter().convert(narrow))


def _dropped_spaces(words: str) -> frozenset[int]:
    """
    Where spaces only stand between characters (`请 选 满 意`), or before and after nothing.

    A space between longer words is kept: on posters it stands for a comma.
    """
    pieces = list(_PIECES.finditer(words))
    dropped: set[int] = set()
    for number, piece in enumerate(pieces):
        if piece[0] == "\n" or not piece[0].isspace():
            continue
        beside = [pieces[each][0] for each in (number - 1, number + 1) if 0 <= each < len(pieces)]
        is_kept = len(beside) == 2 and all(
            not each.isspace() and len(each) > _SHORT_TOKEN_CHARS for each in beside
        )
        dropped.update(range(piece.start() + is_kept, piece.end()))
    return frozenset(dropped)


def _whole(text: str, at: list[int]) -> tuple[str, list[int]]:
    """Torn words joined, words spelled by their sound written out."""
    for found in reversed(list(_TORN.finditer(text))):
        text = text[: found.start() + 1] + text[found.end() - 1 :]
        at = at[: found.start() + 1] + at[found.end() - 1 :]
    for pattern, word in _SOUNDS:
        for found in reversed(list(pattern.finditer(text))):
            first, last = at[found.start()], at[found.end() - 1]
            text = text[: found.start()] + word + text[found.end() :]
            at = [*at[: found.start()], *([first] * (len(word) - 1)), last, *at[found.end() :]]
    return text, at


@cache
def _converter() -> opencc.OpenCC:
    # Loads its dictionaries from disk, hence once and not before it is needed.
    return opencc.OpenCC("t2s")
