"""
The ways through a questionnaire: does it cost more to be dissatisfied?

An optional, neutral 哪里没做好 behind a negative answer is welcome; the shipped questionnaires have many.
"""

import re
from collections.abc import Iterator
from typing import get_args

from core.coaching.flatten import flatten
from core.coaching.labels import Side, read_label
from core.questionnaires.conditions import Compare, Condition, Contains, Literals, atoms, decide
from core.questionnaires.model import (
    AnswerableQuestion,
    Choosable,
    Group,
    Question,
    Repeat,
    walk,
)

_WHO = re.compile(r"姓名|名字|电话|手机|身份证|联系方式|住址|门牌|微信号")


def hurdles(questions: tuple[Question, ...]) -> Iterator[tuple[Question, str]]:
    """Questions that must be answered and come only after a negative answer."""
    for question in _behind_negatives(questions):
        if isinstance(question, get_args(AnswerableQuestion)) and question.required:
            yield question, question.title


def asks_who(questions: tuple[Question, ...]) -> Iterator[tuple[Question, str]]:
    """Questions that come only after a negative answer and ask who it is, even if one need not answer."""
    for question in _behind_negatives(questions):
        said = question.interviewer.say if question.interviewer else None
        for words in (question.title, question.help, said):
            if words and _WHO.search(flatten(words).text):
                yield question, words
                break


def dead_ends(questions: tuple[Question, ...]) -> Iterator[tuple[Question, str]]:
    """Negative options that end the run or demand words, where no positive one does."""
    for question in walk(questions):
        if not isinstance(question, Choosable):
            continue
        costly = [option for option in question.options if option.ends or option.other]
        sides = {read_label(option.label).side for option in costly}
        if "bad" in sides and "good" not in sides and _codes(question, "good"):
            yield question, "、".join(o.label for o in costly if read_label(o.label).side == "bad")


def _behind_negatives(questions: tuple[Question, ...]) -> Iterator[Question]:
    """What is asked after a negative answer to some question, and after none of its positive ones."""
    judged = {
        question.id: question
        for question in walk(questions)
        if isinstance(question, Choosable) and _codes(question, "good") and _codes(question, "bad")
    }
    for question, conditions in _with_conditions(questions, ()):
        if any(
            _is_behind(condition, judged[atom.id])
            for condition in conditions
            for atom in atoms(condition)
            if atom.id in judged
        ):
            yield question


def _with_conditions(
    questions: tuple[Question, ...], around: tuple[Condition, ...]
) -> Iterator[tuple[Question, tuple[Condition, ...]]]:
    """Each question with its own condition and those of the groups and repeats around it."""
    for question in questions:
        conditions = (*around, question.show_if) if question.show_if else around
        yield question, conditions
        if isinstance(question, Group | Repeat):
            yield from _with_conditions(question.questions, conditions)


def _is_behind(condition: Condition, judged: Choosable) -> bool:
    """Whether the condition holds for a negative answer and for no positive one, whatever else was said."""
    return any(
        any(_holds(condition, judged.id, code, others) for code in _codes(judged, "bad"))
        and not any(_holds(condition, judged.id, code, others) for code in _codes(judged, "good"))
        for others in (False, True)
    )


def _holds(condition: Condition, id_: str, code: str, others: bool) -> bool:
    """
    Decide with one answer given. `others`: everything else has the value the condition asks for; or none.
    """
    wanted: dict[str, tuple[Literals, ...]] = {}
    if others:
        for atom in atoms(condition):
            if isinstance(atom, Contains):
                wanted[atom.id] = atom.literals
            elif isinstance(atom, Compare):
                wanted[atom.id] = (atom.literal,)
    return decide(condition, lambda asked: (code,) if asked == id_ else wanted.get(asked, ()))


def _codes(question: Choosable, side: Side) -> tuple[str, ...]:
    return tuple(option.code for option in question.options if read_label(option.label).side == side)
