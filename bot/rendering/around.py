"""What a renderer may know about the rest of the reply: the frame, and the question it leads up to."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import phrases
from bot.rendering.pieces import Frame, Link, link
from bot.tap_ids import QUESTIONNAIRES, SideTapId, TapId
from core.conversation.inputs import Act
from core.conversation.prompts import AskPrompt, Choice, ChoosePlace, ConsentPrompt, NotUnderstood, Prompt

Question = AskPrompt | ConsentPrompt | ChoosePlace


@dataclass(frozen=True, slots=True)
class Around:
    """The reply one prompt stands in. `question` is what the person is to answer next, if anything."""

    frame: Frame
    question: Question | None
    how_was_said: bool

    @classmethod
    def of(cls, prompts: Sequence[Prompt], frame: Frame) -> "Around":
        """Look through the whole reply once."""
        question = next((each for each in reversed(prompts) if isinstance(each, Question)), None)
        return cls(frame, question, any(isinstance(each, NotUnderstood) for each in prompts))

    @property
    def slot(self) -> int:
        """The slot of the question asked in this reply, 0 when there is none."""
        return self.question.slot if isinstance(self.question, AskPrompt) else 0

    def choice(self, choice: Choice, slot: int) -> Link:
        """A choice as a link with its number."""
        label = f"{choice.label}{phrases.PICKED}" if choice.picked else choice.label
        return link(label, choice.echo, self.tap(slot, choice.choice), choice.number)

    def act(self, choice: Choice, slot: int) -> Link:
        """A choice as one of the acts below the options: no number."""
        return link(choice.label, choice.echo, self.tap(slot, choice.choice))

    def more(self, slot: int) -> Link:
        """The link that asks for the next part."""
        return link(phrases.MORE, phrases.MORE, self.tap(slot, Act.MORE))

    def human(self) -> Link:
        """The link that asks for a human."""
        return link(phrases.HUMAN, phrases.HUMAN, self.tap(0, Act.HUMAN))

    def side(self, desk: int, label: str, code: int, echo: str, number: int = 0) -> Link:
        """A side desk's link."""
        return link(label, echo, SideTapId(desk, code), number)

    def tap(self, slot: int, choice: int) -> TapId | SideTapId:
        """A link's number in this frame."""
        tap = TapId(self.frame.round_id, self.frame.run, slot, choice)
        return tap if self.frame.desk == QUESTIONNAIRES or not tap.fits else tap.of_side_desk(self.frame.desk)
