"""
What was answered to each question: counts, shares, scores, from the tallies of one questionnaire.

得分 is the mean of the scores of all answers that have one; 满意率 is the two best steps among those answers;
不了解 has no score, so it is left out of both and its share given beside them. These are two figures: never
mix them. Nothing here reads a database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.places.gazetteer import Gazetteer
from core.questionnaires.model import (
    Answerable,
    AnswerableQuestion,
    Group,
    Number,
    Option,
    Place,
    Question,
    Questionnaire,
    Rating,
    Repeat,
    Text,
)
from core.reports.small_groups import MIN_GROUP, hidden_codes
from core.reports.tally import Counted, Counts

SATISFIED_STEPS = 2

# The answers to one slot: by the codes as stored (several joined by `;`).
Slot = Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class OptionFigure:
    """
    How many chose it. `share` is of those who answered the question; None when nobody did.

    `count` and `share` are None when the group is too small to be shown. `is_unscored`: 不了解.
    """

    code: str
    label: str
    count: int | None
    share: float | None
    is_unscored: bool = False


@dataclass(frozen=True, slots=True)
class RatingFigure:
    """
    `n` answers, `scored` of them with a score. `score` (0–100) and `satisfied` (0–1) are None without any;
    `unscored_share` (0–1) is None without an answer.
    """

    n: int
    scored: int
    score: float | None
    satisfied: float | None
    unscored_share: float | None


@dataclass(frozen=True, slots=True)
class ItemFigure:
    """A rating question of a repeat, about one place or unit."""

    code: str
    name: str
    rating: RatingFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFigures:
    """
    One question. `n`: how many answered it; None when the group is too small to be shown.

    `options` for a question with options and for places (by county); `rating` for a rating; `mean` for a
    number; `media`: how many answers to an open question have voice or photos; `items` for a rating inside a
    repeat.
    """

    question: AnswerableQuestion
    n: int | None
    options: tuple[OptionFigure, ...] = ()
    rating: RatingFigure | None = None
    mean: float | None = None
    media: int = 0
    items: tuple[ItemFigure, ...] = ()


def question_figures(
    questionnaire: Questionnaire, gazetteer: Gazetteer, counted: Counted
) -> tuple[QuestionFigures, ...]:
    """Every answerable question in the file's order."""
    slots: dict[str, dict[str, dict[str, Counts]]] = defaultdict(lambda: defaultdict(dict))
    for (question, item, codes), counts in counted.items():
        slots[question][item][codes] = counts
    return tuple(
        _figures(question, slots.get(question.id, {}), repeat, gazetteer)
        for question, repeat in _answerable(questionnaire.questions)
    )


def total_score(figures: Iterable[QuestionFigures]) -> float | None:
    """The mean of the rating questions' scores, by their weights; None when no question has a score."""
    weighed = [
        (each.rating.score, each.question.weight)
        for each in figures
        if each.rating is not None and each.rating.score is not None and isinstance(each.question, Rating)
    ]
    weight = sum(weight for _score, weight in weighed)
    return sum(score * weight for score, weight in weighed) / weight if weight else None


def rating_figure(options: Sequence[Option], chosen: Mapping[str, int]) -> RatingFigure:
    """The figures of a scale (`options`, best first) from how often each step was chosen."""
    with_score = [(option, option.score) for option in options if option.score is not None]
    scored = sum(chosen.get(option.code, 0) for option, _score in with_score)
    n = sum(chosen.get(option.code, 0) for option in options)
    total = sum(score * chosen.get(option.code, 0) for option, score in with_score)
    best = sum(chosen.get(option.code, 0) for option, _score in with_score[:SATISFIED_STEPS])
    return RatingFigure(
        n=n,
        scored=scored,
        score=total / scored if scored else None,
        satisfied=best / scored if scored else None,
        unscored_share=(n - scored) / n if n else None,
    )


