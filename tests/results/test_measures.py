"""Figures worked out by hand: scores with weights, shares, halves rounded up, ties, and too few to rank."""

from fractions import Fraction

import pytest

from core.questionnaires.model import Option, Rating, Scale
from core.results.measures import Measure, measure
from core.results.ranking import ranks
from core.results.rounding import points_words, score_words, share_words

STEPS = (("s5", 100.0), ("s4", 80.0), ("s3", 60.0), ("s1", 0.0), ("dk", None))
SCALE = Scale("satisfied", tuple(Option(code, code, score=score) for code, score in STEPS))


def rating(name: str, weight: float = 1.0) -> Rating:
    return Rating(id=name, title=name, scale=SCALE, dimension=name, weight=weight)


def test_a_total_is_the_weighted_mean_of_the_questions_and_shares_are_of_all_answers() -> None:
    # road: (100+80+80+0)/4 = 65, school: (100+60)/2 = 80; three of the road's four and one of two satisfied.
    chosen = {"road": {"s5": 1, "s4": 2, "s1": 1, "dk": 1}, "school": {"s5": 1, "s3": 1}}

    plain = measure([rating("road"), rating("school")], chosen, 5)
    weighed = measure([rating("road", 3.0), rating("school")], chosen, 5)

    assert plain == Measure(5, 7, 6, Fraction(145, 2), Fraction(4, 6), Fraction(1, 7))
    assert weighed.score == Fraction(65 * 3 + 80, 4)
    assert weighed.satisfied == plain.satisfied


def test_without_an_answer_there_is_no_figure_and_an_unanswered_question_weighs_nothing() -> None:
    assert measure([rating("road")], {}, 0) == Measure()
    only_unknown = measure([rating("road"), rating("school")], {"road": {"dk": 2}, "school": {"s4": 1}}, 2)
    assert (only_unknown.score, only_unknown.scored, only_unknown.unscored_share) == (80, 1, Fraction(2, 3))


@pytest.mark.parametrize(
    ("value", "score", "share"),
    [
        (Fraction(1, 8), "0.13", "12.5%"),
        (Fraction(94_125, 1000), "94.13", "9412.5%"),
        (Fraction(2, 3), "0.67", "66.7%"),
        (Fraction(1, 2000), "0.00", "0.1%"),
        (94.235, "94.24", "9423.5%"),
        (None, "—", "—"),
    ],
)
def test_halves_are_rounded_up_when_printed(value: Fraction | None, score: str, share: str) -> None:
    assert (score_words(value), share_words(value)) == (score, share)


def test_a_difference_says_which_way_it_goes() -> None:
    assert [points_words(Fraction(each, 1000)) for each in (1235, -1235, 0, -4)] == [
        "+1.24",
        "−1.24",
        "0.00",
        "0.00",
    ]


def test_equal_printed_scores_share_a_rank_and_too_few_have_none() -> None:
    def of(score: str, n: int = 30) -> Measure:
        return Measure(n=n, score=Fraction(score))

    found = ranks(
        {
            "a": of("90"),
            "b": of("95.001"),
            "c": of("95.004"),
            "d": of("80"),
            "few": of("100", 29),
            "no": Measure(40),
        }
    )

    assert {code: str(rank) for code, rank in found.items()} == {
        "b": "1（并列）",
        "c": "1（并列）",
        "a": "3",
        "d": "4",
    }
    assert ranks({"few": of("100", 29)}, least_n=20)["few"].place == 1
