"""The questions people answer in their own words, and the dimension each belongs to."""

from dataclasses import dataclass

from core.questionnaires.conditions import ids
from core.questionnaires.model import Answerable, Questionnaire, Rating, Text


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question people answer in their own words. `dimensions` it belongs to; () when to none."""

    id: str
    title: str
    dimensions: tuple[str, ...]


def open_questions(questionnaire: Questionnaire) -> tuple[OpenQuestion, ...]:
    """
    The questions that can bring opinions, in the file's order.

    The format gives dimensions to ratings alone; a question shown because of one belongs to its dimension.
    """
    dimension_of = {each.id: each.dimension for each in questionnaire.walk() if isinstance(each, Rating)}
    found = []
    for question in questionnaire.walk():
        if not isinstance(question, Answerable) or question.personal:
            continue
        if isinstance(question, Text) or any(option.other for option in getattr(question, "options", ())):
            because_of = ids(question.show_if) if question.show_if else frozenset()
            dimensions = dict.fromkeys(dimension_of[each] for each in dimension_of if each in because_of)
            found.append(OpenQuestion(question.id, question.title, tuple(dimensions)))
    return tuple(found)
