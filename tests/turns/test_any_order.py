"""
Anything in any order: what a person may do, over a world without a database.

Between any two deliveries the person is written out and read back. Whatever came before: there is something
to say, what is stored is consistent, and nobody counts twice.
"""

import itertools
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from core.config import Office
from core.conversation import desk
from core.conversation.incoming import Followed, Happening, Left, Nothing, Scanned, Scene, SideTapped
from core.conversation.inputs import Act, Located, Other, Photo, Said, Tapped, Voice
from core.conversation.person import Origin, Person, Run
from core.conversation.prompts import AskPrompt, Choose, ChoosePlace, ConsentPrompt, Prompt
from core.conversation.records import Erase, ResponseRecord
from core.conversation.visit import COUNTED, MAX_SHELVED_RUNS
from core.conversation.world import Form, World
from core.db.catalog_version import CatalogStamp
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire
from core.questionnaires.reader import load_text
from core.rounds.catalog import Catalog, RoundEntry
from tests.hand_clock import START
from tests.turns.town import DONGJIANG_BUS, PROSECUTORS, QINGYUAN, RESIDENTS, UNITS, choices_of, shipped, unit

# A hundred days of one round, a gap of ten, then the next.
ROUNDS = ((-1, 100), (110, 300))
STATUSES = {"complete", "break_off", "refused", "ineligible", "callback"}
# As shipped; one unit only and replaceable; every thirty days, minors not asked.
EDITIONS: dict[str, tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]] = {
    "shipped": ((), ()),
    "one_unit": (
        (),
        (("per: [account, subject]", "per: [account]"), ("on_repeat: refuse", "on_repeat: replace")),
    ),
    "every_month": (
        (
            ("period: survey", "period: days:30"),
            ("label: 18到29岁}", "label: 18到29岁, ends: ineligible}"),
            ("label: 30到44岁}", "label: 30到44岁, ends: callback}"),
        ),
        (("period: survey", "period: days:30"),),
    ),
}


@cache
def world(edition: str, gazetteer: Gazetteer) -> World:
    """Two rounds with both questionnaires."""
    questionnaires: dict[str, Questionnaire] = {
        each.audience.who: each
        for each in (
            load_text(shipped(name, *edits), f"{name}.yaml")
            for name, edits in zip((RESIDENTS, UNITS), EDITIONS[edition], strict=True)
        )
    }
    rounds = tuple(
        RoundEntry(
            id=number,
            name=f"第{number}次",
            state="open",
            opens_at=START + timedelta(days=first),
            closes_at=START + timedelta(days=last),
            questionnaires=questionnaires,
            account_key=bytes([number]) * 32,
        )
        for number, (first, last) in enumerate(ROUNDS, start=1)
    )
    office = Office(name="市绩效办", phone="0778-2280000", hours="工作日")
    return World(Catalog(stamp=CatalogStamp(1, 1), rounds=rounds, gazetteer=gazetteer, office=office))


@dataclass(frozen=True)
class Stored:
    """A response as it was recorded."""

    record: ResponseRecord
    key: str

    @property
    def counts(self) -> bool:
        """Whether it is somebody's answer."""
        return self.record.status == "complete"


