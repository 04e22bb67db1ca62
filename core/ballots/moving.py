"""How a ballot moves: by the questionnaire's engine, several answers at once, 回避, a line taken up again."""

from dataclasses import replace

from core.ballots.asking import asked_again, current, dressed
from core.ballots.cards import card_key, cards_of
from core.ballots.prompts import BallotFault, BallotHelp, BallotProgress
from core.ballots.state import Ballot, BallotStep
from core.conversation import engine
from core.conversation.events import Completed, Ended, Refused, WordAsked
from core.conversation.inputs import Input
from core.conversation.position import Position
from core.conversation.script import Script
from core.conversation.state import Answer, RunState
from core.conversation.understanding import commands


def engine_step(script: Script, ballot: Ballot, given: Input) -> BallotStep:
    """What the engine makes of it; a change goes on through its card, then back to the summary."""
    asked = ballot.run.at
    step_ = engine.step(script, ballot.run, given)
    if any(isinstance(event, Completed) for event in step_.events) and ballot.changing:
        following = _next_of_change(script, ballot, step_.state, asked)
        if following:
            turned = engine.turn_to(script, step_.state, following)
            moved = replace(ballot, run=turned.state)
            return BallotStep(moved, dressed(script, moved, turned.prompts))
        ballot = replace(ballot, changing="")
    return after(script, replace(ballot, run=step_.state), step_)


def take(script: Script, ballot: Ballot, answers: dict[str, Answer]) -> BallotStep:
    """Several answers at once; a change that began in the summary ends there."""
    step_ = engine.take_answers(script, ballot.run, answers)
    moved = replace(ballot, run=step_.state, changing="")
    return after(script, moved, step_)


def after(script: Script, ballot: Ballot, step_: engine.Step) -> BallotStep:
    """What the engine's events mean for a ballot."""
    for event in step_.events:
        match event:
            case Completed():
                ballot = replace(ballot, changing="", page=0)
                said = step_.prompts[:-1]  # thanks are for when it is handed in
                return BallotStep(ballot, (*said, *current(script, ballot)))
            case Refused() | Ended():
                return BallotStep(ballot, (), "declined")
            case WordAsked(word):
                return heed(script, ballot, word)
            case _:
                pass
    return BallotStep(ballot, dressed(script, ballot, step_.prompts))


def heed(script: Script, ballot: Ballot, word: str) -> BallotStep:
    """One of the words understood anywhere; what a ballot has no answer to is the desk's."""
    title = script.title(ballot.run.subject, ballot.run.source)
    if word == commands.QUIT:
        return BallotStep(ballot, (), "paused")
    if word == commands.HELP:
        return BallotStep(ballot, (BallotHelp(), *current(script, ballot)))
    if word == commands.MINE:
        told = BallotProgress(title, engine.progress(script, ballot.run))
        return BallotStep(ballot, (told, *current(script, ballot)))
    if word in (commands.RESTART, commands.DELETE):
        ballot = replace(ballot, asking="restart_sure" if word == commands.RESTART else "delete_sure")
        return BallotStep(ballot, current(script, ballot))
    return BallotStep(ballot, (), "word", word)


def recuse(script: Script, ballot: Ballot, key: str) -> BallotStep:
    """Pass over one subject altogether."""
    card = next((each for each in cards_of(script, ballot.run) if each.key == key), None)
    if card is None or not card.is_judged:
        return asked_again(script, ballot, BallotFault("not_here"))
    passed = {slot.key: Answer() for slot in card.slots}
    recused = (*(other for other in ballot.recused if other != key), key)
    return take(script, replace(ballot, recused=recused), passed)


def unrecused(script: Script, ballot: Ballot, key: str) -> Ballot:
    """The same ballot with this subject no longer passed over; its empty answers are let go."""
    if key not in ballot.recused:
        return ballot
    slots = {slot.key for slot in script.slots if card_key(slot) == key}
    answers = {other: answer for other, answer in ballot.run.answers.items() if other not in slots}
    recused = tuple(other for other in ballot.recused if other != key)
    return replace(ballot, run=replace(ballot.run, answers=answers), recused=recused)


def change(script: Script, ballot: Ballot, key: str) -> BallotStep:
    """Take a line up again; one that was passed over by 回避 is open once more."""
    ballot = unrecused(script, ballot, key)
    card = next(each for each in cards_of(script, ballot.run) if each.key == key)
    turned = engine.turn_to(script, ballot.run, card.slots[0].key)
    changed = replace(ballot, run=turned.state, changing=key, page=0)
    return BallotStep(changed, dressed(script, changed, turned.prompts, explains=True))


def back_to_summary(script: Script, ballot: Ballot) -> BallotStep:
    """回到汇总: what is answered by now stands; what is still open is asked."""
    step_ = engine.take_answers(script, ballot.run, {})
    return after(script, replace(ballot, run=step_.state, changing=""), step_)


def turned_to(script: Script, ballot: Ballot, key: str) -> Ballot:
    """The ballot with the question of this slot as the current one; LookupError when it is not asked."""
    return replace(ballot, run=engine.turn_to(script, ballot.run, key).state)


def _next_of_change(script: Script, ballot: Ballot, state: RunState, asked: str) -> str:
    """The question of the changed card that follows the one just answered; '' after the last."""
    plan = script.plan(state)
    position = Position(script, state)
    at = plan.stop(asked)
    if at is None:
        return ""
    for stop in plan.stops[at.position + 1 :]:
        if card_key(stop.slot) != ballot.changing:
            return ""
        if position.is_visible(stop):
            return stop.slot.key
    return ""
