"""
How much steering the guard finds, and how often it cries out for nothing, on the labelled texts.

`pytest tests/coaching/test_labelled.py -s` prints the rates and what was missed.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from core.coaching.check import check_text
from core.coaching.findings import KINDS

FILE = Path(__file__).with_name("labelled.yaml")
PLACES = {
    "poster",
    "greeting",
    "question",
    "option",
    "push",
    "script",
    "note",
    "reply",
    "consent",
    "thanks",
}

# No rule was made for the texts held out: they show what to expect of a text nobody has seen.
LEAST_HITS_HELD_OUT = 0.80
LEAST_HITS_TUNED = 0.95
MOST_FALSE_ALARMS = 0.03


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text of the file."""

    text: str
    place: str
    steers: bool
    note: str
    kind: str | None = None
    held_out: bool = False


@cache
def labelled() -> tuple[Labelled, ...]:
    return tuple(Labelled(**entry) for entry in yaml.safe_load(FILE.read_text("utf-8")))


def hits_and_false_alarms(texts: list[Labelled]) -> tuple[float, float]:
    """Both rates, printed with what went wrong."""
    steering = [each for each in texts if each.steers]
    neutral = [each for each in texts if not each.steers]
    missed = [each for each in steering if not check_text(each.text, each.place)]
    alarms = [each for each in neutral if check_text(each.text, each.place)]
    hits, false_alarms = 1 - len(missed) / len(steering), len(alarms) / len(neutral)
    print(f"\n{len(steering)} steering, {len(neutral)} neutral: hits {hits:.1%}, alarms {false_alarms:.1%}")
    for each in missed:
        print(f"  missed: {each.text}")
    for each in alarms:
        print(f"  false alarm: {each.text}")
    return hits, false_alarms


@pytest.mark.parametrize(
    ("held_out", "least_hits"),
    [(False, LEAST_HITS_TUNED), (True, LEAST_HITS_HELD_OUT)],
    ids=["tuned", "held out"],
)
def test_steering_is_found_and_neutral_texts_are_left_alone(held_out: bool, least_hits: float) -> None:
    hits, false_alarms = hits_and_false_alarms([each for each in labelled() if each.held_out is held_out])

    assert hits >= least_hits
    assert false_alarms <= MOST_FALSE_ALARMS


def test_the_labelled_texts_are_many_different_and_explained() -> None:
    texts = labelled()

    assert len(texts) >= 100
    assert sum(each.held_out for each in texts) >= 40
    assert len({each.text for each in texts}) == len(texts)
    assert all(each.place in PLACES and each.note for each in texts)
    assert all((each.kind in KINDS) is each.steers for each in texts)
