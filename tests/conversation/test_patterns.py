"""An office's pattern decides what a text must look like, and never holds up a turn."""

import time

from core.conversation.kinds.text import TextKind
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Text


def text_with(pattern: str) -> TextKind:
    """An open question with this pattern."""
    return TextKind(Text(id="code", title="编号", max_length=100, pattern=pattern), Gazetteer([], []))


def test_the_whole_text_must_fit() -> None:
    kind = text_with("[0-9A-Z]{4}")

    assert kind._fits_pattern("12AB")
    assert not kind._fits_pattern("12ABC")


def test_a_pattern_that_would_take_for_ever_is_given_up_soon() -> None:
    kind = text_with("(a|aa)+$")
    started = time.perf_counter()

    fits = kind._fits_pattern("a" * 80 + "b")

    assert not fits
    assert time.perf_counter() - started < 1
