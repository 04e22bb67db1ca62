"""
Which opinions say nearly the same: a suggestion for a person to look at, made when an opinion comes in.

Only opinions about the same township, or the same unit, are compared: `路灯坏了` of two townships are two
matters. That also keeps the comparisons few: some hundred for each opinion, a microsecond each.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz, process

from core.conversation.understanding.plain import plain, squeezed

# `fuzz.ratio`, 0 to 100. In `tests/opinions/data/pairs.csv` other matters reach 77, the same one begins at
# 87.
LEAST_LIKENESS = 82.0
# One of these more or less turns a sentence round, however alike the rest is.
NEGATIONS = "不没无未别"
# How many of the likest are looked at for one that is not turned round.
CANDIDATES = 5
# Older ones of a township are most likely settled.
MOST_COMPARED = 2_000


class Known(NamedTuple):
    """An opinion that is there: its id, and the first one that says nearly the same (itself, or another)."""

    opinion_id: int
    first_id: int


@dataclass(slots=True)
class Neighbours:
    """The opinions of one township or unit, to compare the next one with. Newest last."""

    known: list[Known] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int | None, str]]) -> "Neighbours":
        """From (id, near_id, text), oldest first."""
        made = cls()
        for opinion_id, near_id, text in rows:
            made.add(opinion_id, near_id or opinion_id, text)
        return made

    def add(self, opinion_id: int, first_id: int, text: str) -> None:
        """One more to compare with."""
        bare = bare_words(text)
        if bare:
            self.known.append(Known(opinion_id, first_id))
            self.words.append(bare)

    def first_like(self, text: str) -> int | None:
        """The first opinion of those that say nearly the same as `text`; None when none does."""
        found = self._like(text, CANDIDATES)
        return found[0].first_id if found else None

    def all_like(self, text: str, limit: int) -> list[int]:
        """Those that say nearly the same as `text`, the likest first."""
        return [each.opinion_id for each in self._like(text, limit)]

    def _like(self, text: str, limit: int) -> list[Known]:
        bare = bare_words(text)
        if not bare:
            return []
        likest = process.extract(
            bare, self.words, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=limit
        )
        return [
            self.known[position] for words, _, position in likest if _negations(words) == _negations(bare)
        ]


def _negations(words: str) -> int:
    return sum(words.count(each) for each in NEGATIONS)


def bare_words(text: str) -> str:
    """The text without spaces, punctuation and differences of width and case."""
    return "".join(character for character in squeezed(plain(text)) if character.isalnum())
