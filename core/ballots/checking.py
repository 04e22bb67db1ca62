"""At the summary: hand in, take a line up again, leaf, or say something else."""

from dataclasses import replace

from core.ballots.asking import card_key_of, current
from core.ballots.cards import card_key, cards_of
from core.ballots.moving import change, engine_step, heed, recuse, turned_to, unrecused
from core.ballots.state import Ballot, BallotStep
from core.ballots.summary import line_meant, wants_to_hand_in
from core.conversation.inputs import Act, Input, Said, Tapped, Voice
from core.conversation.prompts import NotUnderstood
from core.conversation.script import Script
from core.conversation.understanding import commands


def at_summary(script: Script, ballot: Ballot, given: Input) -> BallotStep:
    """What was said or tapped when everything is answered."""
    words = given.text if isinstance(given, Said) else given.recognised if isinstance(given, Voice) else ""
    if isinstance(given, Tapped):
        slot = script.slot(given.slot)
        if given.choice == Act.HAND_IN:
            return BallotStep(ballot, (), "handed_in")
        if given.choice == Act.MORE:
            ballot = replace(ballot, page=ballot.page + 1)
        elif slot is not None and given.choice == Act.CHANGE:
            return change(script, ballot, card_key(slot))
        elif slot is not None and given.choice == Act.RECUSE:
            return recuse(script, ballot, card_key(slot))
        elif slot is not None and given.slot:
            return _tapped(script, ballot, given, slot.key)
        return BallotStep(ballot, current(script, ballot))
    if wants_to_hand_in(words):
        return BallotStep(ballot, (), "handed_in")
    word = commands.command(words) if words else None
    if word in commands.DESK_WORDS:
        return heed(script, ballot, word)
    if word == commands.MORE:
        ballot = replace(ballot, page=ballot.page + 1)
        return BallotStep(ballot, current(script, ballot))
    cards = cards_of(script, ballot.run)
    if word == commands.PREVIOUS:
        return change(script, ballot, cards[-1].key)
    meant = line_meant(cards, words)
    if meant:
        return change(script, ballot, meant)
    return BallotStep(ballot, (NotUnderstood(words), *current(script, ballot)))


def _tapped(script: Script, ballot: Ballot, tap: Tapped, key: str) -> BallotStep:
    """An option of an old bubble, tapped after everything was answered: it changes that answer."""
    ballot = unrecused(script, ballot, card_key_of(script, key))
    try:
        turned = turned_to(script, ballot, key)
    except LookupError:
        return BallotStep(ballot, current(script, ballot))
    return engine_step(script, turned, tap)
