"""
The desk's own short questions: what each offers, and which of it words mean.

The order of the choices is the order of the numbers that may be typed.
"""

from dataclasses import dataclass, field

from core.conversation.inputs import Act
from core.conversation.prompts import Choice
from core.conversation.understanding import commands
from core.conversation.understanding.consent import understand_consent
from core.conversation.understanding.options import Lexicon, understand_option


@dataclass(frozen=True, slots=True)
class Offer:
    """
    What one of the desk's questions offers.

    `is_yes_no`: yes means the first choice, no the last. `commands`: what a command word means as an answer.
    """

    choices: tuple[Choice, ...]
    lexicon: Lexicon
    is_yes_no: bool = False
    commands: dict[str, int] = field(default_factory=dict)

    @property
    def acts(self) -> tuple[int, ...]:
        """The acts that may be tapped."""
        return tuple(choice.choice for choice in self.choices)

    def meant_by(self, words: str) -> int | None:
        """The act these words choose, or None."""
        position = understand_option(words, self.lexicon)
        if position is None and self.is_yes_no:
            yes = understand_consent(words, self.lexicon)
            position = None if yes is None else 0 if yes else len(self.choices) - 1
        if position is not None:
            return self.choices[position].choice
        return self.commands.get(commands.command(words) or "")


def _offer(*labelled: tuple[int, str], is_yes_no: bool = False, said: dict[str, int] | None = None) -> Offer:
    choices = tuple(
        Choice(number=number, label=label, choice=act, echo=label)
        for number, (act, label) in enumerate(labelled, start=1)
    )
    return Offer(choices, Lexicon.of([label for _, label in labelled]), is_yes_no, said or {})


def fixed_choices(item_number: int) -> tuple[Choice, ...]:
    """办好了 and 没办好; the item's number is in the words that are sent: no old link is mistaken."""
    return tuple(
        Choice(choice.number, choice.label, choice.choice, f"{choice.label}（{item_number}号）")
        for choice in OFFERS["is_fixed"].choices
    )


OFFERS: dict[str, Offer] = {
    "go_on_or_restart": _offer(
        (Act.GO_ON, "接着答"),
        (Act.START_OVER, "从头再来"),
        said={commands.MORE: Act.GO_ON, commands.RESTART: Act.START_OVER},
    ),
    "finish_first": _offer(
        (Act.FINISH_THIS_FIRST, "先答完这份"),
        (Act.GO_TO_OTHER, "去答新的"),
        said={commands.MORE: Act.FINISH_THIS_FIRST},
    ),
    "answer_anew": _offer(
        (Act.ANSWER_ANEW, "重新回答"),
        (Act.KEEP, "不改了"),
        is_yes_no=True,
        said={commands.RESTART: Act.ANSWER_ANEW},
    ),
    "restart_sure": _offer(
        (Act.START_OVER, "从头再来"),
        (Act.GO_ON, "接着答"),
        is_yes_no=True,
        said={commands.MORE: Act.GO_ON, commands.RESTART: Act.START_OVER},
    ),
    # Of the two ways to stop, a word that does not say which means the one that loses nothing.
    "quit": _offer(
        (Act.PAUSE, "先停一停，以后再答"),
        (Act.NEVER_AGAIN, "以后都不用再问我"),
        (Act.GO_ON, "接着答"),
        said={commands.QUIT: Act.PAUSE, commands.MORE: Act.GO_ON},
    ),
    # What is tapped also names the item: `asks.choices`.
    "is_fixed": _offer((Act.FIXED, "办好了"), (Act.NOT_FIXED, "没办好"), is_yes_no=True),
    "tell_outcome": _offer((Act.TELL, "要，告诉我"), (Act.DONT_TELL, "不用"), is_yes_no=True),
    "delete_sure": _offer((Act.DELETE, "删除"), (Act.KEEP, "不删"), is_yes_no=True),
}
