"""
The columns of an export: declared by the questions' kinds, never by whatever rows happen to exist.

A question has several: its slot key (codes, the words or the number), the key with `_label` behind it (how
that reads), and what its kind declares besides. Questions of the same id in several questionnaires share
their columns.
"""

from dataclasses import dataclass
from typing import Any

from core.conversation.kinds.base import Column, Kind
from core.conversation.kinds.registry import Layout
from core.conversation.layout import Site, Slot
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import AnswerableQuestion, Questionnaire


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """What an export shows of one slot. `title` is the question as it is asked, with the item it is about."""

    key: str
    title: str
    columns: tuple[Column, ...]
    kind: Kind[Any]

    @property
    def question(self) -> AnswerableQuestion:
        """The question asked there."""
        question: AnswerableQuestion = self.kind.question
        return question

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(f"{self.key}{column.name}" for column in self.columns)


def answer_columns(questionnaire: Questionnaire, gazetteer: Gazetteer) -> tuple[AnswerColumns, ...]:
    """Every slot of a questionnaire, in the file's order; a repeat's for each place or unit it goes over."""
    laid_out = Layout(gazetteer).all(questionnaire.questions, Site(fixed={}))
    return tuple(
        AnswerColumns(slot.key, _title(slot), slot.kind.columns(), slot.kind)
        for slot in laid_out
        if isinstance(slot, Slot)
    )


def in_general(words: str) -> str:
    """Whom a question is about differs from response to response; a table's title can only say that."""
    return words.replace("{subject.name}", "评价对象").replace("{source.name}", "扫码的地方")


def _title(slot: Slot) -> str:
    asked = in_general(slot.title)
    about_item = slot.item_name and slot.item_name not in asked
    return f"{slot.item_name}：{asked}" if about_item else asked
