"""
What looks like answers no person gave for themselves: pure rules over the responses of some hours.

A rule gives points, and only what gathers enough of them is set aside (see `thresholds.yaml`, with reasons).
No rule looks at who answered, only at how: times, answers, and how many came on one code.

Nothing here reads a database.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import local
from core.quality.thresholds import Burst, Identical, NightBurst, StraightLine, Thresholds, TooFast

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What the rules know of one complete response.

    `seconds` from its beginning to its end; `answers`: how many questions were answered; `ratings`: the
    chosen step of each rating; `pattern`: all chosen codes as one word, equal for equal answers.
    """

    id: int
    code: str
    finished_at: datetime
    seconds: float
    answers: int
    ratings: tuple[str, ...]
    pattern: str


@dataclass(frozen=True, slots=True)
class Usual:
    """How common answer patterns are elsewhere: `counts` among `total` responses of other codes."""

    total: int
    counts: Mapping[str, int]

    def share(self, pattern: str, floor: float) -> float:
        """The share of a pattern (0–1), as if it had been seen once more than it was; at least `floor`."""
        return max((self.counts.get(pattern, 0) + 1) / (self.total + 2), floor)


Flags = dict[int, set[str]]
# How many responses a code had in the day around a moment.
DayCount = Callable[[str, datetime], int]


def flags_of(
    responses: Sequence[Seen], thresholds: Thresholds, usual: Callable[[str], Usual], day_count: DayCount
) -> Flags:
    """
    The rules each response meets, by its id; ids that meet none are left out.

    `responses` in any order; those around the hours that are judged belong in, too, or a burst at the edge is
    missed. `usual`: how common patterns are on other codes than this one.
    """
    found: Flags = defaultdict(set)
    by_code: dict[str, list[Seen]] = defaultdict(list)
    for response in responses:
        by_code[response.code].append(response)
        if is_too_fast(response, thresholds.too_fast):
            found[response.id].add("too_fast")
        if is_straight_line(response, thresholds.straight_line):
            found[response.id].add("straight_line")
    for there in by_code.values():
        there.sort(key=lambda response: (response.finished_at, response.id))
        groups = {
            "burst": _in_burst(there, thresholds.burst),
            "night_burst": _in_night_burst(there, thresholds.night_burst, day_count),
            "identical": _identical(there, thresholds.identical, usual),
        }
        for name, ids in groups.items():
            for response_id in ids:
                found[response_id].add(name)
    return dict(found)


def is_set_aside(flags: Iterable[str], thresholds: Thresholds) -> bool:
    """Whether these rules together are enough."""
    return sum(thresholds.points[name] for name in flags) >= thresholds.set_aside_from


def is_too_fast(response: Seen, rule: TooFast) -> bool:
    """Whether no person reads and taps that fast."""
    return (
        response.answers >= rule.min_answers and response.seconds < rule.seconds_per_answer * response.answers
    )


def is_straight_line(response: Seen, rule: StraightLine) -> bool:
    """Whether every rating got the same step."""
    return len(response.ratings) >= rule.min_ratings and len(set(response.ratings)) == 1


def chance_of_at_least(count: int, n: int, share: float) -> float:
    """P(X ≥ count) for X binomial(n, share): how likely so many would come about by themselves."""
    if count <= 0:
        return 1.0
    terms = (
        math.lgamma(n + 1)
        - math.lgamma(k + 1)
        - math.lgamma(n - k + 1)
        + k * math.log(share)
        + (n - k) * math.log1p(-share)
        for k in range(count, n + 1)
    )
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def _in_burst(there: Sequence[Seen], rule: Burst) -> set[int]:
    """Those in any stretch of `minutes` that holds enough of them."""
    found: set[int] = set()
    for window in _windows(there, timedelta(minutes=rule.minutes)):
        if len(window) >= rule.at_least:
            found.update(response.id for response in window)
    return found


def _in_night_burst(there: Sequence[Seen], rule: NightBurst, day_count: DayCount) -> set[int]:
    at_night = [each for each in there if rule.from_hour <= local(each.finished_at).hour < rule.to_hour]
    found: set[int] = set()
    for window in _windows(at_night, HOUR):
        if len(window) < rule.at_least or window[-1].id in found:
            continue
        in_day = day_count(window[-1].code, window[-1].finished_at)
        if len(window) >= rule.share_of_day * in_day:
            found.update(response.id for response in window)
    return found


def _identical(there: Sequence[Seen], rule: Identical, usual: Callable[[str], Usual]) -> set[int]:
    """Those with one pattern, where it is far more common than it is elsewhere."""
    found: set[int] = set()
    known: Usual | None = None
    for window in _windows(there, timedelta(minutes=rule.minutes)):
        if len(window) < rule.at_least:
            continue
        # Only the newest can have made its own pattern common; others were looked at when they came.
        newest = window[-1].pattern
        same = [response.id for response in window if response.pattern == newest]
        if len(same) < rule.at_least or len(same) < rule.share * len(window):
            continue
        known = known or usual(there[0].code)
        share = known.share(newest, rule.usual_at_least)
        is_more = len(same) >= rule.times_usual * share * len(window) or len(same) == len(window)
        if is_more and chance_of_at_least(len(same), len(window), share) < rule.chance:
            found.update(same)
    return found


def _windows(there: Sequence[Seen], length: timedelta) -> Iterable[Sequence[Seen]]:
    """For each response, those that were finished up to `length` before it, itself the last."""
    first = 0
    for last, response in enumerate(there):
        while there[first].finished_at < response.finished_at - length:
            first += 1
        yield there[first : last + 1]
