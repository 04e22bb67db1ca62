"""
`type: multi`: any of several options.

    - {id: gov_why, type: multi, title: 哪里没做好？, max_choices: 3,
       options: [{code: slow, label: 办事慢}, …]}

Stored as codes in the file's order, with the words for "other". Typed words list the whole answer; taps
add to a draft until 选好了, and words typed meanwhile add to it too. An option that excludes the others,
or the only one allowed, finishes at once.
"""

from core.conversation.inputs import Act
from core.conversation.kinds.base import (
    MISSED,
    STRAY,
    Asked,
    Gathered,
    Here,
    Outcome,
    Taken,
    Trouble,
    act,
)
from core.conversation.kinds.choosing import Choosing
from core.conversation.prompts import Choice, Problem
from core.conversation.state import Answer
from core.conversation.understanding import commands
from core.conversation.understanding.options import understand_options
from core.questionnaires.model import Multi, Option


class MultiKind(Choosing[Multi]):
    """Choose any of the options."""

    type = "multi"
    holds = "codes"

    def ask(self, here: Here) -> Asked:
        """The list with what is picked so far."""
        if here.asks_words:
            return self.ask_words()
        picked = self._picked(here).codes
        acts: tuple[Choice, ...] = ()
        if picked:
            acts = (act(Act.NEXT, commands.DONE), act(Act.CLEAR, commands.CLEAR))
        elif not self.question.required:
            acts = (act(Act.NEXT, commands.NEXT),)
        return Asked("several", self.marked(here, picked), acts)

    def hear(self, here: Here, words: str) -> Outcome:
        """A list of options, or the words for "other"."""
        if here.asks_words:
            return self.hear_words(here, words)
        heard = understand_options(words, self.listed(here)[0])
        if heard is None:
            return MISSED
        new = [self.options[position] for position in heard.positions]
        draft = here.draft or Answer()
        picked = self._ordered({*draft.codes, *(option.code for option in new)})
        excluding = next((option for option in new if option.exclusive), None)
        if excluding is not None and len(picked) > 1:
            return Trouble(Problem("exclusive", words=excluding.label))
        if self._too_many(picked):
            return self._refuse_many()
        answer = Answer(codes=picked, text=heard.text or draft.text)
        if draft.codes and not excluding:
            return Gathered(answer)
        return self._complete(answer)

    def tap(self, here: Here, choice: int, text: str) -> Outcome:
        """An option's link, or 重选."""
        if choice == Act.CLEAR:
            return Gathered(Answer())
        option = self.option(choice)
        if option is None:
            return STRAY
        draft = self._picked(here)
        picked = self._with(draft, option)
        if self._too_many(picked):
            return self._refuse_many()
        answer = Answer(codes=picked, text=draft.text)
        finishes = option.exclusive or self.question.max_choices == 1
        return self._complete(answer) if finishes else Gathered(answer)

    def change(self, here: Here, choice: int, text: str) -> Outcome:
        """An option's link, later: it is added to the answer."""
        option = self.option(choice)
        if option is None or here.stored is None:
            return STRAY
        picked = self._with(here.stored, option)
        if self._too_many(picked):
            return self._refuse_many()
        text = here.stored.text if self._has_other(picked) else ""
        return Taken(Answer(codes=picked, text=text))

    def step_back(self, here: Here) -> Gathered | None:
        """From the words of "other" to the list, with what is picked."""
        return Gathered(here.draft) if here.asks_words else None

    def finish(self, here: Here) -> Outcome:
        """选好了, or passing over when nothing is picked."""
        if here.asks_words and here.draft is not None:
            return Taken(here.draft)
        if here.draft is not None and here.draft.codes:
            return self._complete(here.draft)
        if here.draft is not None:
            # 重选, then nothing: what stood there before is gone.
            return Trouble(Problem("required")) if self.question.required else Taken(Answer())
        return super().finish(here)

    def _complete(self, answer: Answer) -> Outcome:
        at_least = self.question.min_choices or 0
        if len(answer.codes) < at_least and not self._excludes(answer.codes):
            return Trouble(Problem("too_few_choices", limit=at_least, got=len(answer.codes)))
        if self._has_other(answer.codes) and not answer.text:
            return Gathered(answer, asks_words=True)
        return self.with_words(answer.codes, answer.text)

    def _picked(self, here: Here) -> Answer:
        return here.draft if here.draft is not None else here.stored or Answer()

    def _with(self, answer: Answer, option: Option) -> tuple[str, ...]:
        """The picks with one more; an excluding option and the others take each other's place."""
        if option.exclusive or self.question.max_choices == 1:
            return (option.code,)
        kept = {code for code in answer.codes if not self.options[self.positions[code]].exclusive}
        return self._ordered({*kept, option.code})

    def _ordered(self, codes: set[str]) -> tuple[str, ...]:
        return tuple(sorted(codes, key=self.positions.__getitem__))

    def _too_many(self, codes: tuple[str, ...]) -> bool:
        return self.question.max_choices is not None and len(codes) > self.question.max_choices

    def _refuse_many(self) -> Trouble:
        return Trouble(Problem("too_many_choices", limit=self.question.max_choices or 0))

    def _has_other(self, codes: tuple[str, ...]) -> bool:
        return self.other is not None and self.options[self.other].code in codes

    def _excludes(self, codes: tuple[str, ...]) -> bool:
        return any(self.options[self.positions[code]].exclusive for code in codes)
