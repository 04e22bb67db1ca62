"""
A questionnaire laid out as the slots and words that a conversation goes through, in the file's order.

A slot is one answerable question, or one question about one place or unit of a repeat. Texts are filled in
as far as they do not depend on the person: office and item here, subject and source by `fill`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.conversation.kinds.base import Kind
from core.conversation.state import Owner
from core.questionnaires.conditions import (
    SURROUNDINGS,
    And,
    Answered,
    Compare,
    Condition,
    Contains,
    Not,
    Or,
)
from core.questionnaires.model import Answerable, AnswerableQuestion, Question

_VARIABLE = re.compile(r"\{([a-z][a-z0-9_]*)\.(name|phone)\}")


@dataclass(frozen=True, slots=True)
class Slot:
    """
    One thing to be answered. `number` counts from 1 in the file's order and never changes with the answers.

    `key` is the question's id, with `@code` in a repeat; `item` and `item_name` are '' elsewhere.
    `conditions` name slot keys, all of them must hold. `help` and `title` may hold the names of subject
    and source. `own_title` is the title without its repeat's heading, which stands in `title` before it.
    """

    number: int
    key: str
    question: AnswerableQuestion
    kind: Kind[Any]
    title: str
    own_title: str
    help: str
    conditions: tuple[Condition, ...] = ()
    repeat: str = ""
    item: str = ""
    item_name: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A note, or the heading of a group, said before the next question while its conditions hold."""

    text: str
    conditions: tuple[Condition, ...] = ()
    repeat: str = ""
    item: str = ""


Element = Slot | Words


@dataclass(frozen=True, slots=True)
class Site:
    """Where a question is being laid out: inside which repeat, about which item, under which conditions."""

    fixed: dict[str, str]
    conditions: tuple[Condition, ...] = ()
    repeat: str = ""
    item: str = ""
    item_name: str = ""
    heading: str = ""
    local: frozenset[str] = frozenset()

    def text(self, text: str | None) -> str:
        """A text of the questionnaire with office and item filled in."""
        return fill_from(self.fixed, text or "")

    def under(self, question: Question) -> "Site":
        """Inside a question: its own condition holds for all it contains."""
        if question.show_if is None:
            return self
        return replace(self, conditions=(*self.conditions, self._resolved(question.show_if)))

    def about(self, question: Question, variable: str, code: str, name: str, ids: Iterable[str]) -> "Site":
        """Inside a repeat, about one of its items; `ids` are the questions that are asked of each."""
        fixed = {**self.fixed, f"{variable}.name": name}
        return replace(
            self,
            fixed=fixed,
            repeat=question.id,
            item=code,
            item_name=name,
            heading=fill_from(fixed, question.title),
            local=frozenset(ids),
        )

    def key(self, id_: str) -> str:
        """The slot key an id means here."""
        return f"{id_}@{self.item}" if id_ in self.local else id_

    def words(self, text: str | None) -> Iterator[Words]:
        """Words to say here, if there are any."""
        if text:
            yield Words(self.text(text), self.conditions, self.repeat, self.item)

    def slot(self, question: AnswerableQuestion, kind: Kind[Any]) -> Slot:
        """The slot of a question; its number is given when the layout is complete."""
        title = self.text(question.title)
        site = self.under(question)
        return Slot(
            number=0,
            key=self.key(question.id),
            question=question,
            kind=kind,
            # 经济发展 alone would not say whose.
            title=f"{self.heading}：{title}" if self.heading else title,
            own_title=title,
            help=self.text(question.help),
            conditions=site.conditions,
            repeat=self.repeat,
            item=self.item,
            item_name=self.item_name,
        )

    def _resolved(self, condition: Condition) -> Condition:
        """The same condition with slot keys for ids."""
        match condition:
            case And(parts):
                return And(tuple(self._resolved(part) for part in parts))
            case Or(parts):
                return Or(tuple(self._resolved(part) for part in parts))
            case Not(part):
                return Not(self._resolved(part))
            case Compare() | Contains() | Answered():
                return (
                    condition
                    if condition.id in SURROUNDINGS
                    else replace(condition, id=self.key(condition.id))
                )


# Lays out the questions of a container at a site.
LayOut = Callable[[tuple[Question, ...], Site], Iterator[Element]]


def numbered(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The same elements, slots numbered from 1."""
    number = 0
    out: list[Element] = []
    for element in elements:
        if isinstance(element, Slot):
            number += 1
            element = replace(element, number=number)
        out.append(element)
    return tuple(out)


def fill(text: str, subject: Owner, source: Owner) -> str:
    """The names of subject and source put into a text."""
    if "{" not in text:
        return text
    return fill_from({"subject.name": subject.name, "source.name": source.name}, text)


def fill_from(values: dict[str, str], text: str) -> str:
    """Each variable that `values` knows, replaced once; what was put in is not looked at again."""
    return _VARIABLE.sub(lambda found: values.get(found[0][1:-1], found[0]), text)


def answerable_ids(questions: Iterable[Question]) -> tuple[str, ...]:
    """The ids of those that take an answer."""
    return tuple(question.id for question in questions if isinstance(question, Answerable))
