"""Planted fraud is found and honest crowds are left alone; the rates are printed."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.quality.rules import Seen, Usual, chance_of_at_least, flags_of, is_set_aside
from core.quality.thresholds import read_thresholds
from tests.quality.people import (
    RATINGS,
    by_night,
    honest_answers,
    meeting,
    one_person_with_phones,
    program,
    seen,
    slow_copies,
    village_visit,
)

THRESHOLDS = read_thresholds()
MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # nine in Shanghai
TWO_AT_NIGHT = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
CODE = "p_451203100"
Crowd = Callable[[random.Random, datetime, str], Iterator[Seen]]


def usual_elsewhere(count: int = 2000) -> Usual:
    """What other codes brought: as honest people answer."""
    chance = random.Random(7)
    return Usual(count, Counter("|".join(honest_answers(chance)) for _ in range(count)))


USUAL = usual_elsewhere()
NOTHING_YET = Usual(0, {})


def share_set_aside(crowd: list[Seen], usual: Usual = USUAL) -> float:
    counts = Counter(each.code for each in crowd)
    flags = flags_of(crowd, THRESHOLDS, lambda _code: usual, lambda code, _at: counts[code])
    aside = [each for each in crowd if is_set_aside(flags.get(each.id, set()), THRESHOLDS)]
    return len(aside) / len(crowd)


def average(crowd: Crowd, since: datetime, usual: Usual, times: int = 100) -> float:
    """The share that is set aside, over many such crowds."""
    shares = [share_set_aside(list(crowd(random.Random(seed), since, CODE)), usual) for seed in range(times)]
    return sum(shares) / times


@pytest.mark.parametrize("usual", [USUAL, NOTHING_YET], ids=["in the middle of a round", "on its first day"])
@pytest.mark.parametrize("crowd", [village_visit, meeting])
def test_honest_crowds_are_not_set_aside(
    crowd: Crowd, usual: Usual, capsys: pytest.CaptureFixture[str]
) -> None:
    wrongly = average(crowd, MORNING, usual)

    with capsys.disabled():
        print(f"\n  {crowd.__name__}: {wrongly:.2%} of honest answers set aside", end=" ")
    assert wrongly <= 0.005


@pytest.mark.parametrize(
    ("crowd", "since"),
    [(program, MORNING), (one_person_with_phones, MORNING), (by_night, TWO_AT_NIGHT)],
)
def test_planted_fraud_is_set_aside(
    crowd: Crowd, since: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    found = average(crowd, since, USUAL)

    with capsys.disabled():
        print(f"\n  {crowd.__name__}: {found:.1%} of planted answers set aside", end=" ")
    assert found >= 0.95


def test_fraud_within_an_honest_day_takes_no_honest_answer_along() -> None:
    chance = random.Random(3)
    honest = [
        each for hour in range(4) for each in village_visit(chance, MORNING + timedelta(hours=hour), CODE)
    ]
    planted = list(one_person_with_phones(chance, MORNING + timedelta(hours=5), CODE))

    everybody = honest + planted
    flags = flags_of(everybody, THRESHOLDS, lambda _code: USUAL, lambda _code, _at: len(everybody))
    aside = {each for each, met in flags.items() if is_set_aside(met, THRESHOLDS)}

    assert not aside & {each.id for each in honest}
    assert len(aside) >= 0.9 * len(planted)


def test_careful_copies_are_flagged_for_a_person_to_look_at() -> None:
    """Equal answers at an honest pace: the rules say so, but do not decide."""
    crowd = list(slow_copies(random.Random(1), MORNING, CODE))

    flags = flags_of(crowd, THRESHOLDS, lambda _code: USUAL, lambda _code, _at: 20)

    assert sum("identical" in met for met in flags.values()) >= 0.9 * len(crowd)
    assert share_set_aside(crowd) == 0


def test_contentment_alone_is_no_reason() -> None:
    content = [seen(MORNING, 120, ("s5",) * RATINGS, code=f"p_{number}") for number in range(30)]

    flags = flags_of(content, THRESHOLDS, lambda _code: USUAL, lambda _code, _at: 1)

    assert all(met == {"straight_line"} for met in flags.values())
    assert share_set_aside(content) == 0


def test_a_busy_code_at_night_is_no_fraud_when_it_is_busy_all_day() -> None:
    """The code on a whole county's buses has readers at night, too."""
    crowd = list(village_visit(random.Random(5), TWO_AT_NIGHT, CODE, people=15))

    flags = flags_of(crowd, THRESHOLDS, lambda _code: USUAL, lambda _code, _at: 400)

    assert not any("night_burst" in met for met in flags.values())


@pytest.mark.parametrize(("seconds", "is_fast"), [(20.9, True), (21.0, False), (0.0, True)])
def test_too_fast_is_a_second_and_a_half_an_answer(seconds: float, is_fast: bool) -> None:
    response = seen(MORNING, seconds, ("s5", "s4") * 6, answers=14)

    flags = flags_of([response], THRESHOLDS, lambda _code: USUAL, lambda _code, _at: 1)

    assert ("too_fast" in flags.get(response.id, set())) is is_fast


def test_the_chance_is_the_binomials() -> None:
    assert chance_of_at_least(3, 5, 0.5) == pytest.approx(0.5)
    assert chance_of_at_least(5, 5, 0.5) == pytest.approx(1 / 32)
    assert chance_of_at_least(0, 5, 0.5) == 1.0
    assert chance_of_at_least(8, 10, 0.05) == pytest.approx(1.6e-9, rel=0.05)


@given(
    st.lists(
        st.builds(
            seen,
            st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 2), timezones=st.just(UTC)),
            st.floats(0, 4000),
            st.tuples(*[st.sampled_from(("s5", "s1"))] * 3),
            st.sampled_from(("p_1", "u_1")),
            st.integers(0, 20),
        ),
        max_size=60,
    )
)
def test_the_order_in_which_responses_are_read_changes_nothing(crowd: list[Seen]) -> None:
    def judged(responses: list[Seen]) -> dict[int, set[str]]:
        return flags_of(responses, THRESHOLDS, lambda _code: NOTHING_YET, lambda _code, _at: len(crowd))

    assert judged(crowd) == judged(crowd[::-1])
