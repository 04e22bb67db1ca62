"""
The columns of an export: declared by the questionnaires, never by whatever rows happen to exist.

Each answerable question has two: its slot key (codes, or the text or number itself), and the key with
`_label` behind it (what was shown for the codes). Questions of the same id in several questionnaires share
their columns.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.conversation.state import Answer
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import (
    Answerable,
    AnswerableQuestion,
    Group,
    Multi,
    Number,
    Place,
    Question,
    Questionnaire,
    Rating,
    Repeat,
    Single,
    Text,
)

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One slot of one questionnaire: its key and how its answer reads."""

    key: str
    question: AnswerableQuestion

    @property
    def label_key(self) -> str:
        """The name of the column with the labels."""
        return f"{self.key}_label"

    def value(self, answer: Answer) -> Cell:
        """What stands in the column: codes joined by `;`, the text, or the number."""
        if isinstance(self.question, Text):
            return answer.text or None
        if isinstance(self.question, Number):
            return _whole(answer.number)
        return ";".join(answer.codes) or None

    def label(self, answer: Answer, gazetteer: Gazetteer) -> str | None:
        """How that reads: labels joined by `;`, the words given with "other" behind theirs."""
        return _LABELS[type(self.question)](self.question, answer, gazetteer) or None


def answer_columns(questionnaire: Questionnaire, gazetteer: Gazetteer) -> tuple[AnswerColumn, ...]:
    """Every slot of a questionnaire, in the file's order; a repeat's for each place or unit it goes over."""
    return tuple(_columns(questionnaire.questions, gazetteer))


def _columns(questions: tuple[Question, ...], gazetteer: Gazetteer, item: str = "") -> Iterable[AnswerColumn]:
    for question in questions:
        if isinstance(question, Repeat):
            for subject in gazetteer.subjects_over(question.over):
                yield from _columns(question.questions, gazetteer, subject.code)
        elif isinstance(question, Group):
            yield from _columns(question.questions, gazetteer, item)
        elif isinstance(question, Answerable):
            yield AnswerColumn(f"{question.id}@{item}" if item else question.id, question)


def _whole(number: float | None) -> Cell:
    return int(number) if number is not None and number == int(number) else number


def _option_labels(question: Single | Multi | Rating, answer: Answer, _gazetteer: Gazetteer) -> str:
    labels = {option.code: option.label for option in question.options}
    others = {option.code for option in question.options if option.other}
    return ";".join(
        f"{labels.get(code, code)}：{answer.text}"
        if code in others and answer.text
        else labels.get(code, code)
        for code in answer.codes
    )


def _place_label(_question: Place, answer: Answer, gazetteer: Gazetteer) -> str:
    return ";".join(gazetteer.full_name(code) or code for code in answer.codes)


def _number_label(question: Number, answer: Answer, _gazetteer: Gazetteer) -> str:
    return "" if answer.number is None else f"{_whole(answer.number)}{question.unit or ''}"


def _media_label(_question: Text, answer: Answer, _gazetteer: Gazetteer) -> str:
    parts = []
    if answer.voices:
        parts.append(f"语音{len(answer.voices)}条")
    if answer.photos:
        parts.append(f"照片{len(answer.photos)}张")
    return "、".join(parts)


_LABELS: dict[type, Callable[..., str]] = {
    Single: _option_labels,
    Multi: _option_labels,
    Rating: _option_labels,
    Place: _place_label,
    Number: _number_label,
    Text: _media_label,
}
