"""
The desk: what a delivery means for one person, before and around any questionnaire. Pure.

It knows codes, rounds, the choice of a place, coming back, and the words understood anywhere; what belongs
to the question being asked it hands to the engine. Order of trust, from what others got wrong: codes and
events first, then taps (they name their question), then words understood anywhere, then the current question.

`take` returns the changed person, what to say and what to store; it reads no clock and no database.
"""

from dataclasses import dataclass, replace

from core.conversation import asks, engine, leads, taps, wishes, words
from core.conversation.events import Completed, Ended, Misunderstood, Refused, WordAsked
from core.conversation.incoming import Followed, Happening, Left, Nothing, Scanned, SideTapped
from core.conversation.inputs import Input, Photo, Said, Tapped, Voice
from core.conversation.offers import OFFERS
from core.conversation.person import Person, Run
from core.conversation.prompts import LateWords, NotUnderstood, Prompt, StaleTap, WasShed
from core.conversation.records import MediaReceived, Record
from core.conversation.understanding.greetings import is_greeting, phone_number
from core.conversation.visit import Circumstances, Visit
from core.conversation.world import World

__all__ = ["Circumstances", "Outcome", "close_runs", "take"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one delivery led to."""

    person: Person
    prompts: tuple[Prompt, ...]
    records: tuple[Record, ...]


def take(world: World, person: Person, what: Happening, around: Circumstances) -> Outcome:
    """Deal with one delivery."""
    visit = Visit(world, person, around)
    match what:
        case Nothing():
            pass
        case Left():
            _left(visit)
        case _:
            if around.was_shed:
                visit.say(WasShed())
            wishes.tell(visit)
            ended = visit.end_what_is_over()
            if isinstance(what, Followed | Scanned):
                leads.arrived(visit, what)
            elif isinstance(what, SideTapped):
                _tapped_for_nobody(visit)
            elif ended is not None:
                _run_is_over(visit, ended, what)
            elif around.is_late and isinstance(what, Said) and visit.is_asking:
                visit.say(LateWords(what.text))
                visit.ask_current()
            else:
                _heard(visit, what)
            asks.interpose(visit)
    return Outcome(visit.person, tuple(visit.prompts), tuple(visit.records))


def close_runs(world: World, person: Person, around: Circumstances) -> Outcome:
    """Break off every run whose round is over or that lay idle too long; says nothing."""
    visit = Visit(world, person, around)
    if visit.end_what_is_over() is not None:
        visit.stop_asking()
    return Outcome(visit.person, (), tuple(visit.records))


def _tapped_for_nobody(visit: Visit) -> None:
    """A side desk's link that no side desk took: it belongs to something that is over."""
    visit.say(StaleTap("nothing"))
    visit.ask_current()


def _left(visit: Visit) -> None:
    visit.stop_asking()
    visit.change(is_paused=True, owes_phone=False)
    wishes.left(visit)
    if visit.around.erase_on_leaving:
        words.erase_person(visit)


def _run_is_over(visit: Visit, ended: Run, said: Input) -> None:
    """They go on with a run that has just been broken off: its round is over, or it lay idle too long."""
    visit.stop_asking()
    visit.change(owes_phone=False)
    form = visit.form_of(ended)
    if form.is_over(visit.now):
        leads.say_closed(visit, form, ended.goal)
    word = words.command_in(said)
    if word:
        words.act_on(visit, word)
    else:
        leads.go_on_after(visit, ended)


def _heard(visit: Visit, said: Input) -> None:
    """Words, a tap, a voice, a picture: anything a person does inside the chat."""
    if visit.person.owes_phone:
        # A telephone number, alone, is for the call back they asked for; anything else ends the waiting.
        visit.change(owes_phone=False)
        number = phone_number(said.text) if isinstance(said, Said) else ""
        if number:
            words.note_phone(visit, number)
            return
    if isinstance(said, Tapped):
        _tapped(visit, said)
    elif visit.person.asking:
        _answered_desk(visit, said)
    else:
        _answered(visit, said)


def _tapped(visit: Visit, tap: Tapped) -> None:
    if taps.is_of_desk(visit, tap):
        taps.tapped_desk(visit, tap)
    elif taps.is_of_run(tap, visit.run):
        visit.stop_asking()
        _answered(visit, tap)
    else:
        taps.tapped_elsewhere(visit, tap)


def _answered_desk(visit: Visit, said: Input) -> None:
    """Words came while the desk asks a question of its own."""
    word = words.command_in(said)
    if visit.person.asking == "place":
        if word and not (visit.person.payload and leads.leads_back(word)):
            words.act_on(visit, word)
        else:
            leads.place_answered(visit, said)
        return
    if visit.person.asking == "tell_outcome" and (word or visit.has_been_away):
        # Whoever speaks of something else, or long after, wants nothing kept; the links still can be tapped.
        visit.stop_asking()
        _answered(visit, said)
        return
    act = OFFERS[visit.person.asking].meant_by(words.words_of(said))
    if visit.person.asking == "is_fixed" and act is None:
        # They speak of something else, and are not asked again.
        asks.step_aside(visit)
        (_answered_desk if visit.person.asking else _answered)(visit, said)
        return
    if act is not None:
        words.answer_desk(visit, act)
    elif word:
        words.act_on(visit, word)
    elif visit.run is not None:
        # They went on with the questionnaire instead of answering us: so be it.
        visit.stop_asking()
        _answered(visit, said)
    elif visit.person.asking == "tell_outcome":
        visit.stop_asking()
        _answered(visit, said)
    else:
        if not visit.has_been_away:
            visit.say(NotUnderstood(words.words_of(said)))
        visit.ask_current()


def _answered(visit: Visit, said: Input) -> None:
    """Whatever they said is for the questionnaire, if one is under way."""
    run = visit.run
    if run is None:
        word = words.command_in(said)
        if word:
            words.act_on(visit, word)
        else:
            leads.heard_without_run(visit, is_wish=words.is_wish_to_answer(said))
        return
    if visit.has_been_away and isinstance(said, Said) and is_greeting(said.text):
        visit.resume()
        return
    step = engine.step(visit.script_of(visit.form_of(run)), run.state, said)
    if visit.has_been_away and any(isinstance(event, Misunderstood) for event in step.events):
        # After hours or days any word may just mean "here I am again".
        visit.resume()
        return
    moved = replace(run, state=step.state)
    visit.change(run=moved, is_paused=False)
    if isinstance(said, Voice | Photo) and said.media_id in moved.state.media_ids:
        visit.records.append(MediaReceived("voice" if isinstance(said, Voice) else "photo", said.media_id))
    visit.say(*step.prompts)
    for event in step.events:
        match event:
            case Completed():
                _finish(visit, moved, "complete")
            case Ended(outcome):
                _finish(visit, moved, outcome)
            case Refused():
                _finish(visit, moved, "refused")
            case WordAsked(word):
                words.act_on(visit, word)
            case _:
                pass


def _finish(visit: Visit, run: Run, status: str) -> None:
    visit.finish(run, status)
    visit.take_up_shelved()
    if status == "complete":
        wishes.offer(visit, run)
