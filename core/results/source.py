"""
Where a table's figures come from: the tallies of this moment, or the raw answers as of an earlier one.

Both answer the same questions, so one function makes a table that is shown today and counted anew in a year.

As of a moment: responses are numbered by it, and what replaces one names it by its number; being set aside
and taken back is written down with its time. So what a page showed then follows from the rows, with three
limits: what somebody had deleted since is gone (coded answers stay), places count where they lie today,
and a response whose transaction was under way at that millisecond is counted, which the page had not seen.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, func, literal, select

from core.quality.models import QualityChange
from core.reports import tally
from core.reports.scope import Scope, finished_between, place_changes, responses_in
from core.reports.stretches import (
    CODES,
    AnswerKey,
    Counted,
    Counts,
    answers_by,
    day_of,
    finished_day,
    responses_by,
)
from core.reports.tally import Ended, Group
from core.responses.ids import first_id_at
from core.responses.models import AnswerRow, Response

RESPONSES_AT_ONCE = 50_000
Days = dict[date, dict[str, dict[str, int]]]


class Source(Protocol):
    """See `core.reports.tally` for what each gives."""

    @property
    def at(self) -> datetime:
        """The moment the figures are of."""

    def counts_by(
        self, scope: Scope, group: Group, questions: Collection[str] | None = None
    ) -> dict[str, Counted]:
        """Answers by place, unit, …"""

    def ended_by(self, scope: Scope, group: Group) -> dict[str, Ended]:
        """Endings by place, unit, …"""

    def days(
        self, scope: Scope, questions: Collection[str], since: date | None = None, until: date | None = None
    ) -> Days:
        """Answers and endings by day."""


class Live:
    """
    The tallies and what came since; the connection shows one moment, `at`. What was asked once is remembered:
    a page's headline and its table ask for the same.
    """

    def __init__(self, connection: Connection, at: datetime) -> None:
        self.connection = connection
        self.at = at
        self._counted: dict[tuple[Scope, Group, Collection[str] | None], dict[str, Counted]] = {}

    def counts_by(
        self, scope: Scope, group: Group, questions: Collection[str] | None = None
    ) -> dict[str, Counted]:
        """See `tally.counts_by`."""
        asked = (scope, group, None if questions is None else tuple(questions))
        if asked not in self._counted:
            self._counted[asked] = tally.counts_by(self.connection, scope, group, questions)
        return self._counted[asked]

    def ended_by(self, scope: Scope, group: Group) -> dict[str, Ended]:
        """See `tally.ended_by`."""
        return tally.ended_by(self.connection, scope, group)

    def days(
        self, scope: Scope, questions: Collection[str], since: date | None = None, until: date | None = None
    ) -> Days:
        """See `tally.days`."""
        return tally.days(self.connection, scope, questions, since, until)


def _untold(_count: int) -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """
    The raw answers as they stood at `at`. Reads the whole round: for a command, never for a page.

    `since`, `until`: only what was finished on these days and between, in Shanghai. `expect` is told how many
    responses will be read through, `step` how many were since it was last called.
    """

    connection: Connection
    at: datetime
    since: date | None = None
    until: date | None = None
    expect: Callable[[int], None] = _untold
    step: Callable[[int], None] = _untold

    def counts_by(
        self, scope: Scope, group: Group, questions: Collection[str] | None = None
    ) -> dict[str, Counted]:
        """See `tally.counts_by`."""
        changes = place_changes(self.connection)
        which = [] if questions is None else [AnswerRow.question.in_(questions)]
        columns = (tally.raw_key(group), AnswerRow.question, AnswerRow.item, CODES)
        found: dict[str, Counted] = defaultdict(lambda: defaultdict(Counts))
        then = self._then(scope)
        for piece in self._pieces(scope):
            for row in self.connection.execute(answers_by(columns, (*then, *piece, *which))):
                place = tally.group_today(row.group, group, changes)
                found[place][AnswerKey(row.question, row.item, row.codes)].add(row, 1)
        return {name: dict(part) for name, part in found.items()}

    def ended_by(self, scope: Scope, group: Group) -> dict[str, Ended]:
        """See `tally.ended_by`."""
        changes = place_changes(self.connection)
        found: dict[str, Ended] = defaultdict(Ended)
        counted: Any = responses_by((tally.raw_key(group), Response.status), self._then(scope))
        row: Any
        for row in self.connection.execute(counted):
            found[tally.group_today(row.group, group, changes)].add(row.status, row.count)
        return dict(found)

    def days(
        self, scope: Scope, questions: Collection[str], since: date | None = None, until: date | None = None
    ) -> Days:
        """See `tally.days`."""
        day, then = finished_day(self.connection), self._then(scope)
        of_ratings = (AnswerRow.question.in_(questions), AnswerRow.item == "")
        ended = (day, literal("").label("question"), Response.status.label("codes"))
        found: Days = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
        row: Any
        for counted in (
            answers_by((day, AnswerRow.question, CODES), (*then, *of_ratings)),
            responses_by(ended, then),
        ):
            for row in self.connection.execute(counted):
                when = day_of(row.day)
                if (since is None or when >= since) and (until is None or when <= until):
                    found[when][row.question][row.codes] += row.count
        return found

    def _pieces(self, scope: Scope) -> Iterator[tuple[ColumnElement[bool], ...]]:
        """The round's responses up to the moment, so many at once, so that whoever waits sees it move."""
        behind = first_id_at(self.at + timedelta(milliseconds=1))
        of_round = (Response.round_id == scope.round_id, Response.id < behind)
        left = self.connection.scalar(select(func.count()).where(*of_round)) or 0
        self.expect(left)
        lowest = 0
        while left > 0:
            ids = select(Response.id).where(*of_round, Response.id > lowest).order_by(Response.id)
            upto = self.connection.scalar(ids.offset(RESPONSES_AT_ONCE - 1).limit(1)) or behind
            yield (Response.id > lowest, Response.id <= upto)
            self.step(min(left, RESPONSES_AT_ONCE))
            lowest, left = upto, left - RESPONSES_AT_ONCE

    def _then(self, scope: Scope) -> tuple[ColumnElement[bool], ...]:
        """What the scope held at that moment."""
        behind = first_id_at(self.at + timedelta(milliseconds=1))
        conditions = [
            *responses_in(replace(scope, with_set_aside=True), place_changes(self.connection)),
            Response.id < behind,
            Response.superseded_by.is_(None) | (Response.superseded_by >= behind),
            *finished_between(self.since, self.until),
        ]
        if not scope.with_set_aside:
            newest = (
                select(func.max(QualityChange.id))
                .where(QualityChange.at <= self.at)
                .group_by(QualityChange.response_id)
            )
            aside = select(QualityChange.response_id).where(
                QualityChange.id.in_(newest), QualityChange.is_set_aside.is_(True)
            )
            conditions.append(Response.id.not_in(aside))
        return tuple(conditions)
