"""What is asked now, in a ballot's dress: grades at once, 同上, 回避, the way back to the summary."""

from dataclasses import replace

from core.ballots.cards import Card, card_key, cards_of
from core.ballots.prompts import AtOnce, BallotFault, Sure
from core.ballots.state import BACK_TO_SUMMARY, RECUSE, Ballot, BallotStep
from core.ballots.summary import summary
from core.conversation import engine
from core.conversation.inputs import Act
from core.conversation.kinds.base import act
from core.conversation.offers import OFFERS
from core.conversation.position import Position
from core.conversation.prompts import AskPrompt, Prompt
from core.conversation.script import Script
from core.conversation.understanding import commands


def current(script: Script, ballot: Ballot) -> tuple[Prompt, ...]:
    """What is being asked now, once more."""
    if ballot.asking:
        return (Sure(ballot.asking, OFFERS[ballot.asking].choices),)
    if ballot.is_complete:
        return (summary(script, ballot.run, ballot.recused, ballot.page),)
    return dressed(script, ballot, engine.current(script, ballot.run), explains=True)


def dressed(
    script: Script, ballot: Ballot, prompts: tuple[Prompt, ...], *, explains: bool = False
) -> tuple[Prompt, ...]:
    """The engine's prompts with what a ballot offers besides: digits at once, 同上, 回避, the way back."""
    if ballot.run.stage != "asking":
        return prompts
    card = card_at(script, ballot)
    said: list[Prompt] = []
    cards = cards_of(script, ballot.run)
    for prompt in prompts:
        if isinstance(prompt, AskPrompt):
            is_first = bool(card.grades) and card.grades[0].key == prompt.key
            may_be_joined = is_first and len(card.grades) > 1 and 0 < card.most_options <= 9
            if may_be_joined and (explains or card == cards[0]):
                said.append(AtOnce(len(card.grades), card.most_options))
            extra = []
            if is_first and any(other.is_judged for other in cards[: cards.index(card)]):
                extra.append(act(Act.SAME, commands.SAME))
            if card.is_judged:
                extra.append(act(Act.RECUSE, RECUSE))
            if ballot.changing:
                extra.append(act(Act.SUMMARY, BACK_TO_SUMMARY))
            prompt = replace(prompt, acts=(*extra, *prompt.acts))
        said.append(prompt)
    return tuple(said)


def asked_again(script: Script, ballot: Ballot, fault: BallotFault) -> BallotStep:
    """What was wrong, and the same question once more."""
    return BallotStep(ballot, (fault, *dressed(script, ballot, engine.current(script, ballot.run))))


def card_at(script: Script, ballot: Ballot) -> Card:
    """The card that the current question stands on."""
    at = card_key_of(script, Position(script, ballot.run).stop.slot.key)
    return next(card for card in cards_of(script, ballot.run) if card.key == at)


def card_key_of(script: Script, key: str) -> str:
    """The card of the slot with this key."""
    return next((card_key(slot) for slot in script.slots if slot.key == key), key)


def is_first_grade(script: Script, ballot: Ballot) -> bool:
    """Whether the current question is the first of its card that takes a grade."""
    grades = card_at(script, ballot).grades
    return bool(grades) and grades[0].key == ballot.run.at
