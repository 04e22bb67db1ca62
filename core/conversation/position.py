"""
Where a run stands while one input is handled: what is answered, what comes up, what is asked now.

Knows how answers are kept and dropped. What is said about it is `run`'s.
"""

from core.conversation import events as happened
from core.conversation.events import Event
from core.conversation.kinds.base import Here
from core.conversation.plan import Plan, Stop
from core.conversation.prompts import Prompt
from core.conversation.script import Script
from core.conversation.state import Answer, RunState
from core.questionnaires.conditions import Literals, decide

ASKING_OTHER = "other"
ASKING_WORD = "word:"


class Position:
    """A working copy of one state. Collects events and prompts; `state()` is what comes of it."""

    def __init__(self, script: Script, state: RunState) -> None:
        self.script = script
        self.before = state
        self.plan: Plan = script.plan(state)
        self.stage = state.stage
        self.answers = state.answers
        self.at = state.at
        self.draft = state.draft
        self.asking = state.asking
        self.misses = state.misses
        self.page = state.page
        self.hints = state.hints
        self.outcome = state.outcome
        self.reached = state.reached
        self.events: list[Event] = []
        self.prompts: list[Prompt] = []

    def state(self) -> RunState:
        """The state that follows."""
        before = self.before
        return RunState(
            stage=self.stage,
            subject=before.subject,
            source=before.source,
            source_is_chosen=before.source_is_chosen,
            channel=before.channel,
            answers=self.answers,
            at=self.at,
            draft=self.draft,
            asking=self.asking,
            orders=before.orders,
            misses=self.misses,
            page=self.page,
            hints=self.hints,
            outcome=self.outcome,
            reached=self.reached,
        )

    @property
    def stop(self) -> Stop:
        """The question being asked. One that is gone with a change of the gazetteer gives way to the next."""
        stop = self.plan.stop(self.at)
        if stop is None or not self.is_visible(stop):
            stop = self.first_open()
            if stop is None:
                raise LookupError(self.at)
            self.leave_for(stop)
        return stop

    def has_nothing_to_ask(self) -> bool:
        """Whether every question is gone with a change of the gazetteer."""
        return self.plan.stop(self.at) is None and self.first_open() is None

    def here(self, stop: Stop) -> Here:
        """Where the person stands with a question."""
        is_current = stop.slot.key == self.at
        before = self.before
        return Here(
            stored=self.answers.get(stop.slot.key),
            draft=self.draft if is_current else None,
            source=before.source,
            source_is_chosen=before.source_is_chosen,
            channel=before.channel,
            asks_words=is_current and self.asking == ASKING_OTHER,
        )

    def is_visible(self, stop: Stop) -> bool:
        """Whether the answers so far let it come up."""
        # A plain loop: this runs for every follow-up of every turn.
        for condition in stop.conditions:  # noqa: SIM110
            if not decide(condition, self.values):
                return False
        return True

    def values(self, key: str) -> tuple[Literals, ...]:
        """The values of a slot (or of subject, source, channel) for a condition; hidden ones have none."""
        answer = self.answers.get(key)
        if answer is not None:
            if answer.codes:
                return answer.codes
            if answer.number is not None:
                return (answer.number,)
            return () if answer.is_empty else (answer.text,)
        before = self.before
        if key == "subject.kind":
            return (before.subject.kind,)
        if key == "source.kind":
            return (before.source.kind,)
        return (before.channel,) if key == "channel" else ()

    def first_open(self) -> Stop | None:
        """The first question that comes up and was neither answered nor passed over."""
        answers = self.answers
        for stop in self.plan.stops:
            if stop.slot.key not in answers and (not stop.conditions or self.is_visible(stop)):
                return stop
        return None

    def stop_before(self, stop: Stop) -> Stop | None:
        """The question that comes up before one."""
        for position in range(stop.position - 1, -1, -1):
            earlier = self.plan.stops[position]
            if self.is_visible(earlier):
                return earlier
        return None

    def progress(self) -> tuple[int, int] | None:
        """The (k, n) shown with the current question."""
        stop = self.plan.stop(self.at)
        if stop is None or stop.shown is None:
            return None
        k = stop.shown
        if stop.number is None and self.at not in self.answers:
            k = max(k, self.reached)
        return k, self.plan.count

    def leave_for(self, stop: Stop) -> None:
        """Turn to another question; what was gathered for this one is let go."""
        self.at = stop.slot.key
        self.draft = None
        self.asking = ""
        self.page = 0

    def set_word_aside(self) -> None:
        """Whether a word was meant as a command is no longer the question; what was asked before is."""
        if self.asking.startswith(ASKING_WORD):
            # Outside open questions a word is asked about only while the words of "other" are awaited.
            is_text = self.stop.slot.question.type == "text"
            self.asking = "" if is_text else ASKING_OTHER

    # Keeping answers -------------------------------------------------------------------------------------

    def store(self, stop: Stop, answer: Answer) -> int:
        """Keep an answer and drop what is no longer asked; how many were dropped."""
        key = stop.slot.key
        before = self.answers.get(key)
        if before == answer:
            return 0
        self.answers = {**self.answers, key: answer}
        self.events.append(happened.Answered(key, answer, before))
        return self._drop_hidden(key)

    def _drop_hidden(self, changed: str) -> int:
        """Conditions look back only, so one pass forward finds all that follows from a change."""
        waiting = list(self.plan.affected.get(changed, ()))
        dropped = 0
        while waiting:
            stop = self.plan.stops[waiting.pop(0)]
            key = stop.slot.key
            if key in self.answers and not self.is_visible(stop):
                self.answers = {other: kept for other, kept in self.answers.items() if other != key}
                self.events.append(happened.Dropped(key))
                dropped += 1
                waiting.extend(self.plan.affected.get(key, ()))
        return dropped
