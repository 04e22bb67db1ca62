"""
One delivery being dealt with: who, when, and what has come of it so far.

The desk's modules pass a `Visit` along and add to it; it lives for one turn and is never stored. Here stands
what several of them need: what is being asked, how a run begins, waits and ends.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.conversation import choosing_place, engine
from core.conversation.offers import OFFERS, fixed_choices
from core.conversation.person import Asking, Done, Goal, Lead, Person, Run
from core.conversation.prompts import Choose, Prompt, Resumed
from core.conversation.records import Record, ResponseRecord
from core.conversation.script import Script
from core.conversation.state import NOBODY
from core.conversation.world import ClosingQuestion, Form, World
from core.questionnaires.model import Place

# After this much silence the person is reminded where they were.
RESUME_AFTER = timedelta(hours=1)
# A run nobody touched for this long is broken off.
IDLE_LIMIT = timedelta(days=30)
# How many runs may wait while another code is answered; the oldest beyond that is broken off.
MAX_SHELVED_RUNS = 5
# How many unfinished responses are remembered for a deletion; the chat finds the others by their hash.
MAX_BROKEN_OFF = 50
# Outcomes that count as having answered. Who refused, or asked for another time, may simply come again.
COUNTED = frozenset({"complete", "ineligible"})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """
    What a turn knows besides the words.

    `account_of` gives the person's keyed hash in a round; `new_id` a fresh response id; `seed` is a random
    number for shuffled orders. `silent_for` is the time since the person's last message; `is_late`: typed
    before the last handled message; `was_shed`: an earlier message was not taken; `erase_on_leaving` is the
    office's privacy setting. `seal_openid` gives their openid, encrypted; None where none may be kept.
    """

    now: datetime
    account_of: Callable[[int], str]
    new_id: Callable[[], int]
    seed: int
    silent_for: timedelta = timedelta(0)
    is_late: bool = False
    was_shed: bool = False
    erase_on_leaving: bool = False
    seal_openid: Callable[[], bytes] | None = None


@dataclass(slots=True)
class Visit:
    """A person, the moment, and what is to be said and stored."""

    world: World
    person: Person
    around: Circumstances
    prompts: list[Prompt] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The moment of this turn."""
        return self.around.now

    @property
    def run(self) -> Run | None:
        """The questionnaire under way."""
        return self.person.run

    @property
    def has_been_away(self) -> bool:
        """Whether they come back: after a while, or after saying stop for now."""
        return self.person.is_paused or self.around.silent_for >= RESUME_AFTER

    def say(self, *prompts: Prompt) -> None:
        """Add to what is said."""
        self.prompts.extend(prompts)

    def change(self, **fields: object) -> None:
        """Replace fields of the person."""
        self.person = replace(self.person, **fields)  # type: ignore[arg-type]

    # Questionnaires --------------------------------------------------------------------------------------

    def form_at(self, goal: Goal) -> Form | None:
        """The goal's questionnaire in its round, or None when the round is no longer known."""
        return self.world.form(goal.round_id, goal.questionnaire_id)

    def form_of(self, run: Run) -> Form:
        """The questionnaire that an open run answers."""
        form = self.form_at(run.goal)
        if form is None:
            raise LookupError(f"round {run.goal.round_id} is not in the catalog")
        return form

    def script_of(self, form: Form) -> Script:
        """The questionnaire, ready to be asked."""
        return self.world.script(form.questionnaire)

    def title_of(self, form: Form, goal: Goal) -> str:
        """The questionnaire's title, filled in."""
        origin = self.person.origins.get(goal.key)
        return self.script_of(form).title(goal.subject, origin.owner if origin else NOBODY)

    # What is being asked ---------------------------------------------------------------------------------

    @property
    def is_asking(self) -> bool:
        """Whether an answer is expected from them, to a question of the desk or of a questionnaire."""
        return bool(self.person.asking) or self.run is not None

    def ask(self, kind: Asking, title: str = "", *, payload: str = "", other: str = "") -> None:
        """Ask one of the desk's own short questions; `other` is what another code leads to."""
        self.change(asking=kind, payload=payload, asked=(title, other), page=0)
        self.ask_current()

    def ask_place(self, county: str = "", *, page: int = 0, greet: bool = False) -> None:
        """Ask for the county, or for a township of `county` (its code)."""
        self.change(asking="place", payload=county, asked=("", ""), page=page)
        self.say(choosing_place.question(self.world.gazetteer, county, page=page, greet=greet))

    def ask_current(self) -> None:
        """Say (again) what is being asked now: the desk's own question before the questionnaire's."""
        person = self.person
        if person.asking == "place":
            self.ask_place(person.payload, page=person.page)
        elif person.asking == "is_fixed":
            question = self.closing_question
            if question is not None:
                self.say(Choose("is_fixed", question.words, fixed_choices(question.number)))
        elif person.asking:
            title, other = person.asked
            self.say(Choose(person.asking, title, OFFERS[person.asking].choices, other))
        elif person.run is not None:
            self.say(*engine.current(self.script_of(self.form_of(person.run)), person.run.state))

    @property
    def closing_question(self) -> ClosingQuestion | None:
        """Which question about closing they are being asked, if it is still asked at all."""
        asked = json.loads(self.person.payload)[0] if self.person.asking == "is_fixed" else 0
        return next((each for each in self.world.closing_questions if each.id == asked), None)

    def stop_asking(self) -> None:
        """The desk's question is settled."""
        if self.person.asking:
            self.change(asking="", payload="", asked=("", ""), page=0)

    def resume(self) -> None:
        """Remind them where they were and go on there."""
        run = self.run
        if run is None:
            return
        if self.person.is_paused:
            self.change(is_paused=False)
        if run.state.stage == "asking":
            self.say(Resumed(self.title_of(self.form_of(run), run.goal)))
        self.ask_current()

    # Runs begin and wait ---------------------------------------------------------------------------------

    def start(self, form: Form, lead: Lead, replaces: int | None = None) -> None:
        """Begin a questionnaire. The first code that ever led to this goal stays its origin."""
        self.stop_asking()
        self.set_aside()
        goal = lead.goal
        for other in self.person.shelf:
            if self.key_of(form, goal) == self.key_of(self.form_of(other), other.goal):
                # Only one of them can count, and it is the one they want now.
                self.break_off(other)
        origin = self.person.origins.get(goal.key, lead.origin)
        number = self.person.runs + 1
        step = engine.begin(
            self.script_of(form),
            subject=goal.subject,
            source=origin.owner,
            source_is_chosen=origin.is_chosen,
            channel="wechat",
            seed=self.around.seed,
        )
        self.change(
            run=Run(
                number=number,
                goal=goal,
                version=form.questionnaire.version,
                origin=origin,
                account=self.around.account_of(form.round_id),
                started_at=self.now,
                state=step.state,
                replaces=replaces,
            ),
            runs=number,
            origins={**self.person.origins, goal.key: origin},
            is_paused=False,
            wants_no_more=False,
        )
        self.say(*step.prompts)

    def set_aside(self) -> None:
        """Let the current run wait; the oldest beyond the limit is broken off."""
        run = self.run
        if run is None:
            return
        # As long as only consent was asked there is nothing to keep.
        waiting = (*self.person.shelf, run) if run.state.stage == "asking" else self.person.shelf
        self.change(run=None, shelf=waiting)
        for oldest in waiting[:-MAX_SHELVED_RUNS]:
            self.break_off(oldest)

    def take_from_shelf(self, run: Run) -> None:
        """Go on with a run that was set aside; the current one waits in turn."""
        self.person = self.person.without(run)
        self.set_aside()
        self.change(run=run)
        self.resume()

    def take_up_shelved(self) -> None:
        """Nothing is under way any more: go on with what was set aside last, if anything."""
        if self.run is None and self.person.shelf:
            self.take_from_shelf(self.person.shelf[-1])

    # Runs end --------------------------------------------------------------------------------------------

    def key_of(self, form: Form, goal: Goal) -> str:
        """Under which key "answered before" is remembered: with the subject if the questionnaire says so."""
        if goal.subject is NOBODY or "subject" in form.questionnaire.one_response.per:
            return goal.key
        return replace(goal, subject=NOBODY).key

    def earlier(self, form: Form, goal: Goal) -> Done | None:
        """
        The earlier outcome that a new run would replace, or None.

        A questionnaire may be answered every so many days (`days:N`); then one from before does not matter.
        """
        done = self.person.done_with(self.key_of(form, goal))
        days = form.questionnaire.one_response.period_days
        if done is not None and days is not None and self.now - done.finished_at >= timedelta(days=days):
            return None
        return done

    def finish(self, run: Run, status: str) -> None:
        """
        The run came to an end of its own: record it and remember that its goal was reached.

        When an answer that counts stands already, only a complete one takes its place.
        """
        if status != "complete" and self._would_replace_what_counts(run):
            self.person = self.person.without(run)
            return
        form = self.form_of(run)
        record = self._record(run, status, supersedes=run.replaces)
        done = Done(self.key_of(form, run.goal), run.goal, run.number, record.response_id, status, self.now)
        self.person = self.person.without(run)
        others = (other for other in self.person.done if other.key != done.key)
        self.change(done=(*others, done), home=self._home_in(run) or self.person.home)

    def _home_in(self, run: Run) -> str:
        """The place they said they live in, unless that is personal; '' when they did not say."""
        for question in self.form_of(run).questionnaire.walk():
            if isinstance(question, Place) and not question.personal:
                answer = run.state.answers.get(question.id)
                if answer is not None and answer.codes:
                    return answer.codes[0]
        return ""

    def break_off(self, run: Run) -> None:
        """
        The run ends unfinished. What was answered is recorded, once consent was given.

        A run that was to replace an answer that counts leaves no trace: the earlier one stands.
        """
        if run.state.stage == "asking" and not self._would_replace_what_counts(run):
            left = self._record(run, "break_off").response_id
            self.change(broken_off=(*self.person.broken_off, left)[-MAX_BROKEN_OFF:])
        self.person = self.person.without(run)

    def end_what_is_over(self) -> Run | None:
        """
        Break off every run whose round is over or that lay idle too long; the current one if it was among
        them. What was set aside last takes its place.

        A run of a round that this world does not know yet is left alone: the worker may look at a world that
        is a moment old.
        """
        is_idle = self.around.silent_for >= IDLE_LIMIT
        current = self.run
        for run in self.person.open_runs:
            form = self.form_at(run.goal)
            if form is not None and (is_idle or form.is_over(self.now)):
                self.break_off(run)
        if self.run is None and self.person.shelf:
            *waiting, following = self.person.shelf
            self.change(run=following, shelf=tuple(waiting))
        return current if self.run is not current else None

    def _would_replace_what_counts(self, run: Run) -> bool:
        if run.replaces is None:
            return False
        done = self.person.done_with(self.key_of(self.form_of(run), run.goal))
        return done is not None and done.status in COUNTED

    def _record(self, run: Run, status: str, supersedes: int | None = None) -> ResponseRecord:
        record = ResponseRecord(
            response_id=self.around.new_id(),
            status=status,
            run=run,
            finished_at=self.now,
            last_question=run.state.at or (list(run.state.answers) or [""])[-1],
            supersedes=supersedes,
        )
        self.records.append(record)
        return record
