"""
Which unit an opinion is most likely for, by the words in it: a suggestion that a person confirms.

The words stand in `data/unit-words.csv`, a line for each unit and kind of matter, to be read and changed by
anyone. They were taken from items of earlier years, with words that residents use for the same; how often
the suggestion is right is measured in `tests/opinions/test_unit_words.py`. Most matters are handled by the
county they lie in; this says which municipal unit is responsible for the subject.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.opinions.likeness import bare_words

FILE = Path(__file__).parent / "data" / "unit-words.csv"
# What a category, where it is known, weighs against words: as much as one word of two characters.
CATEGORY_WEIGHT = 2.0
MOST_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A unit, a category it deals with, whether that is mostly its business, and words that speak of it."""

    unit_code: str
    category: str
    is_default: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """
    A unit, the category it was found under, and the words that speak for it; none: the category alone does.
    """

    unit_code: str
    category: str
    because: tuple[str, ...]


@cache
def shipped() -> tuple[Line, ...]:
    """The lines of the file that comes with the program."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Line(row["单位"], row["类别"], row["默认"] == "是", tuple(row["词"].split()))
            for row in csv.DictReader(file)
        )


def suggest(text: str, category: str = "", lines: Sequence[Line] | None = None) -> tuple[Suggestion, ...]:
    """
    The likeliest units first, at most three. `category`: its name, '' if unknown.

    Where no word is known, the unit that mostly deals with the category; () when that is not known either.
    """
    bare = bare_words(text)
    scored = []
    for line in shipped() if lines is None else lines:
        because = _longest(word for word in line.words if word in bare)
        is_at_home = bool(category) and line.category == category
        if because or (is_at_home and line.is_default):
            weight = sum(map(len, because)) + CATEGORY_WEIGHT * is_at_home + is_at_home * line.is_default
            scored.append((weight, line, because))
    best: dict[str, Suggestion] = {}
    for _, line, because in sorted(scored, key=lambda each: (-each[0], each[1].unit_code)):
        best.setdefault(line.unit_code, Suggestion(line.unit_code, line.category, because))
    return tuple(best.values())[:MOST_SUGGESTED]


def _longest(words: Iterable[str]) -> tuple[str, ...]:
    """Without those that are part of another."""
    listed = sorted(set(words), key=len, reverse=True)
    return tuple(word for at, word in enumerate(listed) if not any(word in longer for longer in listed[:at]))