def _answerable(
    questions: tuple[Question, ...], repeat: Repeat | None = None
) -> Iterable[tuple[AnswerableQuestion, Repeat | None]]:
    for question in questions:
        if isinstance(question, Repeat):
            yield from _answerable(question.questions, question)
        elif isinstance(question, Group):
            yield from _answerable(question.questions, repeat)
        elif isinstance(question, Answerable):
            yield question, repeat


def _figures(
    question: AnswerableQuestion,
    by_item: Mapping[str, Slot],
    repeat: Repeat | None,
    gazetteer: Gazetteer,
) -> QuestionFigures:
    every = [(codes, counts) for slot in by_item.values() for codes, counts in slot.items()]
    if isinstance(question, Text):
        n = sum(counts.words for _codes, counts in every)
        media = sum(counts.media for _codes, counts in every)
        figures = QuestionFigures(question=question, n=n, media=media)
    elif isinstance(question, Number):
        n = sum(counts.numbers for _codes, counts in every)
        total = sum(counts.number_sum for _codes, counts in every)
        figures = QuestionFigures(question=question, n=n, mean=total / n if n else None)
    elif isinstance(question, Place):
        figures = _place_figures(question, every, gazetteer)
    else:
        figures = _choice_figures(question, every)
    if isinstance(question, Rating):
        figures = replace(
            figures,
            rating=rating_figure(question.options, _chosen(every)),
            items=_item_figures(question, by_item, repeat, gazetteer) if repeat else (),
        )
    return _without_small_groups(figures) if question.personal else figures


def _chosen(every: Iterable[tuple[str, Counts]]) -> dict[str, int]:
    """How often each option was chosen, alone or with others."""
    chosen: dict[str, int] = defaultdict(int)
    for codes, counts in every:
        for code in codes.split(";") if codes else ():
            chosen[code] += counts.count
    return chosen


def _choice_figures(question: AnswerableQuestion, every: list[tuple[str, Counts]]) -> QuestionFigures:
    chosen = _chosen(every)
    n = sum(counts.count for codes, counts in every if codes)
    options = tuple(
        OptionFigure(
            option.code,
            option.label,
            chosen.get(option.code, 0),
            chosen.get(option.code, 0) / n if n else None,
            is_unscored=isinstance(question, Rating) and option.score is None,
        )
        for option in getattr(question, "options", ())
    )
    return QuestionFigures(question=question, n=n, options=options)


def _place_figures(question: Place, every: list[tuple[str, Counts]], gazetteer: Gazetteer) -> QuestionFigures:
    by_county: dict[str, int] = defaultdict(int)
    for code, count in _chosen(every).items():
        path = gazetteer.path(code)
        by_county[path[0].code if path else ""] += count
    n = sum(by_county.values())
    counties = [(county.code, county.short_name) for county in gazetteer.counties] + [("", "其他")]
    options = tuple(
        OptionFigure(code, name, by_county[code], by_county[code] / n if n else None)
        for code, name in counties
        if by_county[code]
    )
    return QuestionFigures(question=question, n=n, options=options)


def _item_figures(
    question: Rating, by_item: Mapping[str, Slot], repeat: Repeat, gazetteer: Gazetteer
) -> tuple[ItemFigure, ...]:
    return tuple(
        ItemFigure(
            subject.code,
            subject.short_name,
            rating_figure(question.options, _chosen(by_item.get(subject.code, {}).items())),
        )
        for subject in gazetteer.subjects_over(repeat.over)
    )


def _without_small_groups(figures: QuestionFigures) -> QuestionFigures:
    if figures.n is None or figures.n < MIN_GROUP:
        return QuestionFigures(question=figures.question, n=None)
    hidden = hidden_codes({option.code: option.count or 0 for option in figures.options})
    options = tuple(
        replace(option, count=None, share=None) if option.code in hidden else option
        for option in figures.options
    )
    # A mean with hidden groups in it could be taken apart again.
    return replace(figures, options=options, rating=None if hidden else figures.rating, items=())
