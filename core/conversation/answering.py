"""
What an input means while a question is asked: an answer, an act, a command word, a tap on something earlier.

How a question takes an answer is its kind's business (`kinds`), how the run moves is `run`'s.
"""

from core.conversation import events as happened
from core.conversation.inputs import Act, Input, Located, Photo, Said, Tapped, Voice
from core.conversation.kinds.base import STRAY, Gathered, Missed, Outcome, Taken, Trouble
from core.conversation.plan import Stop
from core.conversation.position import ASKING_WORD
from core.conversation.prompts import Problem
from core.conversation.run import Run
from core.conversation.state import Answer
from core.conversation.understanding import commands
from core.conversation.understanding.options import is_label
from core.conversation.understanding.plain import plain, squeezed

_AS_ANSWER = frozenset({"2", "二", "b", "当作回答"})
_AS_ACT = frozenset({"1", "一", "a"})
_ACT_OF_WORD = {
    commands.NEXT: Act.NEXT,
    commands.DONE: Act.NEXT,
    commands.MORE: Act.MORE,
    commands.PREVIOUS: Act.PREVIOUS,
}


def take(run: Run, given: Input) -> None:
    """Do what follows from an input while a question is asked."""
    match given:
        case Tapped(choice=Act.WORD_ACT | Act.WORD_ANSWER as choice) if run.asking.startswith(ASKING_WORD):
            _word_meant(run, is_act=choice == Act.WORD_ACT)
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
            run.refuse(not_here(given))


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
        run.settle(stop, _as_before(run, stop))


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


def _as_before(run: Run, stop: Stop) -> Outcome:
    """同上: in a repeat, what was answered to the same question about the item before."""
    slot = stop.slot
    for position in range(stop.position - 1, -1, -1):
        earlier = run.plan.stops[position].slot
        if slot.repeat and earlier.repeat == slot.repeat and earlier.question.id == slot.question.id:
            answer = run.answers.get(earlier.key)
            return STRAY if answer is None or answer.is_empty else Taken(answer)
    return STRAY


def _from_the_top(run: Run, stop: Stop) -> Outcome:
    """重选: what was gathered for this question is let go."""
    return stop.slot.kind.tap(run.here(stop), Act.CLEAR, "")


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
    elif word in (commands.CLEAR, commands.SAME):
        outcome = _from_the_top(run, stop) if word == commands.CLEAR else _as_before(run, stop)
        # Where there is nothing to clear or to repeat, the word is like any other.
        run.settle(stop, kind.hear(here, words.strip()) if outcome is STRAY else outcome, words)
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


def not_here(given: Input) -> Problem:
    """That this kind of message is no answer here."""
    match given:
        case Voice():
            return Problem("voice_not_here")
        case Photo():
            return Problem("photo_not_here")
        case Located():
            return Problem("kind_not_here", words="location")
        case _:
            return Problem("kind_not_here", words=getattr(given, "kind", ""))
