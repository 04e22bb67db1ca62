"""Made-up crowds for the quality rules: honest ones, as villages answer, and planted fraud."""

import itertools
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from core.quality.rules import Seen

RATINGS = 12
STEPS = ("s5", "s4", "s3", "s2", "s1", "dk")
_numbers = itertools.count(1)


def seen(
    at: datetime, seconds: float, ratings: tuple[str, ...], code: str = "p_451203100", answers: int = 14
) -> Seen:
    """One response; equal ratings are equal answers."""
    return Seen(next(_numbers), code, at, seconds, answers, ratings, "|".join(ratings))


def honest_answers(chance: random.Random) -> tuple[str, ...]:
    """
    One resident's ratings. Most are content: about every third gives the best step to everything, and the
    rest lean to the good side, each around a mood of their own.
    """
    if chance.random() < 0.35:
        return ("s5",) * RATINGS
    mood = chance.choices(range(5), (45, 30, 15, 7, 3))[0]
    return tuple(
        "dk" if chance.random() < 0.06 else STEPS[min(4, max(0, mood + chance.choice((-1, 0, 0, 0, 1, 1))))]
        for _ in range(RATINGS)
    )


def honest_seconds(chance: random.Random) -> float:
    """From forty seconds, for somebody young, to a quarter of an hour; mostly about two minutes."""
    return min(900.0, max(40.0, chance.lognormvariate(4.8, 0.6)))


def village_visit(chance: random.Random, since: datetime, code: str, people: int = 30) -> Iterator[Seen]:
    """A cadre goes from door to door: thirty people, one code, one hour."""
    for _ in range(people):
        at = since + timedelta(minutes=chance.uniform(0, 60))
        yield seen(at, honest_seconds(chance), honest_answers(chance), code)


def meeting(chance: random.Random, since: datetime, code: str, people: int = 60) -> Iterator[Seen]:
    """Everybody in a hall scans the same code when asked to: sixty within a quarter of an hour."""
    for _ in range(people):
        at = since + timedelta(minutes=chance.uniform(1, 15))
        yield seen(at, honest_seconds(chance), honest_answers(chance), code)


def program(chance: random.Random, since: datetime, code: str, count: int = 40) -> Iterator[Seen]:
    """A program answers by itself: different answers, a few seconds each."""
    for number in range(count):
        at = since + timedelta(seconds=20 * number)
        yield seen(at, chance.uniform(3, 15), honest_answers(chance), code)


def one_person_with_phones(
    chance: random.Random, since: datetime, code: str, count: int = 30
) -> Iterator[Seen]:
    """Somebody fills in for the whole village, phone after phone, always the same, as fast as they can."""
    at = since
    for _ in range(count):
        at += timedelta(seconds=chance.uniform(15, 25))
        yield seen(at, chance.uniform(25, 45), ("s5",) * RATINGS, code)


def by_night(chance: random.Random, since: datetime, code: str, count: int = 30) -> Iterator[Seen]:
    """The same, slowly, between two and three at night (`since` is two o'clock)."""
    for _ in range(count):
        at = since + timedelta(minutes=chance.uniform(0, 55))
        ratings = ("s5",) * (RATINGS - 1) + ("s4",)
        yield seen(at, chance.uniform(40, 90), ratings, code)


def slow_copies(chance: random.Random, since: datetime, code: str, count: int = 20) -> Iterator[Seen]:
    """Careful fraud: equal answers at the pace of a visit. No rule alone is sure of it."""
    for _ in range(count):
        at = since + timedelta(minutes=chance.uniform(0, 60))
        ratings = ("s5", "s4") * (RATINGS // 2)
        yield seen(at, chance.uniform(60, 180), ratings, code)
