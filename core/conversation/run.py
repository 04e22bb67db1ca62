"""
One run while one input is handled: how it moves from question to question, and what is said on the way.

What an input means is decided in `engine` and `answering`.
"""

from core.conversation import events as happened
from core.conversation.inputs import Act
from core.conversation.kinds.base import Gathered, Outcome, Taken, Trouble, act
from core.conversation.layout import Slot, Words, fill
from core.conversation.plan import Stop
from core.conversation.position import ASKING_OTHER, ASKING_WORD, Position
from core.conversation.prompts import (
    AnswerChanged,
    AnswerUnchanged,
    AskPrompt,
    AskWordMeant,
    Choice,
    Declined,
    EndedEarly,
    Finished,
    NotePrompt,
    NotUnderstood,
    Problem,
    Prompt,
)
from core.conversation.state import Answer
from core.conversation.understanding import commands
from core.questionnaires.conditions import decide

# How many questions one input may answer by itself (known places); beyond it the rest is asked.
MAX_MOVES_PER_STEP = 1000
# The how-to-answer line comes with the first questions and not twelve times.
HINTED_QUESTIONS = 2
# From the third misunderstanding in a row a human is offered.
MISSES_BEFORE_HUMAN = 3
MAX_QUOTED_CHARS = 60

DECLINED = "declined"


