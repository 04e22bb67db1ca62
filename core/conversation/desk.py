"""
The desk: what a delivery means for one person, before and around any questionnaire. Pure.

It knows codes, rounds, the choice of a place, coming back, and the words understood anywhere; what belongs
to the question being asked it hands to the engine. Order of trust, from what others got wrong: codes and
events first, then words understood anywhere, then taps (they name their question), then the current
question.

`take` returns the changed person, what to say and what to store; it reads no clock and no database.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.conversation import choosing_place, engine, leads, words
from core.conversation.events import Completed, Ended, Misunderstood, Refused, WordAsked
from core.conversation.incoming import Followed, Happening, Left, Nothing, Scanned
from core.conversation.inputs import Act, Input, Said, Tapped
from core.conversation.person import Person, Record
from core.conversation.prompts import LateWords, NotUnderstood, PhoneNoted, Prompt, StaleTap, WasShed
from core.conversation.understanding.greetings import is_greeting, phone_number
from core.conversation.visit import RESUME_AFTER, Visit
from core.conversation.world import World

RUN_NUMBERS_IN_LINKS = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one delivery led to."""

    person: Person
    prompts: tuple[Prompt, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """
    What a turn knows besides the words.

    `silent_for` is the time since the person's last message; `is_late`: typed before the last handled
    message; `was_shed`: an earlier message was not taken; `erase_on_leaving` is the office's privacy
    setting. `account_of`, `new_id` and `seed` as in `Visit`.
    """

    now: datetime
    account_of: Callable[[int], str]
    new_id: Callable[[], int]
    seed: int
    silent_for: timedelta = timedelta(0)
    is_late: bool = False
    was_shed: bool = False
    erase_on_leaving: bool = False


def take(world: World, person: Person, what: Happening, around: Circumstances) -> Outcome:
    """Deal with one delivery."""
    visit = Visit(
        world=world,
        now=around.now,
        person=person,
        account_of=around.account_of,
        new_id=around.new_id,
        seed=around.seed,
        silent_for=around.silent_for,
    )
    if around.was_shed and not isinstance(what, Nothing | Left):
        visit.say(WasShed())
    match what:
        case Nothing():
            pass
        case Left():
            _left(visit, erase=around.erase_on_leaving)
        case Followed() | Scanned():
            leads.arrived(visit, what)
        case _ if around.is_late and isinstance(what, Said) and visit.run is not None:
            visit.say(LateWords(what.text))
            visit.show_current()
        case _:
            _heard(visit, what)
    return Outcome(visit.person, tuple(visit.prompts), tuple(visit.records))


def close_runs(world: World, person: Person, around: Circumstances) -> Outcome:
    """Break off every run whose round is over or that lay idle too long; says nothing."""
    visit = Visit(
        world=world,
        now=around.now,
        person=person,
        account_of=around.account_of,
        new_id=around.new_id,
        seed=around.seed,
        silent_for=around.silent_for,
    )
    visit.break_off_what_is_over()
    return Outcome(visit.person, (), tuple(visit.records))


def _left(visit: Visit, *, erase: bool) -> None:
    visit.stop_asking()
    visit.change(is_paused=True, owes_phone=False)
    if erase:
        words.erase_person(visit)


def _heard(visit: Visit, said: Input) -> None:
    """Words, a tap, a voice, a picture: anything a person does inside the chat."""
    ended = visit.break_off_what_is_over()
    if ended is not None:
        visit.stop_asking()
        leads.tell_over_and_go_on(visit, ended)
        return
    if _is_phone_for_call_back(visit, said):
        return
    if isinstance(said, Tapped):
        _tapped(visit, said)
        return
    if visit.person.asking and _answers_desk(visit, said):
        return
    if visit.run is not None:
        _in_questionnaire(visit, said)
        return
    word = words.command_in(said)
    if word:
        words.act_on(visit, word)
    else:
        leads.without_code(visit)


def _is_phone_for_call_back(visit: Visit, said: Input) -> bool:
    """After 人工 a telephone number, alone, is kept for the call back; anything else ends the waiting."""
    if not visit.person.owes_phone:
        return False
    visit.change(owes_phone=False)
    number = phone_number(said.text) if isinstance(said, Said) else ""
    if not number:
        return False
    words.note_phone(visit, number)
    visit.say(PhoneNoted())
    visit.show_current()
    return True


# Taps ------------------------------------------------------------------------------------------------


def _tapped(visit: Visit, tap: Tapped) -> None:
    if _is_for_desk(visit, tap):
        _tapped_desk(visit, tap)
        return
    run = visit.run
    if run is not None and (tap.round_id, tap.run) == (
        run.goal.round_id,
        run.number % RUN_NUMBERS_IN_LINKS,
    ):
        visit.stop_asking()
        _in_questionnaire(visit, tap)
        return
    _tapped_elsewhere(visit, tap)


def _is_for_desk(visit: Visit, tap: Tapped) -> bool:
    """Whether the link is one of the desk's own, not of a questionnaire."""
    if tap.slot == 0 and tap.choice in (Act.PLACE, Act.MORE):
        return visit.person.asking == "place"
    return tap.slot == 0 and tap.choice >= Act.GO_ON


def _tapped_desk(visit: Visit, tap: Tapped) -> None:
    """A link of the desk's own. Old ones stay tappable, so each is checked against what is asked now."""
    if tap.choice in (Act.PLACE, Act.MORE):
        _place_answered(visit, tap)
    elif visit.person.asking and words.answer_choice(visit, tap.choice):
        pass
    elif tap.choice == Act.HUMAN:
        words.act_on(visit, "人工")
    elif tap.choice == Act.HELP:
        words.act_on(visit, "帮助")
    elif visit.run is not None:
        visit.stop_asking()
        visit.show_current()
    elif tap.choice == Act.ANSWER_ANEW:
        leads.offer_last(visit)
    else:
        leads.without_code(visit)


def _tapped_elsewhere(visit: Visit, tap: Tapped) -> None:
    """A link of another run: an old round's, an earlier time through, or one already handed in."""
    shelved = next(
        (
            run
            for run in visit.person.shelf
            if (run.goal.round_id, run.number % RUN_NUMBERS_IN_LINKS) == (tap.round_id, tap.run)
        ),
        None,
    )
    if visit.run is None and shelved is not None:
        visit.change(run=shelved, shelf=tuple(run for run in visit.person.shelf if run is not shelved))
        _in_questionnaire(visit, tap)
        return
    finished = next(
        (
            done
            for done in visit.person.done
            if done.run % RUN_NUMBERS_IN_LINKS == tap.run and done.key.startswith(f"{tap.round_id}/")
        ),
        None,
    )
    if visit.run is None and finished is not None and leads.offer_goal(visit, finished.goal):
        return
    entry = visit.world.catalog.round(tap.round_id)
    if entry is None or not entry.is_open(visit.now):
        visit.say(StaleTap("round"))
    elif visit.run is not None:
        visit.say(StaleTap("run"))
    else:
        visit.say(StaleTap("nothing"))
    if visit.run is not None:
        visit.show_current()
    else:
        leads.without_code(visit)


# The desk's own questions ------------------------------------------------------------------------------


def _answers_desk(visit: Visit, said: Input) -> bool:
    """Whether the words were dealt with as an answer to the desk's own question."""
    if visit.person.asking == "place":
        word = words.command_in(said)
        if word:
            words.act_on(visit, word)
        else:
            _place_answered(visit, said)
        return True
    choice = words.choice_in(visit, said)
    if choice and words.answer_choice(visit, choice):
        return True
    word = words.command_in(said)
    if word:
        visit.stop_asking()
        words.act_on(visit, word)
        return True
    if visit.run is not None:
        # They went on with the questionnaire instead of answering us: so be it.
        visit.stop_asking()
        return False
    visit.say(NotUnderstood(said.text if isinstance(said, Said) else ""))
    visit.ask_again()
    return True


def _place_answered(visit: Visit, said: Input) -> None:
    township = choosing_place.answered(visit, said)
    if township:
        leads.with_chosen_place(visit, township)


# Inside a questionnaire --------------------------------------------------------------------------------


def _in_questionnaire(visit: Visit, said: Input) -> None:
    run = visit.run
    form = visit.form_of(run) if run else None
    if run is None or form is None:
        leads.without_code(visit)
        return
    script = visit.world.script(form.questionnaire)
    returning = visit.person.is_paused or visit.silent_for >= RESUME_AFTER
    if returning and isinstance(said, Said) and is_greeting(said.text):
        visit.resume()
        return
    step = engine.step(script, run.state, said)
    if returning and any(isinstance(event, Misunderstood) for event in step.events):
        # After hours or days any word may just mean "here I am again".
        visit.resume()
        return
    moved = replace(run, state=step.state)
    visit.change(run=moved, is_paused=False)
    visit.say(*step.prompts)
    for event in step.events:
        match event:
            case Completed():
                visit.finish(moved, "complete")
                leads.take_up_shelved(visit)
            case Ended(outcome):
                visit.finish(moved, outcome)
                leads.take_up_shelved(visit)
            case Refused():
                visit.finish(moved, "refused")
                leads.take_up_shelved(visit)
            case WordAsked(word):
                words.act_on(visit, word)
            case _:
                pass
