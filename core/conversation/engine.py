"""
The engine: one questionnaire run, one input, what follows. Pure.

    script = Script(questionnaire, gazetteer, office_name=…, office_phone=…)
    begun = begin(script, subject=…, source=…, …)
    then  = step(script, state, input)

No database, no clock, no chance: a shuffled order comes from the `seed` handed to `begin`.

Here it is decided what an input means: consent, an answer, an act, a command word, a tap on something
earlier. How a question takes an answer is its kind's business (`kinds`), how the run moves is `run`'s.
"""

from dataclasses import dataclass

from core.conversation import events as happened
from core.conversation.events import Event
from core.conversation.inputs import Act, Input, Located, Photo, Said, Tapped, Voice
from core.conversation.kinds.base import STRAY, Gathered, Missed, Taken, Trouble
from core.conversation.plan import Stop
from core.conversation.prompts import Problem, Prompt
from core.conversation.run import ASKING_WORD, Run
from core.conversation.script import ExportColumns, Script, export_columns
from core.conversation.state import NOBODY, Answer, Owner, RunState
from core.conversation.understanding import commands
from core.conversation.understanding.consent import understand_consent
from core.conversation.understanding.options import is_label
from core.conversation.understanding.plain import plain, squeezed

__all__ = [
    "ExportColumns",
    "Script",
    "Step",
    "begin",
    "current",
    "export_columns",
    "is_open_text",
    "progress",
    "step",
]

_AS_ANSWER = frozenset({"2", "二", "b", "当作回答"})
_AS_ACT = frozenset({"1", "一", "a"})
_ACT_OF_WORD = {
    commands.NEXT: Act.NEXT,
    commands.DONE: Act.NEXT,
    commands.CLEAR: Act.CLEAR,
    commands.SAME: Act.SAME,
    commands.MORE: Act.MORE,
    commands.PREVIOUS: Act.PREVIOUS,
}


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
    elif run.first_open() is None and run.plan.stop(run.at) is None:
        # Every question is gone with a change of the gazetteer.
        run.go_on()
    else:
        _while_asking(run, input)
    return Step(run.state(), tuple(run.events), tuple(run.prompts))


def current(script: Script, state: RunState) -> tuple[Prompt, ...]:
    """What is being asked now, once more, with the line that says how to answer."""
    run = Run(script, state)
    if state.stage == "consent":
        return (script.consent(state, state.page),)
    if state.stage == "finished":
        return (run.last_word(),)
    run.say_notes(run.stop)
    run.ask_again()
    return tuple(run.prompts)


def progress(script: Script, state: RunState) -> tuple[int, int] | None:
    """The k and n of the question being asked, None where counting would mislead."""
    return Run(script, state).progress() if state.stage == "asking" else None


def is_open_text(script: Script, state: RunState) -> bool:
    """Whether any words at all may be the answer now."""
    if state.stage != "asking":
        return False
    run = Run(script, state)
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
            run.prompts.append(_not_here(given))
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


def _not_here(given: Input) -> Problem:
    match given:
        case Voice():
            return Problem("voice_not_here")
        case Photo():
            return Problem("photo_not_here")
        case Located():
            return Problem("kind_not_here", words="location")
        case _:
            return Problem("kind_not_here", words=getattr(given, "kind", ""))


# Questions ---------------------------------------------------------------------------------------------


def _while_asking(run: Run, given: Input) -> None:
    match given:
        case Tapped(slot=0):
            _tap_outside(run, given.choice)
        case Tapped():
            _tap(run, given)
        case Said(text):
            _hear(run, text)
        case Voice():
            _voice(run, given)
        case Photo(media_id):
            run.set_word_aside()
            run.settle(run.stop, run.stop.slot.kind.photo(run.here(run.stop), media_id))
        case Located():
            run.settle(run.stop, run.stop.slot.kind.located(run.here(run.stop)))
        case _:
            run.refuse(_not_here(given))


def _tap_outside(run: Run, choice: int) -> None:
    """A link that belongs to no question: consent's, or one of the face's own."""
    words = {Act.DECLINE: commands.QUIT, Act.HUMAN: commands.HUMAN, Act.HELP: commands.HELP}
    if choice in words:
        # "I do not take part" on the first bubble, tapped later, means to stop.
        run.events.append(happened.WordAsked(words[choice]))
    elif choice == Act.MORE:
        _act(run, Act.MORE)
    else:
        run.ask_again()


def _tap(run: Run, tapped: Tapped) -> None:
    slot = run.script.slot(tapped.slot)
    stop = run.plan.stop(slot.key) if slot is not None else None
    now = run.stop
    if stop is None:
        run.ask_again()
    elif stop is not now:
        _tap_earlier(run, stop, tapped)
    elif run.asking.startswith(ASKING_WORD) and tapped.choice in (Act.WORD_ACT, Act.WORD_ANSWER):
        _word_meant(run, is_act=tapped.choice == Act.WORD_ACT)
    elif tapped.choice in (Act.NEXT, Act.PREVIOUS, Act.MORE, Act.SAME):
        _act(run, tapped.choice)
    else:
        outcome = stop.slot.kind.tap(run.here(stop), tapped.choice, tapped.text)
        if outcome is not STRAY:
            run.set_word_aside()
        run.settle(stop, outcome)


