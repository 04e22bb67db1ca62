"""
What single, multi and scale questions share: option lists, their links, and the words for "other".
"""

from dataclasses import replace
from typing import ClassVar, Generic, TypeVar

from core.conversation.inputs import Act
from core.conversation.kinds.base import (
    MAX_OTHER_WORDS_CHARS,
    MISSED,
    Asked,
    Column,
    Gathered,
    Here,
    Kind,
    Outcome,
    Taken,
    Trouble,
    act,
    codes_cell,
    text_cell,
)
from core.conversation.prompts import Choice, Problem
from core.conversation.state import Answer
from core.conversation.understanding import commands
from core.conversation.understanding.options import Lexicon, understand_with_words
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Choosable, Option
from core.sheets.out_columns import Cell, ColumnKind, OutOption

C = TypeVar("C", bound=Choosable)


class Choosing(Kind[C], Generic[C]):
    """
    A question with an option list.

    `holds`: one code or several. `scores`: whether options without a score are left out of means.
    """

    holds: ClassVar[ColumnKind]
    scores: ClassVar[bool] = False

    def __init__(self, question: C, gazetteer: Gazetteer) -> None:
        super().__init__(question, gazetteer)
        self.options = question.options
        self.positions = {option.code: i for i, option in enumerate(self.options)}
        self.other = next((i for i, option in enumerate(self.options) if option.other), None)
        self.by_position = self._listed(range(1, len(self.options) + 1))
        # An interviewer presses the keys of the printed script, not the places in the list.
        keys = [int(option.key) for option in self.options if option.key is not None]
        self.by_key = self._listed(keys) if len(keys) == len(self.options) else self.by_position

    def _listed(self, numbers: "list[int] | range") -> tuple[Lexicon, tuple[Choice, ...]]:
        labels = [option.label for option in self.options]
        choices = tuple(
            Choice(number=number, label=label, choice=i, echo=label)
            for i, (number, label) in enumerate(zip(numbers, labels, strict=True), start=1)
        )
        return Lexicon.of(labels, list(numbers), self.other), choices

    def listed(self, here: Here) -> tuple[Lexicon, tuple[Choice, ...]]:
        """The option list as it is typed and shown in this channel."""
        return self.by_key if here.channel == "phone" else self.by_position

    @property
    def lexicon(self) -> Lexicon:
        """The option list, numbered as it stands."""
        return self.by_position[0]

    def columns(self) -> tuple[Column, ...]:
        """Codes and labels, and a third column for the words given with "other"."""
        words = () if self.other is None else (Column("_text", text_cell),)
        may_be = tuple(
            OutOption(option.code, option.label, is_missing=self.scores and option.score is None)
            for option in self.options
        )
        return (
            Column("", codes_cell, self.holds, may_be),
            Column("_label", self._labels_cell, "label"),
            *words,
        )

    def _labels_cell(self, answer: Answer) -> Cell:
        return ";".join(self.options[self.positions[code]].label for code in answer.codes) or None

    def option(self, choice: int) -> Option | None:
        """The option that a tap's number stands for."""
        return self.options[choice - 1] if 1 <= choice <= len(self.options) else None

    def label(self, answer: Answer) -> str:
        """The labels, joined."""
        return "、".join(self.options[self.positions[code]].label for code in answer.codes)

    def in_words(self, answer: Answer) -> str:
        """The labels, with the words of one's own behind "other"."""
        options = [self.options[self.positions[code]] for code in answer.codes]
        return "、".join(
            f"{option.label}：{answer.text}" if option.other and answer.text else option.label
            for option in options
        )

    def marked(self, here: Here, picked: tuple[str, ...]) -> tuple[Choice, ...]:
        """The links, with those of the picked codes marked."""
        choices = self.listed(here)[1]
        if not picked:
            return choices
        at = {self.positions[code] for code in picked}
        return tuple(replace(each, picked=True) if i in at else each for i, each in enumerate(choices))

    def ask_words(self) -> Asked:
        """Ask for the words of "other"; they may be passed over."""
        return Asked("other_words", acts=(act(Act.NEXT, commands.NEXT),))

    def hear_words(self, here: Here, words: str) -> Outcome:
        """The words for "other" came."""
        return self.with_words(here.draft.codes if here.draft else (), words.strip())

    def with_words(self, codes: tuple[str, ...], words: str) -> Outcome:
        """The picked codes with the words for "other", or the refusal of too many words."""
        if len(words) > MAX_OTHER_WORDS_CHARS:
            return Trouble(Problem("too_long", limit=MAX_OTHER_WORDS_CHARS, got=len(words)))
        return Taken(Answer(codes=codes, text=words))


class ChoosingOne(Choosing[C], Generic[C]):
    """Exactly one option: single and scale."""

    holds = "code"

    def ask(self, here: Here) -> Asked:
        """The list, with an earlier answer marked."""
        if here.asks_words:
            return self.ask_words()
        return Asked(
            "one",
            self.marked(here, here.stored.codes if here.stored else ()),
            () if self.question.required else (act(Act.NEXT, commands.NEXT),),
        )

    def step_back(self, here: Here) -> Gathered | None:
        """From the words of "other" to the list."""
        return Gathered(None) if here.asks_words else None

    def take(self, option: Option, words: str = "") -> Outcome:
        """An option was chosen; "other" asks for words unless they came with it."""
        if option.ends is not None:
            return Taken(Answer(codes=(option.code,)), option.ends)
        if option.other and not words:
            return Gathered(Answer(codes=(option.code,)), asks_words=True)
        return self.with_words((option.code,), words)

    def tap(self, here: Here, choice: int, text: str) -> Outcome:
        """An option's link."""
        option = self.option(choice)
        return super().tap(here, choice, text) if option is None else self.take(option)

    def change(self, here: Here, choice: int, text: str) -> Outcome:
        """An option's link, later: it replaces the answer. No words are asked for then."""
        option = self.option(choice)
        if option is None:
            return super().change(here, choice, text)
        if here.stored is not None and here.stored.codes == (option.code,):
            return Taken(here.stored)
        return Taken(Answer(codes=(option.code,)), option.ends)

    def finish(self, here: Here) -> Outcome:
        """下一步; while the words of "other" are awaited, they are passed over."""
        if here.asks_words and here.draft is not None:
            return Taken(here.draft)
        return super().finish(here)

    def hear_option(self, here: Here, words: str) -> Outcome:
        """Words that should mean an option."""
        picked = understand_with_words(words, self.listed(here)[0])
        return MISSED if picked is None else self.take(self.options[picked.positions[0]], picked.text)

    def hear(self, here: Here, words: str) -> Outcome:
        """An option's number or label, or the words for "other"."""
        return self.hear_words(here, words) if here.asks_words else self.hear_option(here, words)