@dataclass
class Life:
    """One person's dealings with the desk, and everything that was stored of them."""

    world: World
    now: datetime = START
    state: str = "{}"
    last_heard: datetime = START
    bubbles: list[tuple[int, int, tuple[Prompt, ...]]] = field(default_factory=list)
    stored: dict[int, Stored] = field(default_factory=dict)
    superseded: set[int] = field(default_factory=set)
    first_codes: dict[str, Origin] = field(default_factory=dict)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def take(self, what: Happening, *, is_late: bool = False, was_shed: bool = False) -> None:
        """One delivery, and everything that must hold after it."""
        self.now += timedelta(seconds=1)
        person = Person.load(json.loads(self.state))
        around = desk.Circumstances(
            now=self.now,
            account_of=lambda round_id: f"account {round_id}",
            new_id=lambda: next(self._ids),
            seed=7,
            silent_for=self.now - self.last_heard,
            is_late=is_late,
            was_shed=was_shed,
        )
        outcome = desk.take(self.world, person, what, around)
        assert bool(outcome.prompts) != isinstance(what, Left | Nothing)
        self._store(person, outcome)
        self._check(outcome.person)
        if not isinstance(what, Nothing):
            self.last_heard = self.now
        run = outcome.person.run
        links = (run.goal.round_id, run.number) if run else (0, 0)
        self.bubbles = [*self.bubbles[-11:], (*links, outcome.prompts)]

    def sweep(self) -> None:
        """The worker comes by."""
        person = Person.load(json.loads(self.state))
        around = desk.Circumstances(self.now, str, lambda: next(self._ids), 7, self.now - self.last_heard)
        outcome = desk.close_runs(self.world, person, around)
        assert outcome.prompts == ()
        self._store(person, outcome)
        self._check(outcome.person)

    def go_on(self, count: int, choice: int) -> None:
        """Answer the next questions sensibly."""
        for _ in range(count):
            prompt = self.bubbles[-1][2][-1] if self.bubbles and self.bubbles[-1][2] else None
            if isinstance(prompt, AskPrompt | ConsentPrompt):
                offered = choices_of(prompt)
                wanted = Act.AGREE if isinstance(prompt, ConsentPrompt) else Act.NEXT
                act = next((each for each in offered if each.choice == wanted), offered[0])
                options = [each for each in offered if each.choice < Act.AGREE]
                self._tap(-1, act if not options else options[choice % len(options)])
            else:
                return

    def tap(self, bubble: int, link: int) -> None:
        """Tap some link in some bubble of the last ones."""
        if not self.bubbles:
            self.take(Tapped(9, 9, 9, 9, ""))
            return
        at = -1 - bubble % len(self.bubbles)
        links = [choice for prompt in self.bubbles[at][2] for choice in choices_of(prompt)]
        if links:
            self._tap(at, links[link % len(links)])
        else:
            self.take(Said("？"))

    def _tap(self, at: int, choice: Any) -> None:
        round_id, run, prompts = self.bubbles[at]
        (prompt,) = {id(each): each for each in prompts if choice in choices_of(each)}.values()
        slot = 0 if isinstance(prompt, Choose | ChoosePlace) else getattr(prompt, "slot", 0)
        self.take(Tapped(round_id, run % 1000, slot, choice.choice, choice.echo))

    # What must hold --------------------------------------------------------------------------------------

    def _store(self, before: Person, outcome: desk.Outcome) -> None:
        for record in outcome.records:
            if isinstance(record, Erase):
                assert record.accounts == tuple(f"account {entry.id}" for entry in self.world.catalog.rounds)
                self.first_codes = {}
            elif isinstance(record, ResponseRecord):
                self._store_response(record)
        for key, origin in outcome.person.origins.items():
            # The first code that led to a goal stays whose answers they are.
            assert self.first_codes.setdefault(key, origin) == origin
        assert before.runs <= outcome.person.runs

    def _store_response(self, record: ResponseRecord) -> None:
        event(f"stored: {record.status}")
        run, form = record.run, self._form(record.run)
        assert record.response_id not in self.stored
        assert record.status in STATUSES
        assert run.account == f"account {run.goal.round_id}"
        assert run.origin == self.first_codes[run.goal.key]
        assert run.started_at <= record.finished_at <= self.now
        if record.status == "break_off":
            assert run.state.stage == "asking"
        else:
            assert form.is_open(self.now)
        if record.status == "refused":
            assert record.answers == {}
        if record.status == "complete":
            assert {"home", "gov"} <= record.answers.keys() or "easy" in record.answers
        key = self._key(form, run)
        if record.supersedes is not None:
            event(f"supersedes: {self.stored[record.supersedes].record.status}")
            assert self.stored[record.supersedes].key == key
            assert record.supersedes not in self.superseded
            self.superseded.add(record.supersedes)
        self.stored[record.response_id] = Stored(record, key)
        self._check_one_counts(form, key)

    def _check_one_counts(self, form: Form, key: str) -> None:
        """At most one complete response stands for each goal and period."""
        days = form.questionnaire.one_response.period_days
        standing = [
            each.record
            for number, each in self.stored.items()
            if each.counts and each.key == key and number not in self.superseded
        ]
        for earlier, later in itertools.pairwise(standing):
            assert days is not None
            assert later.run.started_at - earlier.finished_at >= timedelta(days=days)
            event("counts again after the period")

    def _check(self, person: Person) -> None:
        self.state = json.dumps(person.dump(), ensure_ascii=False)
        assert Person.load(json.loads(self.state)) == _as_stored(person)
        assert person.run is not None or person.shelf == ()
        assert len(person.shelf) <= MAX_SHELVED_RUNS
        assert all(run.state.stage == "asking" for run in person.shelf)
        keys = [self._key(self._form(run), run) for run in person.open_runs]
        assert len(set(keys)) == len(keys)
        reached = [done.key for done in person.done]
        assert len(set(reached)) == len(reached)
        assert all(
            done.response_id is None or self.stored[done.response_id].record.status == done.status
            for done in person.done
        )
        for run in person.open_runs:
            earlier = person.done_with(self._key(self._form(run), run))
            # Nobody is on the way to counting twice.
            if earlier is not None and earlier.status in COUNTED and run.replaces is None:
                assert self._form(run).questionnaire.one_response.period_days is not None

    def _form(self, run: Run) -> Form:
        form = self.world.form(run.goal.round_id, run.goal.questionnaire_id)
        assert form is not None
        return form

    def _key(self, form: Form, run: Run) -> str:
        per_subject = "subject" in form.questionnaire.one_response.per
        return (
            f"{run.goal.round_id}/{run.goal.questionnaire_id}/{run.goal.subject.code if per_subject else ''}"
        )