def _tap_earlier(run: Run, stop: Stop, tapped: Tapped) -> None:
    """A link of another question: it changes what was answered there, or is passed over in silence."""
    stored = run.answers.get(stop.slot.key)
    if stored is None:
        run.ask_again()
        return
    outcome = stop.slot.kind.change(run.here(stop), tapped.choice, tapped.text)
    match outcome:
        case Taken(answer, ends):
            run.misses = 0
            _change(run, stop, stored, answer, ends)
        case Gathered(draft):
            run.go_back_to(stop, draft)
        case Trouble(problem):
            run.refuse(problem)
        case _:
            run.ask_again()


def _change(run: Run, stop: Stop, stored: Answer, answer: Answer, ends: str | None) -> None:
    if answer == stored and ends is None:
        run.say_unchanged(stop, answer)
        run.ask_again()
        return
    dropped = run.store(stop, answer)
    if ends is not None:
        run.end(ends)
        return
    run.say_changed(stop, answer, dropped)
    run.go_on_from_change()


def _act(run: Run, choice: int) -> None:
    """下一步, 上一题, 继续, 同上 at the current question."""
    stop = run.stop
    kind = stop.slot.kind
    if choice == Act.MORE:
        run.page += 1
        run.ask_again()
        return
    run.set_word_aside()
    if choice == Act.NEXT:
        run.settle(stop, kind.finish(run.here(stop)))
    elif choice == Act.PREVIOUS:
        _previous(run, stop)
    elif choice == Act.SAME:
        answer = _as_before(run, stop)
        run.settle(stop, STRAY if answer is None else Taken(answer))


def _previous(run: Run, stop: Stop) -> None:
    """上一题; inside a question that is answered in steps, one step back."""
    run.misses = 0
    inside = stop.slot.kind.step_back(run.here(stop))
    if inside is not None:
        run.settle(stop, inside)
        return
    earlier = run.stop_before(stop)
    if earlier is None:
        run.refuse(Problem("no_previous"))
        return
    kept = stop.slot.kind.keeps(run.here(stop))
    if kept is not None:
        run.store(stop, kept)
    run.go_to(earlier)


def _as_before(run: Run, stop: Stop) -> Answer | None:
    """同上: in a repeat, what was answered to the same question about the item before."""
    slot = stop.slot
    for position in range(stop.position - 1, -1, -1):
        earlier = run.plan.stops[position].slot
        if slot.repeat and earlier.repeat == slot.repeat and earlier.question.id == slot.question.id:
            answer = run.answers.get(earlier.key)
            return None if answer is None or answer.is_empty else answer
    return None


# Words -------------------------------------------------------------------------------------------------


def _hear(run: Run, words: str) -> None:
    if not words.strip():
        run.say_misunderstood("")
        run.ask_again()
        return
    if run.asking.startswith(ASKING_WORD):
        said = squeezed(plain(words))
        asked = run.asking.removeprefix(ASKING_WORD)
        if said in _AS_ANSWER or said in _AS_ACT or commands.command(words) == asked:
            _word_meant(run, is_act=said not in _AS_ANSWER)
            return
        run.set_word_aside()
    stop = run.stop
    word = None if _is_label(stop, words) else commands.command(words)
    if word is None:
        run.settle(stop, stop.slot.kind.hear(run.here(stop), words.strip()), words)
    else:
        _command(run, stop, word, words)


def _command(run: Run, stop: Stop, word: str, words: str) -> None:
    """A word that is a command everywhere, so nobody's answer by accident."""
    here = run.here(stop)
    kind = stop.slot.kind
    if (word in commands.DESK_WORDS or word == commands.PREVIOUS) and kind.takes_words(here):
        run.misses = 0
        run.asking = ASKING_WORD + word
        run.ask_on()
    elif word in commands.DESK_WORDS:
        run.events.append(happened.WordAsked(word))
    elif word == commands.SKIP:
        run.settle(stop, kind.skip(here))
    elif word == commands.CLEAR:
        run.settle(stop, kind.tap(here, Act.CLEAR, words), words)
    else:
        _act(run, _ACT_OF_WORD[word])


def _is_label(stop: Stop, words: str) -> bool:
    """不愿说 may be an option; then it is that option and no command."""
    lexicon = stop.slot.kind.lexicon
    return lexicon is not None and is_label(words, lexicon)


def _word_meant(run: Run, *, is_act: bool) -> None:
    """It was asked whether a command word is the command or the answer, and this is what they say."""
    word = run.asking.removeprefix(ASKING_WORD)
    run.set_word_aside()
    stop = run.stop
    if not is_act:
        run.settle(stop, stop.slot.kind.hear(run.here(stop), word))
    elif word == commands.PREVIOUS:
        _act(run, Act.PREVIOUS)
    else:
        run.events.append(happened.WordAsked(word))


def _voice(run: Run, voice: Voice) -> None:
    """A voice message: an answer where voice is one, else its recognised words."""
    run.set_word_aside()
    stop = run.stop
    here = run.here(stop)
    kind = stop.slot.kind
    if kind.takes_voice(here) or not voice.recognised.strip():
        run.settle(stop, kind.voice(here, voice.media_id))
        return
    words = voice.recognised
    word = None if _is_label(stop, words) else commands.command(words)
    if word is not None:
        _command(run, stop, word, words)
        return
    outcome = kind.hear(here, words.strip())
    # What a machine misheard is no fault of theirs and nothing to quote.
    run.settle(stop, Trouble(Problem("voice_not_here")) if isinstance(outcome, Missed) else outcome)