class Run(Position):
    """A position that moves and speaks."""

    # Moving ----------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """Ask the first open question, or finish. What is known without asking is taken on the way."""
        for _ in range(MAX_MOVES_PER_STEP):
            stop = self.first_open()
            if stop is None:
                self._complete()
                return
            self.leave_for(stop)
            known = stop.slot.kind.silent(self.here(stop))
            if known is None:
                break
            self.store(stop, known)
        self.say_notes(self.stop)
        self.ask()

    def go_to(self, stop: Stop) -> None:
        """Ask one question, whatever else is open."""
        self.leave_for(stop)
        self.ask()

    def go_back_to(self, stop: Stop, draft: Answer | None) -> None:
        """Ask an earlier question anew, as far as `draft` says it is answered."""
        self.leave_for(stop)
        self.draft = draft
        self.ask()

    def go_on_from_change(self) -> None:
        """
        An earlier answer changed. A question this opens is asked at once, while people still know what it
        is about, unless they are in the middle of an answer; else the current one is repeated.
        """
        now, first = self.plan.stop(self.at), self.first_open()
        is_gone = now is None or not self.is_visible(now)
        is_free = self.draft is None and not self.asking
        if is_gone or (is_free and now and first and first.position < now.position):
            self.go_on()
        else:
            self.ask_again()

    def _complete(self) -> None:
        self._finish()
        self.events.append(happened.Completed())
        self._say_words(self.plan.last_words)
        self.prompts.append(self.last_word())

    def end(self, outcome: str) -> None:
        """An option ended the questionnaire."""
        self._finish()
        self.outcome = outcome
        self.events.append(happened.Ended(outcome))
        self.prompts.append(self.last_word())

    def decline(self) -> None:
        """Consent was not given."""
        self._finish()
        self.outcome = DECLINED
        self.events.append(happened.Refused())
        self.prompts.append(self.last_word())

    def _finish(self) -> None:
        self.stage = "finished"
        self.at = self.asking = ""
        self.draft = None
        self.misses = self.page = 0

    # Saying ----------------------------------------------------------------------------------------------

    def last_word(self) -> Prompt:
        """What a finished run says, however often it is asked."""
        subject, source = self.before.subject, self.before.source
        if self.outcome == DECLINED:
            return Declined(self.script.title(subject, source))
        thanks = self.script.thanks(subject, source)
        if self.outcome:
            return EndedEarly(self.outcome, thanks)
        return Finished(thanks, can_change=self.script.questionnaire.one_response.on_repeat == "replace")

    def ask(self) -> None:
        """Put the question that is now current; it is new to the person or new in this form."""
        shows = self.hints < HINTED_QUESTIONS
        self.hints += shows
        self._put(shows)

    def ask_on(self) -> None:
        """Put the current question again because part of its answer came."""
        self._put(0 < self.hints <= HINTED_QUESTIONS and len(self.answers) < HINTED_QUESTIONS)

    def ask_again(self) -> None:
        """Put the current question again, with the line that says how to answer."""
        self._put(True)

    def _put(self, shows_manner: bool) -> None:
        stop = self.stop
        if stop.number is not None:
            self.reached = max(self.reached, stop.number)
        if self.asking.startswith(ASKING_WORD):
            self.prompts.append(_word_meant(self.asking.removeprefix(ASKING_WORD)))
            return
        slot = stop.slot
        here = self.here(stop)
        asked = slot.kind.ask(here)
        subject, source = self.before.subject, self.before.source
        acts = asked.acts
        if slot.kind.step_back(here) is not None or self.stop_before(stop) is not None:
            acts = (*acts, _PREVIOUS)
        self.prompts.append(
            AskPrompt(
                slot=slot.number,
                key=slot.key,
                title=fill(asked.title or slot.title, subject, source),
                help=fill(slot.help, subject, source),
                manner=asked.manner,
                choices=asked.choices,
                acts=acts,
                progress=self.progress(),
                show_manner=shows_manner,
                required=slot.question.required,
                low=asked.low,
                high=asked.high,
                unit=asked.unit,
                page=self.page,
            )
        )

    def say_notes(self, stop: Stop) -> None:
        """The words that stand between the question before and this one."""
        earlier = self.stop_before(stop)
        first = earlier.position + 1 if earlier is not None else 0
        for position in range(first, stop.position + 1):
            self._say_words(self.plan.stops[position].notes)

    def _say_words(self, notes: tuple[Words, ...]) -> None:
        subject, source = self.before.subject, self.before.source
        for words in notes:
            if all(decide(condition, self.values) for condition in words.conditions):
                self.prompts.append(NotePrompt(fill(words.text, subject, source)))

    def say_misunderstood(self, words: str) -> None:
        """The words answered nothing; the caller asks again."""
        self.misses += 1
        if len(words) > MAX_QUOTED_CHARS:
            words = words[: MAX_QUOTED_CHARS - 1] + "…"
        self.events.append(happened.Misunderstood(self.at))
        self.prompts.append(NotUnderstood(words, offer_human=self.misses >= MISSES_BEFORE_HUMAN))

    def say_changed(self, stop: Stop, answer: Answer, dropped: int) -> None:
        """An answer given before now reads otherwise."""
        label = "" if answer.is_empty else stop.slot.kind.label(answer)
        self.prompts.append(AnswerChanged(stop.number, self._title(stop.slot), label, dropped))

    def say_unchanged(self, stop: Stop, answer: Answer) -> None:
        """An answer given before was given again."""
        label = "" if answer.is_empty else stop.slot.kind.label(answer)
        self.prompts.append(AnswerUnchanged(stop.number, self._title(stop.slot), label))

    def _title(self, slot: Slot) -> str:
        return fill(slot.title, self.before.subject, self.before.source)

    # What came of an input for the current question ------------------------------------------------------

    def settle(self, stop: Stop, outcome: Outcome, words: str | None = None) -> None:
        """Do what the current question's kind made of an input; `words` are what was said, if anything."""
        match outcome:
            case Taken(answer, ends):
                self._take(stop, answer, ends)
            case Gathered(draft, asks_words, say):
                self.misses = self.page = 0
                self.draft = draft
                self.asking = ASKING_OTHER if asks_words else ""
                if say is not None:
                    self.prompts.append(say)
                self.ask_on()
            case Trouble(problem):
                self.refuse(problem)
            case _ if words is not None:
                self.say_misunderstood(words)
                self.ask_again()
            case _:
                self.ask_again()

    def refuse(self, problem: Problem) -> None:
        """Say which rule stands against it, and ask again."""
        self.misses = 0
        self.prompts.append(problem)
        self.ask_again()

    def _take(self, stop: Stop, answer: Answer, ends: str | None) -> None:
        self.misses = 0
        before = self.answers.get(stop.slot.key)
        dropped = self.store(stop, answer)
        if ends is not None:
            self.end(ends)
            return
        if before is not None and not before.is_empty and before != answer:
            self.say_changed(stop, answer, dropped)
        self.go_on()


_PREVIOUS: Choice = act(Act.PREVIOUS, commands.PREVIOUS)


def _word_meant(word: str) -> AskWordMeant:
    return AskWordMeant(
        word=word,
        as_act=Choice(number=1, label=word, choice=Act.WORD_ACT, echo=word),
        as_answer=Choice(number=2, label="当作回答", choice=Act.WORD_ANSWER, echo="当作回答"),
    )