def _as_stored(person: Person) -> Person:
    """Times are kept in whole seconds; nothing else may change on the way."""
    return Person.load(person.dump())


SCENES: tuple[Scene | None, ...] = (
    QINGYUAN,
    DONGJIANG_BUS,
    PROSECUTORS,
    *(unit(number) for number in range(1, 9)),
    Scene("place", "999999", "", "p_999999"),
    Scene("slip", "abc", "", "s_abc"),
    None,
)
WORDS = """
1 2 3 5 6 99 满意 不满意 对 不对 我愿意参加 不参加 我愿意评价 不评了 你好 谢谢 我要评价 ？ {office.name}
下一步 上一题 继续 重选 同上 选好了 跳过 重来 帮助 退出 人工 我的 删除我的数据 接着答 从头再来 先答完这份
去答新的 重新回答 不改了 删除 不删 先停一停 以后都不用再问我 庆远镇 宜州 都安 街道 路灯坏了 13978212345
"""
PAUSES = [timedelta(minutes=5), timedelta(hours=2), timedelta(days=2), timedelta(days=31), timedelta(days=70)]

words = st.sampled_from(["", " ", *WORDS.split()])
scenes = st.sampled_from(SCENES)
few = st.integers(0, 11)
steps = st.one_of(
    st.tuples(st.just("say"), words),
    st.tuples(st.just("tap"), st.integers(0, 2), few),
    st.tuples(st.just("tap"), few, few),
    st.tuples(st.just("scan"), scenes),
    st.tuples(st.just("scan"), st.sampled_from((QINGYUAN, PROSECUTORS))),
    st.tuples(st.just("follow"), scenes),
    st.tuples(st.just("go on"), st.integers(1, 25), st.integers(0, 5)),
    st.tuples(st.just("go on"), st.just(25), st.integers(0, 3)),
    st.tuples(st.just("go on"), st.just(25), st.just(0)),
    # Yes to whatever the desk asks, or no.
    st.tuples(st.just("tap"), st.just(0), st.just(0)),
    st.tuples(st.just("tap"), st.just(0), st.just(1)),
    st.tuples(st.just("late"), words),
    st.tuples(st.just("shed"), words),
    st.tuples(st.just("voice"), words),
    st.tuples(st.just("other"), st.integers(0, 5)),
    st.tuples(st.just("wait"), st.sampled_from(PAUSES)),
    st.tuples(st.just("sweep")),
)
OTHERS: tuple[Happening, ...] = (
    Photo("photo"),
    Located(24.7, 108.1, "庆远镇"),
    Other("video"),
    Left(),
    Nothing(),
    SideTapped(2, 12, "12 进展"),
)


def do(life: Life, step: tuple[Any, ...]) -> None:
    """One step of a life."""
    match step:
        case ("say", said):
            life.take(Said(said))
        case ("late", said):
            life.take(Said(said), is_late=True)
        case ("shed", said):
            life.take(Said(said), was_shed=True)
        case ("voice", said):
            life.take(Voice("voice", said))
        case ("tap", bubble, link):
            life.tap(bubble, link)
        case ("go on", count, choice):
            life.go_on(count, choice)
        case ("scan", scene):
            life.take(Scanned(scene, scene.raw if scene else "x"))
        case ("follow", scene):
            life.take(Followed(scene, scene.raw if scene else ""))
        case ("other", number):
            life.take(OTHERS[number])
        case ("wait", pause):
            life.now += pause
        case _:
            life.sweep()


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=40)
@given(story=st.lists(steps, min_size=25, max_size=100))
def test_anything_in_any_order_is_answered_and_nobody_counts_twice(
    edition: str, gazetteer: Gazetteer, story: list[tuple[Any, ...]]
) -> None:
    life = Life(world(edition, gazetteer))

    for step in story:
        do(life, step)
