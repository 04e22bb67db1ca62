"""
Ranks: by the printed figure, equal ones share a rank, and nothing is ranked with too few answers.

Two places whose printed 得分 is the same are 并列, whatever stands behind the last decimal; the next rank
counts them all (1, 2, 2, 4). Below the least n there is no rank: so few people say too little.
"""

from collections.abc import Mapping
from dataclasses import dataclass

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
    found = {}
    for code, score in sorted(printed.items(), key=lambda item: -item[1]):
        better = sum(other > score for other in printed.values())
        equal = sum(other == score for other in printed.values())
        found[code] = Rank(better + 1, equal > 1)
    return found
