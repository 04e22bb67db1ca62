"""
Chinese words as a full-text index can hold them: every two characters that stand side by side are one term.

There are no spaces between Chinese words, and indexes of three characters find no 交通. So a text becomes its
pairs (路灯坏 → 路灯, 灯坏, 坏), and a word is found where its pairs follow one another, which is exactly
where it occurs. One character alone is found as the beginning of a pair. Full and half width, capitals and
small letters are the same; spaces part words.

A character is written as four letters of ASCII, so neither database has to know scripts, quotes or
wildcards: every character can be searched for, and none has a meaning. Pure: knows no database.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

# More words in one search are no search any more.
MAX_SEARCH_WORDS = 8
MAX_SEARCH_CHARS = 100
# Between two texts of one row: no word may be found across.
GAP = " "

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LETTERS_A_CHARACTER = 4


def terms(text: str) -> Iterator[tuple[int, str]]:
    """The pairs of a text with their places, from 1; the last character of a run stands alone."""
    even, at = _even(text), 0
    for at, character in enumerate(even, 1):
        if character == GAP:
            continue
        following = even[at] if at < len(even) else GAP
        yield at, _spelt(character) if following == GAP else _spelt(character) + _spelt(following)


def words_of(search: str) -> tuple[str, ...]:
    """The words somebody typed into the box, each to be found; () when nothing was typed."""
    printable = "".join(each if each.isprintable() else GAP for each in search[:MAX_SEARCH_CHARS])
    return tuple(dict.fromkeys(_even(printable).split()))[:MAX_SEARCH_WORDS]


def pairs_of(word: str) -> tuple[str, ...]:
    """The terms that follow one another where a word of two and more characters occurs."""
    return tuple(_spelt(first) + _spelt(second) for first, second in pairwise(word))


def beginning_of(character: str) -> str:
    """What terms begin with where this character occurs."""
    return _spelt(character)


def marked(text: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, with whether each is one of the words that were searched for (`words_of`)."""
    even, owners = "", list[int]()
    for place, character in enumerate(text):
        plain = _even(character)
        even += plain
        owners += [place] * len(plain)
    is_hit = [False] * len(text)
    for word in words:
        start = even.find(word)
        while start >= 0:
            for place in owners[start : start + len(word)]:
                is_hit[place] = True
            start = even.find(word, start + 1)
    return tuple(_runs(text, is_hit))


def _runs(text: str, is_hit: Sequence[bool]) -> Iterator[tuple[str, bool]]:
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or is_hit[place] != is_hit[start]:
            yield text[start:place], is_hit[start]
            start = place


def _even(text: str) -> str:
    """
    As it is compared: compatibility forms, small letters, every space a plain one. Character by character,
    so that a hit can be marked where it stands.
    """
    folded = "".join(unicodedata.normalize("NFKC", character).casefold() for character in text)
    return "".join(GAP if character.isspace() else character for character in folded)


def _spelt(character: str) -> str:
    number, letters = ord(character), ""
    for _ in range(_LETTERS_A_CHARACTER):
        number, digit = divmod(number, len(_DIGITS))
        letters = _DIGITS[digit] + letters
    return letters
