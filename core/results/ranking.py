"""
Ranks: by the printed figure, equal ones share a rank, and nothing is ranked with too few answers.

Two places whose printed 得分 is the same are 并列, whatever stands behind the last decimal; the next rank
counts them all (1, 2, 2, 4). Below the least n there is no rank: so few people say too little.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.results.measures import Measure
from core.results.rounding import half_up

LEAST_N = 30


@dataclass(frozen=True, slots=True)
class Rank:
    """`place` from 1; `is_tied`: others share it."""

    place: int
    is_tied: bool

    def __str__(self) -> str:
        return f"{self.place}（并列）" if self.is_tied else str(self.place)


def ranks(measures: Mapping[str, Measure], least_n: int = LEAST_N) -> dict[str, Rank]:
    """The ranks of those that have one, best first."""
    printed = {
        code: half_up(each.score, 2)
        for code, each in measures.items()
        if each.score is not None and each.n >= least_n
    }
    sharing = Counter(printed.values())
    place_of: dict[Decimal, int] = {}
    better = 0
    for score in sorted(sharing, reverse=True):
        place_of[score] = better + 1
        better += sharing[score]
    return {
        code: Rank(place_of[score], sharing[score] > 1)
        for code, score in sorted(printed.items(), key=lambda item: -item[1])
    }
