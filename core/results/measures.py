"""
What a group of answers comes to: 得分, 满意率, the share of 不了解, and n, exactly (fractions).

得分 of a question: the mean of the scores of all answers that have one. Of a dimension or of all: the mean of
its questions' 得分 by their weights (docs: questionnaire format, "Score"). 满意率 and the share of 不了解 of
several questions: their answers taken together. Questions inside a repeat are about each of its items and
count in no total. Nothing here reads a database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.questionnaires.model import Group, Question, Questionnaire, Rating
from core.reports.figures import SATISFIED_STEPS
from core.reports.tally import Counted


@dataclass(frozen=True, slots=True)
class Measure:
    """
    `n`: complete responses. `answers`: answers to the rating questions, `scored` those with a score.

    `score` (0–100), `satisfied` (0–1) are None without a scored answer, `unscored_share` (0–1) without any.
    """

    n: int = 0
    answers: int = 0
    scored: int = 0
    score: Fraction | None = None
    satisfied: Fraction | None = None
    unscored_share: Fraction | None = None


NOTHING = Measure()
# How often each code was chosen, by rating question.
Chosen = Mapping[str, Mapping[str, int]]


def ratings(questionnaire: Questionnaire, dimension: str = "") -> tuple[Rating, ...]:
    """The rating questions (of one dimension, '' for all) outside repeats, in the file's order."""
    return tuple(each for each in _flat(questionnaire.questions) if dimension in ("", each.dimension))


def chosen_in(counted: Counted) -> dict[str, dict[str, int]]:
    """How often each code was chosen, of answers outside repeats."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, counts in counted.items():
        if not key.item and key.codes:
            found[key.question][key.codes] += counts.count
    return found


def measure(questions: Sequence[Rating], chosen: Chosen, n: int) -> Measure:
    """The figures of these questions together; `n` complete responses."""
    answers = scored = best = 0
    weighed = weight = Fraction(0)
    for question in questions:
        counts = chosen.get(question.id)
        if not counts:
            continue
        of_steps = [counts.get(option.code, 0) for option in question.options]
        with_score = [
            (count, _exact(option.score))
            for count, option in zip(of_steps, question.options, strict=True)
            if option.score is not None
        ]
        answers += sum(of_steps)
        of_question = sum(count for count, _score in with_score)
        if not of_question:
            continue
        total = sum(count * score for count, score in with_score)
        weighed += Fraction(total, of_question) * _exact(question.weight)
        weight += _exact(question.weight)
        scored += of_question
        best += sum(count for count, _score in with_score[:SATISFIED_STEPS])
    return Measure(
        n=n,
        answers=answers,
        scored=scored,
        score=weighed / weight if weight else None,
        satisfied=Fraction(best, scored) if scored else None,
        unscored_share=Fraction(answers - scored, answers) if answers else None,
    )


def by_dimension(questionnaire: Questionnaire, chosen: Chosen, n: int) -> dict[str, Measure]:
    """The figures of each dimension that has a rating question, in the questionnaire's order."""
    having = {each.dimension for each in ratings(questionnaire)}
    return {
        dimension: measure(ratings(questionnaire, dimension), chosen, n)
        for dimension in questionnaire.dimensions
        if dimension in having
    }


def _exact(number: float) -> int | Fraction:
    """Whole numbers as such: nearly all are, and sums of them are quick."""
    return int(number) if number == int(number) else Fraction(number)


def _flat(questions: Iterable[Question]) -> Iterable[Rating]:
    for question in questions:
        if isinstance(question, Group):
            yield from _flat(question.questions)
        elif isinstance(question, Rating):
            yield question
