"""
Which figures must not be shown because too few ballots stand behind them, neighbours included.

Whoever knows a total finds the one part that is missing by subtracting. So in every line of figures that add
up (one county's criteria, one figure's groups) at least `LEAST` ballots hide together, or nobody hides.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST = 10

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Line(Generic[Key]):
    """
    Figures whose total is known. `apart`: different ballots stand behind each (groups); else the same ballots
    may stand behind several (one county's criteria), so that only the largest counts.
    """

    keys: Sequence[Key]
    apart: bool

    def hide_enough(self, inside: Sequence[int]) -> bool:
        """Whether so many ballots hide behind the hidden figures of this line together."""
        return (sum(inside) if self.apart else max(inside)) >= LEAST


def hidden(counts: Mapping[Key, int], lines: Iterable[Line[Key]]) -> set[Key]:
    """
    The figures to hide: those of one to nine ballots, then of each line the next smallest until ten hide.

    `counts` says how many ballots stand behind a figure. A figure of no ballots hides nobody and stays.
    """
    hiding = {key for key, count in counts.items() if 0 < count < LEAST}
    known = list(lines)
    changed = True
    while changed:
        changed = False
        for line in known:
            inside = [counts[key] for key in line.keys if key in hiding]
            if not inside or line.hide_enough(inside):
                continue
            others = [key for key in line.keys if key not in hiding and counts[key]]
            if others:
                hiding.add(min(others, key=lambda key: counts[key]))
                changed = True
    return hiding
