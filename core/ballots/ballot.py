"""
Filling in a ballot: the questionnaire's own engine, and around it what a ballot has beyond any questionnaire.

    step(script, ballot, input) → (ballot, prompts, outcome)

Grades of one county written together (`12112`), 同上 for a whole county, 回避, a summary in which every line
can be taken up again, handing in. Pure: no database, clock, chance or WeChat; chat, page and paper share it.
"""

from dataclasses import replace

from core.ballots.asking import card_key_of, current, is_first_grade
from core.ballots.cards import Card, card_key
from core.ballots.checking import at_summary
from core.ballots.moving import back_to_summary, engine_step, recuse, turned_to, unrecused
from core.ballots.shorthand import grades_above, said, same_as_before
from core.ballots.state import RECUSE, Ballot, BallotStep, Outcome
from core.conversation import engine
from core.conversation.inputs import Act, Input, Said, Tapped, Voice
from core.conversation.offers import OFFERS
from core.conversation.script import Script
from core.conversation.state import Answer

__all__ = [
    "RECUSE",
    "Ballot",
    "BallotStep",
    "Outcome",
    "answer_card",
    "begin",
    "card_key_of",
    "current",
    "grades_above",
    "step",
]


def begin(script: Script, *, channel: str, seed: int) -> BallotStep:
    """A new ballot, which begins with consent. `seed` decides the order of the counties."""
    begun = engine.begin(script, channel=channel, seed=seed)
    return BallotStep(Ballot(begun.state), begun.prompts)


def step(script: Script, ballot: Ballot, given: Input) -> BallotStep:
    """What follows from one input. Never fails for anything a person can send."""
    if ballot.asking:
        return _confirmed(script, ballot, given)
    if ballot.run.stage == "consent":
        return engine_step(script, ballot, given)
    if ballot.is_complete:
        return at_summary(script, ballot, given)
    slot = script.slot(given.slot) if isinstance(given, Tapped) else None
    if isinstance(given, Tapped) and given.choice == Act.SUMMARY:
        return back_to_summary(script, ballot)
    if isinstance(given, Tapped) and slot is not None and given.choice == Act.RECUSE:
        return recuse(script, ballot, card_key(slot))
    if isinstance(given, Tapped) and given.choice in (Act.CHANGE, Act.HAND_IN):
        return BallotStep(ballot, current(script, ballot))
    if isinstance(given, Said | Voice):
        taken = said(script, ballot, given)
        if taken is not None:
            return taken
    if isinstance(given, Tapped) and given.choice == Act.SAME and slot is not None:
        is_asked = slot.key == ballot.run.at and is_first_grade(script, ballot)
        return same_as_before(script, ballot) if is_asked else BallotStep(ballot, current(script, ballot))
    if isinstance(given, Tapped) and slot is not None and card_key(slot) in ballot.recused:
        # A grade for a subject that was passed over: they judge it after all.
        ballot = unrecused(script, ballot, card_key(slot))
        return engine_step(script, turned_to(script, ballot, slot.key), given)
    return engine_step(script, ballot, given)


def answer_card(script: Script, ballot: Ballot, card: Card, answers: dict[str, Answer]) -> Ballot:
    """
    A whole card at once, as a page gives it. Judging somebody who was passed over by 回避 takes that back.

    What is no longer asked because of it is dropped.
    """
    judged = unrecused(script, ballot, card.key)
    step_ = engine.take_answers(script, judged.run, answers)
    return replace(judged, run=step_.state, changing="", asking="")


def _confirmed(script: Script, ballot: Ballot, given: Input) -> BallotStep:
    """They were asked whether they are sure; anything but a yes goes on with the ballot."""
    offer = OFFERS[ballot.asking]
    words = given.text if isinstance(given, Said) else ""
    act_ = given.choice if isinstance(given, Tapped) else offer.meant_by(words)
    kept = replace(ballot, asking="")
    if act_ == Act.START_OVER and ballot.asking == "restart_sure":
        return BallotStep(kept, (), "restarted")
    if act_ == Act.DELETE and ballot.asking == "delete_sure":
        return BallotStep(kept, (), "deleted")
    if act_ in offer.acts or not isinstance(given, Said | Tapped):
        return BallotStep(kept, current(script, kept))
    return step(script, kept, given)
