"""
One delivery being dealt with: who, when, and what has come of it so far.

The desk's modules pass a `Visit` along and add to it; it lives for one turn and is never stored.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.conversation import engine
from core.conversation.inputs import Act
from core.conversation.person import Asking, Done, Goal, Lead, Person, Record, ResponseRecord, Run
from core.conversation.prompts import (
    AlreadyAnswered,
    AlreadyClosed,
    Choice,
    Choose,
    NotYetOpen,
    Prompt,
    Resumed,
)
from core.conversation.state import NOBODY
from core.conversation.world import Form, World

# After this much silence the person is reminded where they were.
RESUME_AFTER = timedelta(hours=1)
# A run nobody touched for this long is broken off.
IDLE_LIMIT = timedelta(days=30)
# What each of the desk's own questions offers, in the order of the numbers that may be typed.
OFFERS: dict[str, tuple[tuple[int, str], ...]] = {
    "go_on_or_restart": ((Act.GO_ON, "接着答"), (Act.START_OVER, "从头再来")),
    "finish_first": ((Act.FINISH_THIS_FIRST, "先答完这份"), (Act.GO_TO_OTHER, "去答新的")),
    "answer_anew": ((Act.ANSWER_ANEW, "重新回答"), (Act.KEEP, "不改了")),
    "restart_sure": ((Act.START_OVER, "从头再来"), (Act.GO_ON, "接着答")),
    "quit": ((Act.PAUSE, "先停一停，以后再答"), (Act.NEVER_AGAIN, "以后都不用再问我"), (Act.GO_ON, "接着答")),
    "delete_sure": ((Act.DELETE, "删除"), (Act.KEEP, "不删")),
}
# How many runs may wait while another code is answered; the oldest beyond that is broken off.
MAX_SHELVED_RUNS = 5


@dataclass(slots=True)
class Visit:
    """
    A person, the moment, and what is to be said and stored.

    `account_of` gives the person's keyed hash in a round; `new_id` a fresh response id; `seed` is a random
    number for shuffled orders; `silent_for` is how long they have said nothing.
    """

    world: World
    now: datetime
    person: Person
    account_of: Callable[[int], str]
    new_id: Callable[[], int]
    seed: int
    silent_for: timedelta = timedelta(0)
    prompts: list[Prompt] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def say(self, *prompts: Prompt) -> None:
        """Add to what is said."""
        self.prompts.extend(prompts)

    def change(self, **fields: object) -> None:
        """Replace fields of the person."""
        self.person = replace(self.person, **fields)  # type: ignore[arg-type]

    # Runs ----------------------------------------------------------------------------------------

    @property
    def run(self) -> Run | None:
        """The questionnaire under way."""
        return self.person.run

    def form_at(self, goal: Goal) -> Form | None:
        """The goal's questionnaire in its round, or None when the round is no longer known."""
        return self.world.form(goal.round_id, goal.questionnaire_id)

    def form_of(self, run: Run) -> Form | None:
        """The questionnaire a run answers, or None when its round is no longer known."""
        return self.form_at(run.goal)

    def title_of(self, form: Form, goal: Goal) -> str:
        """The questionnaire's title, filled in."""
        return form.questionnaire.title.replace("{subject.name}", goal.subject.name)

    def show_current(self) -> None:
        """Ask again what is being asked now."""
        run = self.run
        form = self.form_of(run) if run else None
        if run and form:
            self.say(*engine.current(self.world.script(form.questionnaire), run.state))

    def resume(self) -> None:
        """Remind them where they were and go on there."""
        run = self.run
        form = self.form_of(run) if run else None
        if run and form:
            self.change(is_paused=False)
            if run.state.stage == "asking":
                self.say(Resumed(self.title_of(form, run.goal)))
            self.show_current()

    def start(self, form: Form, lead: Lead, replaces: int | None = None) -> None:
        """Begin a questionnaire. The first code that ever led to this goal stays its origin."""
        goal = lead.goal
        origin = self.person.origins.get(goal.key, lead.origin)
        questionnaire = form.questionnaire
        number = self.person.runs + 1
        step = engine.begin(
            self.world.script(questionnaire),
            subject=goal.subject,
            source=origin.owner,
            source_is_chosen=origin.is_chosen,
            channel="wechat",
            seed=self.seed,
        )
        run = Run(
            number=number,
            goal=goal,
            version=questionnaire.version,
            origin=origin,
            account=self.account_of(form.round_id),
            started_at=self.now,
            state=step.state,
            replaces=replaces,
        )
        self.change(
            run=run,
            runs=number,
            origins={**self.person.origins, goal.key: origin},
            is_paused=False,
            wants_no_more=False,
        )
        self.stop_asking()
        self.say(*step.prompts)

    def take_from_shelf(self, run: Run) -> None:
        """Go on with a run that was set aside."""
        self.change(run=run, shelf=tuple(other for other in self.person.shelf if other is not run))
        self.resume()

    def shelve_run(self) -> None:
        """Set the current run aside; the oldest beyond the limit is broken off."""
        if self.run is None:
            return
        shelf = (*self.person.shelf, self.run)
        for run in shelf[:-MAX_SHELVED_RUNS]:
            self.break_off(run)
        self.change(run=None, shelf=shelf[-MAX_SHELVED_RUNS:])

    # Endings -------------------------------------------------------------------------------------

    def finish(self, run: Run, status: str) -> None:
        """The run is over: record it and remember that its goal was reached."""
        record = ResponseRecord(
            response_id=self.new_id(),
            status=status,
            run=run,
            finished_at=self.now,
            last_question=run.state.at or (list(run.state.answers) or [""])[-1],
        )
        self.records.append(record)
        key = goal_key_for_repeat(self.form_of(run), run.goal)
        done = Done(key, run.goal, run.number, record.response_id, status, self.now)
        kept = tuple(other for other in self.person.done if other.key != key or other.response_id is None)
        self.change(done=(*kept, done), run=None if run is self.person.run else self.person.run)

    def break_off(self, run: Run, status: str = "break_off") -> None:
        """
        The run ends unfinished. What was answered is recorded, once consent was given.

        A run that was to replace a complete response leaves no trace: the earlier one stands.
        """
        if run.state.stage == "asking" and run.replaces is None:
            self.records.append(
                ResponseRecord(
                    response_id=self.new_id(),
                    status=status,
                    run=run,
                    finished_at=self.now,
                    last_question=run.state.at,
                )
            )
        if run is self.person.run:
            self.change(run=None)

    def break_off_what_is_over(self) -> Form | None:
        """End every run whose round is over or that lay idle too long; the current one's form if it ended."""
        ended: Form | None = None
        idle = self.silent_for >= IDLE_LIMIT
        for run in (self.run, *self.person.shelf):
            form = self.form_of(run) if run else None
            if run is None or (form is not None and form.is_open(self.now) and not idle):
                continue
            if run is self.run:
                ended = form
            self.break_off(run)
            self.change(shelf=tuple(other for other in self.person.shelf if other is not run))
        return ended

    # Questions of the desk itself ----------------------------------------------------------------

    def ask(self, kind: Asking, title: str, *, payload: str = "", other: str = "") -> None:
        """Ask one of the desk's own short questions; `other` is what another code leads to."""
        self.change(asking=kind, payload=payload, asked=(title, other))
        self.ask_again()

    def ask_again(self) -> None:
        """Say the desk's open question (again)."""
        kind = self.person.asking
        title, other = self.person.asked
        choices = tuple(
            Choice(number=number, label=label, choice=act, echo=label)
            for number, (act, label) in enumerate(OFFERS[kind], start=1)
        )
        self.say(Choose(kind=kind, title=title, choices=choices, other=other))  # type: ignore[arg-type]

    def stop_asking(self) -> None:
        """The desk's question is settled."""
        self.change(asking="", payload="", asked=("", ""), page=0)

    def say_when(self, form: Form, goal: Goal) -> None:
        """Tell when the round opens, or that it is over."""
        title = self.title_of(form, goal)
        if form.is_over(self.now):
            self.say(AlreadyClosed(title, form.round.closes_at, form.questionnaire.closed))
        else:
            self.say(NotYetOpen(title, form.round.opens_at))

    def offer_anew(self, form: Form, lead: Lead) -> None:
        """They have answered this already: say so, or offer to answer anew."""
        title = self.title_of(form, lead.goal)
        if form.questionnaire.one_response.on_repeat == "refuse":
            self.say(AlreadyAnswered(title))
            return
        self.ask("answer_anew", title, payload=lead.pack())


def goal_key_for_repeat(form: Form | None, goal: Goal) -> str:
    """Under which key "answered before" is remembered: with the subject only if the questionnaire says so."""
    if form is not None and "subject" not in form.questionnaire.one_response.per:
        return replace(goal, subject=NOBODY).key
    return goal.key


def reached(visit: Visit, form: Form, goal: Goal) -> Done | None:
    """
    The earlier answer that counts against answering again, or None.

    A refusal or a period that has run out (`days:N`) does not.
    """
    done = visit.person.done_with(goal_key_for_repeat(form, goal))
    days = form.questionnaire.one_response.period_days
    if done is None or done.status == "refused":
        return None
    if days is not None and visit.now - done.finished_at >= timedelta(days=days):
        return None
    return done
