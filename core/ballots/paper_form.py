"""
The blank sheet of a paper ballot: what stands on it, in the order in which it is keyed in.

It has no number and asks no name; the slip beside it is torn off when the sheet is handed in.
"""

from dataclasses import dataclass
from itertools import groupby

from core.ballots.cards import Card, cards_of, options_of
from core.conversation.script import Script
from core.conversation.state import RunState


@dataclass(frozen=True, slots=True)
class Table:
    """
    Subjects that are judged by the same criteria. `options` are what 1, 2, 3 … mean; () where the criteria
    differ in that.
    """

    criteria: tuple[str, ...]
    options: tuple[str, ...]
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperForm:
    """`tables` to be filled with digits; `questions` are to be answered in words."""

    title: str
    tables: tuple[Table, ...]
    questions: tuple[str, ...]


def paper_form(script: Script) -> PaperForm:
    """The questionnaire's sheet: subjects in their fixed order, which is also that of keying it in."""
    cards = cards_of(script, RunState(channel="paper"))
    tables = []
    for _, block in groupby((card for card in cards if card.grades), key=_criteria_of):
        its = list(block)
        options = options_of(its[0].grades[0]) if its[0].most_options else ()
        tables.append(
            Table(
                tuple(_criteria_of(its[0])), tuple(each.label for each in options), tuple(c.name for c in its)
            )
        )
    asked = (card.slots[0] for card in cards if not card.is_judged)
    questions = tuple(slot.title for slot in asked if slot.question.type == "text")
    return PaperForm(script.questionnaire.title, tuple(tables), questions)


def _criteria_of(card: Card) -> tuple[str, ...]:
    return tuple(slot.question.title for slot in card.grades)
