"""Every kind of question and the module that knows it."""

from collections.abc import Iterator
from typing import Any

from core.conversation.kinds import group, note, repeat
from core.conversation.kinds.base import Kind
from core.conversation.kinds.multi import MultiKind
from core.conversation.kinds.number import NumberKind
from core.conversation.kinds.place import PlaceKind
from core.conversation.kinds.rating import RatingKind
from core.conversation.kinds.single import SingleKind
from core.conversation.kinds.text import TextKind
from core.conversation.layout import Element, Site
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import (
    AnswerableQuestion,
    Group,
    Multi,
    Note,
    Number,
    Place,
    Question,
    Rating,
    Repeat,
    Single,
    Text,
)

# The types a file may name, as far as they take an answer; note, group and repeat lay out others.
ANSWERABLE_TYPES = tuple(
    kind.type for kind in (SingleKind, MultiKind, RatingKind, TextKind, NumberKind, PlaceKind)
)
OTHER_TYPES = ("note", "group", "repeat")


def kind_of(question: AnswerableQuestion, gazetteer: Gazetteer) -> Kind[Any]:
    """The kind object of one question."""
    match question:
        case Single():
            return SingleKind(question, gazetteer)
        case Multi():
            return MultiKind(question, gazetteer)
        case Rating():
            return RatingKind(question, gazetteer)
        case Text():
            return TextKind(question, gazetteer)
        case Number():
            return NumberKind(question, gazetteer)
        case Place():
            return PlaceKind(question, gazetteer)


class Layout:
    """Lays out questions; makes each question's kind object once, however many items it is asked about."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._kinds: dict[str, Kind[Any]] = {}

    def all(self, questions: tuple[Question, ...], site: Site) -> Iterator[Element]:
        """The elements of these questions, in the file's order."""
        for question in questions:
            match question:
                case Note():
                    yield from note.lay_out(question, site)
                case Group():
                    yield from group.lay_out(question, site, self.all)
                case Repeat():
                    yield from repeat.lay_out(question, site, self.all, self._gazetteer)
                case _:
                    yield site.slot(question, self._kind(question))

    def _kind(self, question: AnswerableQuestion) -> Kind[Any]:
        if question.id not in self._kinds:
            self._kinds[question.id] = kind_of(question, self._gazetteer)
        return self._kinds[question.id]
