"""
A ballot's questions by what they judge: one card a county or unit, in the order of this ballot.

A card is what one person answers in one go: five digits in the chat, a page in the browser, a line of a
paper ballot.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from core.conversation.kinds.base import Here, Taken, Trouble
from core.conversation.layout import Slot
from core.conversation.position import Position
from core.conversation.prompts import Problem
from core.conversation.script import Script
from core.conversation.state import Answer, RunState
from core.conversation.understanding.numerals import numeral
from core.conversation.understanding.plain import plain, squeezed
from core.questionnaires.model import Choosable, Option


@dataclass(frozen=True, slots=True)
class Card:
    """
    The slots about one item of a repeat, or one question of its own.

    `key` is `counties@451202`, or the slot's key; `name` the item's, or the question's title.
    """

    key: str
    name: str
    slots: tuple[Slot, ...]

    @property
    def is_judged(self) -> bool:
        """Whether it is about somebody who is judged."""
        return bool(self.slots[0].item)

    @property
    def grades(self) -> tuple[Slot, ...]:
        """The slots that take a grade."""
        return tuple(slot for slot in self.slots if slot.question.type == "scale")

    @property
    def most_options(self) -> int:
        """How many steps every one of its grades has; 0 where they differ, or where there are none."""
        counts = {len(options_of(slot)) for slot in self.grades}
        return counts.pop() if len(counts) == 1 else 0


def cards_of(script: Script, state: RunState) -> tuple[Card, ...]:
    """Every card, in the order of this ballot."""
    slots = [stop.slot for stop in script.plan(state).stops]
    found = []
    for key, block in groupby(slots, key=card_key):
        its = tuple(block)
        found.append(Card(key, its[0].item_name or its[0].title, its))
    return tuple(found)


def options_of(slot: Slot) -> tuple[Option, ...]:
    """What can be chosen; () where nothing is."""
    return slot.question.options if isinstance(slot.question, Choosable) else ()


def card_key(slot: Slot) -> str:
    """The card a slot stands on."""
    return f"{slot.repeat}@{slot.item}" if slot.item else slot.key


@dataclass(frozen=True, slots=True)
class Digits:
    """What looks like grades written together. `values` count from 1; None is a sign that is no numeral."""

    values: tuple[int | None, ...]


def digits_at_once(words: str) -> Digits | None:
    """
    `12112`, `１２１１２`, `一二一一二`, `1 2 1 1 2`: one numeral after the other; None for anything else.

    Words count as such when they begin with a numeral, have at least two, and no more other signs than that.
    """
    signs = squeezed(plain(words))
    values = tuple(numeral(sign) for sign in signs)
    numerals = sum(value is not None for value in values)
    if len(values) < 2 or values[0] is None or numerals < 2 or 2 * numerals < len(values):
        return None
    return Digits(values)


def graded(card: Card, choices: tuple[int, ...]) -> dict[str, Answer]:
    """The answers that these options (counted from 1) are, for the card's grades in their order."""
    return {
        slot.key: Answer(codes=(options_of(slot)[choice - 1].code,))
        for slot, choice in zip(card.grades, choices, strict=True)
    }


def answers_from(
    script: Script, state: RunState, card: Card, given: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Answer], dict[str, Problem]]:
    """
    A card as a form gives it: by slot key, option codes or one text. The answers, and what is wrong by slot.

    A question that the answers before it hide is left out; an empty field passes over what is not required.
    """
    position = Position(script, state)
    answers: dict[str, Answer] = {}
    problems: dict[str, Problem] = {}
    for slot in card.slots:
        stop = position.plan.stop(slot.key)
        if stop is None:
            continue
        position.answers = {**state.answers, **answers}
        if not position.is_visible(stop):
            continue
        outcome = _outcome(slot, position.here(stop), given.get(slot.key, ()))
        if isinstance(outcome, Taken):
            answers[slot.key] = outcome.answer
        else:
            problems[slot.key] = outcome.problem
    return answers, problems


def _outcome(slot: Slot, here: Here, values: tuple[str, ...]) -> Taken | Trouble:
    values = tuple(filter(None, (value.strip() for value in values)))
    if not values:
        return Trouble(Problem("required")) if slot.question.required else Taken(Answer())
    if slot.question.type in ("scale", "single"):
        chosen = [i for i, option in enumerate(options_of(slot), start=1) if option.code == values[0]]
        outcome = slot.kind.tap(here, chosen[0], "") if len(values) == 1 and chosen else None
    else:
        outcome = slot.kind.hear(here, values[0] if slot.question.type != "multi" else "、".join(values))
    return outcome if isinstance(outcome, Taken | Trouble) else Trouble(Problem("required"))


def texts_in(state: RunState) -> Iterator[tuple[str, str]]:
    """Every open answer, by slot key."""
    for key, answer in state.answers.items():
        if answer.text:
            yield key, answer.text
