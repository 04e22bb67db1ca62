"""
The engine: one questionnaire run, one input, what follows. Pure.

    script = Script(questionnaire, gazetteer, office_name=…, office_phone=…)
    begun = begin(script, subject=…, source=…, …)
    then  = step(script, state, input)

No database, no clock, no chance: a shuffled order comes from the `seed` handed to `begin`.

Consent is taken here; what an input means to a question is decided in `answering`, how a run moves in `run`,
how a question takes an answer in its kind (`kinds`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.conversation import events as happened
from core.conversation.answering import not_here, take
from core.conversation.events import Event
from core.conversation.inputs import Act, Input, Said, Tapped, Voice
from core.conversation.prompts import Prompt
from core.conversation.run import Run
from core.conversation.script import Script
from core.conversation.state import NOBODY, Answer, Owner, RunState
from core.conversation.understanding import commands
from core.conversation.understanding.consent import understand_consent

__all__ = [
    "Script",
    "Step",
    "begin",
    "current",
    "is_open_text",
    "progress",
    "step",
    "take_answers",
    "turn_to",
]


@dataclass(frozen=True, slots=True)
class Step:
    """The state that follows an input, what happened, and what is to be said."""

    state: RunState
    events: tuple[Event, ...]
    prompts: tuple[Prompt, ...]


def begin(
    script: Script,
    *,
    subject: Owner = NOBODY,
    source: Owner = NOBODY,
    source_is_chosen: bool = False,
    channel: str = "wechat",
    seed: int = 0,
) -> Step:
    """
    A new run, which begins with consent.

    `source_is_chosen`: the person chose the source in the chat instead of scanning its code. `seed` decides
    the order of shuffled repeats and nothing else.
    """
    state = RunState(
        subject=subject,
        source=source,
        source_is_chosen=source_is_chosen,
        channel=channel,
        orders=script.orders(seed),
    )
    return Step(state, (), (script.consent(state, 0),))


def step(script: Script, state: RunState, input: Input) -> Step:  # noqa: A002
    """What follows from one input. Never fails for anything a person can send."""
    run = Run(script, state)
    if state.stage == "consent":
        _before_consent(run, input)
    elif state.stage == "finished":
        run.prompts.append(run.last_word())
    elif run.has_nothing_to_ask():
        run.go_on()
    else:
        take(run, input)
    return Step(run.state(), tuple(run.events), tuple(run.prompts))


def take_answers(script: Script, state: RunState, answers: Mapping[str, Answer]) -> Step:
    """
    Several answers at once, by slot key, as a page, a sheet of paper or five digits give them; then on.

    The caller has made them by the questions' own kinds. Slots that cannot come up in this run are left out.
    """
    run = Run(script, replace(state, stage="asking"))
    run.misses = 0
    for key, answer in answers.items():
        stop = run.plan.stop(key)
        if stop is not None:
            run.store(stop, answer)
    run.go_on()
    return Step(run.state(), tuple(run.events), tuple(run.prompts))


def turn_to(script: Script, state: RunState, key: str) -> Step:
    """Ask one slot, whatever else is open or all is answered. LookupError when it cannot come up."""
    run = Run(script, replace(state, stage="asking"))
    stop = run.plan.stop(key)
    if stop is None or not run.is_visible(stop):
        raise LookupError(key)
    run.go_to(stop)
    return Step(run.state(), tuple(run.events), tuple(run.prompts))


def current(script: Script, state: RunState) -> tuple[Prompt, ...]:
    """What is being asked now, once more, with the line that says how to answer."""
    run = Run(script, state)
    if state.stage == "consent":
        return (script.consent(state, state.page),)
    if state.stage == "finished" or run.has_nothing_to_ask():
        return (run.last_word(),)
    run.say_notes(run.stop)
    run.ask_again()
    return tuple(run.prompts)


def progress(script: Script, state: RunState) -> tuple[int, int] | None:
    """The k and n of the question being asked, None where counting would mislead."""
    return Run(script, state).progress() if state.stage == "asking" else None


def is_open_text(script: Script, state: RunState) -> bool:
    """Whether any words at all may be the answer now."""
    run = Run(script, state)
    if state.stage != "asking" or run.has_nothing_to_ask():
        return False
    stop = run.stop
    return stop.slot.kind.takes_words(run.here(stop))


# Consent -----------------------------------------------------------------------------------------------


def _before_consent(run: Run, given: Input) -> None:
    match given:
        case Tapped(slot=0, choice=Act.AGREE):
            _agree(run)
        case Tapped(slot=0, choice=Act.DECLINE):
            run.decline()
        case Tapped(choice=Act.MORE):
            run.page += 1
            _ask_consent(run)
        case Said(text) | Voice(recognised=text) if text.strip():
            _hear_consent(run, text)
        case Said():
            run.say_misunderstood("")
            _ask_consent(run)
        case Tapped():
            _ask_consent(run)
        case _:
            run.prompts.append(not_here(given))
            _ask_consent(run)


def _hear_consent(run: Run, words: str) -> None:
    agrees = understand_consent(words, run.script.consent_lexicon)
    word = commands.command(words)
    if agrees is not None:
        if agrees:
            _agree(run)
        else:
            run.decline()
    elif word in commands.DESK_WORDS:
        run.events.append(happened.WordAsked(word))
    elif word == commands.MORE:
        run.page += 1
        _ask_consent(run)
    else:
        run.say_misunderstood(words)
        _ask_consent(run)


def _agree(run: Run) -> None:
    run.stage = "asking"
    run.misses = run.page = 0
    run.events.append(happened.Agreed())
    run.go_on()


def _ask_consent(run: Run) -> None:
    run.prompts.append(run.script.consent(run.before, run.page))
