"""Anybody may try anything in any order: the log tells how items stand; what is refused changes nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.clock import local_day
from core.errors import SurveyError
from core.rectification import regroup
from core.rectification.authors import Author
from core.rectification.details import Details
from core.rectification.models import Item, ItemAct
from core.rectification.service import do, possible_acts, withdraw
from core.rectification.standing import replay
from core.rectification.store import as_done, log_of, standing_of
from core.rectification.words import Act, State, Why
from tests.hand_clock import HandClock
from tests.rectification.cast import (
    AUDITOR,
    COUNTY,
    COUNTY_DESK,
    COUNTYS_LIAISON,
    OFFICE,
    OTHER_UNIT,
    STRANGER,
    UNIT,
    UNITS_LIAISON,
    make_city,
    make_item,
)

AUTHORS = st.sampled_from([OFFICE, OFFICE, AUDITOR, COUNTY_DESK, COUNTYS_LIAISON, UNITS_LIAISON, STRANGER])
LIAISONS = st.sampled_from([UNITS_LIAISON, COUNTYS_LIAISON, STRANGER])
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# These come with another item; see `regroup`.
ALONE = [
    act for act in Act if act not in (Act.ASSIGN, Act.LOAD, Act.WITHDRAW, Act.SPLIT, Act.MERGE, Act.ABSORB)
]


class Office(RuleBasedStateMachine):
    """Four items and everybody who could touch them."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.clock = HandClock()

    @initialize()
    def hand_out(self) -> None:
        self.session = Session(self.engine)
        make_city(self.session)
        for lead in (UNIT, COUNTY, UNIT, COUNTY):
            make_item(self.session, self.clock(), lead=lead, assist=(OTHER_UNIT,))
        self.session.flush()

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()

    def everything(self) -> tuple[Any, ...]:
        """All rows as they are now."""
        items = self.session.execute(select(Item.__table__).order_by(Item.number)).all()
        log = self.session.execute(select(ItemAct.__table__).order_by(ItemAct.id)).all()
        return tuple(items), tuple(log)

    @contextmanager
    def refusal_changes_nothing(self) -> Iterator[None]:
        """A refusal says in Chinese why, and leaves every row as it was."""
        before = self.everything()
        said = ""
        try:
            yield
        except SurveyError as error:
            said = str(error)
        if said:
            assert CHINESE.search(said)
            assert self.everything() == before

    @rule(
        number=st.integers(1, 5),
        act=st.sampled_from(ALONE),
        author=AUTHORS,
        words=st.sampled_from(["", "办好了", "资金没有到位"]),
        percent=st.sampled_from([None, 0, 40, 100, 101, -1]),
        days=st.sampled_from([None, -3, 0, 5, 40, 90]),
        why=st.sampled_from([None, *Why]),
        code=st.sampled_from(["", UNIT, OTHER_UNIT, COUNTY, "U999"]),
    )
    def act(
        self,
        number: int,
        act: Act,
        author: Author,
        words: str,
        percent: int | None,
        days: int | None,
        why: Why | None,
        code: str,
    ) -> None:
        today = local_day(self.clock())
        details = Details(
            text=words,
            percent=percent,
            until=None if days is None else today + timedelta(days=days),
            why=why,
            code=code,
            codes=(code,) if code else (),
            file="k" if words else "",
        )
        with self.refusal_changes_nothing():
            do(self.session, number, act, author, self.clock(), details)

    @rule(number=st.integers(1, 4), author=AUTHORS, which=st.integers(0, 20), days=st.integers(1, 90))
    def act_as_one_may(self, number: int, author: Author, which: int, days: int) -> None:
        """Something the page offers, with all that it needs: most of these are done."""
        item = self.session.get_one(Item, number)
        acts = [act for act in possible_acts(standing_of(self.session, item), author) if act in ALONE]
        if acts:
            later = max(item.deadline, local_day(self.clock())) + timedelta(days=days)
            others = [code for code in (UNIT, OTHER_UNIT, COUNTY) if code != item.lead_code]
            details = Details(
                text="办好了", percent=days, until=later, why=Why.FUNDS, code=others[which % 2], codes=()
            )
            with self.refusal_changes_nothing():
                do(self.session, number, acts[which % len(acts)], author, self.clock(), details)

    @rule(number=st.integers(1, 4), into=st.integers(1, 5), author=AUTHORS)
    def merge(self, number: int, into: int, author: Author) -> None:
        with self.refusal_changes_nothing():
            regroup.merge(self.session, number, into, author, self.clock())

    @rule(number=st.integers(1, 4), author=AUTHORS)
    def split(self, number: int, author: Author) -> None:
        parts = [regroup.Part("修路", UNIT), regroup.Part("装灯", OTHER_UNIT)]
        with self.refusal_changes_nothing():
            regroup.split(self.session, number, parts, author, self.clock())

    @rule(back=st.integers(0, 3), author=AUTHORS)
    def take_anything_back(self, back: int, author: Author) -> None:
        ids = list(self.session.scalars(select(ItemAct.id).order_by(ItemAct.id.desc()).limit(4)))
        with self.refusal_changes_nothing():
            withdraw(self.session, ids[min(back, len(ids) - 1)], author, self.clock())

    @rule(number=st.integers(1, 4), author=LIAISONS)
    def take_ones_own_last_act_back(self, number: int, author: Author) -> None:
        own = [row.id for row in log_of(self.session, number) if row.liaison_id == author.liaison_id]
        if own:
            with self.refusal_changes_nothing():
                withdraw(self.session, own[-1], author, self.clock())

    @rule(seconds=st.sampled_from([1, 30, 61, 86_400, 40 * 86_400]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @invariant()
    def every_item_stands_as_its_log_says(self) -> None:
        for item in self.session.scalars(select(Item).execution_options(populate_existing=True)):
            rows = log_of(self.session, item.number)
            assert replay(as_done(rows)) == standing_of(self.session, item)
            assert rows[-1].state == item.state
            assert item.version == len(rows)

    @invariant()
    def nothing_is_closed_without_a_day_nor_open_with_one(self) -> None:
        for item in self.session.scalars(select(Item)):
            assert (item.state == State.CLOSED) == (item.done_on is not None) or item.state in (
                "merged",
                "split",
            )
            assert (item.merged_into is not None) == (item.state == State.MERGED)


@pytest.mark.timeout(300)
def test_any_acts_in_any_order_leave_items_as_their_log_says(engine: Engine) -> None:
    is_quick = engine.dialect.name == "sqlite"
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: Office(engine),
        settings=settings(
            max_examples=25 if is_quick else 6,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
