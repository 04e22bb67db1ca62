"""
`type: number`: an amount between `min` and `max`, both included.

    - {id: people, type: number, title: 您家里几口人？, min: 1, max: 30, unit: 人}

Stored as a number; whole ones as int. `三十五`, `３５`, `35人` and `1,200` are understood.
"""

from core.conversation.inputs import Act
from core.conversation.kinds.base import MISSED, Asked, Column, Here, Kind, Outcome, Taken, Trouble, act
from core.conversation.prompts import Problem
from core.conversation.state import Answer
from core.conversation.understanding import commands
from core.conversation.understanding.numerals import amount
from core.conversation.understanding.plain import plain
from core.questionnaires.model import Number
from core.sheets.out_columns import Cell


class NumberKind(Kind[Number]):
    """An amount."""

    type = "number"

    def columns(self) -> tuple[Column, ...]:
        """The number, and the number with its unit."""
        return (
            Column("", _number_cell, "number"),
            Column("_label", lambda answer: self.label(answer) or None, "label"),
        )

    def ask(self, here: Here) -> Asked:
        """Nothing to tap but 下一步."""
        question = self.question
        may_go_on = here.stored is not None or not question.required
        return Asked(
            "number",
            acts=(act(Act.NEXT, commands.NEXT),) if may_go_on else (),
            low=question.min,
            high=question.max,
            unit=question.unit or "",
        )

    def hear(self, here: Here, words: str) -> Outcome:
        """A number in any spelling."""
        question = self.question
        number = amount(plain(words), plain(question.unit or ""))
        if number is None:
            return MISSED
        if question.integer and not float(number).is_integer():
            return Trouble(Problem("not_whole"))
        if (question.min is not None and number < question.min) or (
            question.max is not None and number > question.max
        ):
            return Trouble(Problem("number_range", low=question.min, high=question.max))
        return Taken(Answer(number=number))

    def label(self, answer: Answer) -> str:
        """The number with its unit."""
        number = _number_cell(answer)
        return "" if number is None else f"{number}{self.question.unit or ''}"


def _number_cell(answer: Answer) -> Cell:
    """A whole number without `.0`, which the database puts behind it."""
    number = answer.number
    return int(number) if number is not None and float(number).is_integer() else number
