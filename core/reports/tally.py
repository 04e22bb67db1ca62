"""
How often each answer was given, and how responses ended: from the tallies up to their mark, and counted on
the spot behind it.

So figures are always of this moment, whether a worker runs or not, only slower without one. The connection
must show one moment (`core.db.reading`). Keeping the tallies up is `tallying`'s.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, false, func, literal, select

from core.people.reach import Reach
from core.reports.models import DayTally, EndedTally, Tally
from core.reports.scope import Changes, Scope, place_changes, responses_in, township_of
from core.reports.stretches import (
    CODES,
    COUNTS,
    AnswerKey,
    Counted,
    Counts,
    answers_by,
    came_after,
    day_of,
    finished_day,
    is_anything_after,
    mark_of,
    moved_after,
    responses_by,
    superseded_after,
)
from core.reports.tallying import RESPONSES_PER_LARGE_STEP, advance, rebuild
from core.responses.models import AnswerRow, Response
from core.rounds.models import RoundQuestionnaire

__all__ = [
    "RESPONSES_PER_LARGE_STEP",
    "AnswerKey",
    "Counted",
    "Counts",
    "Ended",
    "Group",
    "advance",
    "channels",
    "counts",
    "counts_by",
    "days",
    "ended_by",
    "group_today",
    "raw_key",
    "rebuild",
]

# What lines of a table are: all in one, or one for each county, township, unit, questionnaire or channel.
Group = Literal["all", "county", "township", "unit", "questionnaire", "channel"]
COUNTY_DIGITS, TOWNSHIP_DIGITS = 6, 9
ENDINGS = ("complete", "break_off", "refused")


@dataclass(slots=True)
class Ended:
    """
    How many responses ended how; `other`: not eligible, or to be called again.

    Those superseded by a later one are left out.
    """

    complete: int = 0
    break_off: int = 0
    refused: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.complete + self.break_off + self.refused + self.other

    @property
    def complete_share(self) -> float | None:
        """Complete ones among all, 0–1; None when there are none."""
        return self.complete / self.total if self.total else None

    def add(self, status: str, count: int) -> None:
        """Count so many more."""
        name = status if status in ENDINGS else "other"
        setattr(self, name, getattr(self, name) + count)


def counts(connection: Connection, scope: Scope) -> Counted:
    """How often each answer was given in a scope."""
    return counts_by(connection, scope, "all").get("", {})


def counts_by(
    connection: Connection, scope: Scope, group: Group, questions: Collection[str] | None = None
) -> dict[str, Counted]:
    """
    How often each answer (to these questions; None: to all) was given, by place, unit, …; '' is what belongs
    to none. Places are those of today.
    """
    changes = place_changes(connection)
    keys = (Tally.question, Tally.item, Tally.codes)
    sums = [func.sum(getattr(Tally, name)).label(name) for name in COUNTS]
    key = _tallied_key(Tally, group)
    tallied: Any = select(key, *keys, *sums).where(*_in_tally(Tally, scope)).group_by(key, *keys)
    which: list[ColumnElement[bool]] = []
    if questions is not None:
        tallied = tallied.where(Tally.question.in_(questions))
        which = [AnswerRow.question.in_(questions)]
    found: dict[str, Counted] = defaultdict(lambda: defaultdict(Counts))
    # Taken apart, not by name: there are ten thousand rows for a table of townships.
    for of_group, question, item, codes, *counted in connection.execute(tallied):
        found[_group_of(of_group, group)][AnswerKey(question, item, codes)].add_all(*counted)
    columns = (raw_key(group), AnswerRow.question, AnswerRow.item, CODES)
    for sign, row in _since_mark(connection, scope, changes, answers_by, columns, which):
        place = group_today(row.group, group, changes)
        found[place][AnswerKey(row.question, row.item, row.codes)].add(row, sign)
    return {
        name: {key: counted for key, counted in part.items() if counted.count > 0}
        for name, part in found.items()
    }


def ended_by(connection: Connection, scope: Scope, group: Group) -> dict[str, Ended]:
    """How responses ended, by place, unit, …; '' is what belongs to none."""
    changes = place_changes(connection)
    key = _tallied_key(EndedTally, group)
    tallied: Any = (
        select(key, EndedTally.status, func.sum(EndedTally.count).label("count"))
        .where(*_in_tally(EndedTally, scope))
        .group_by(key, EndedTally.status)
    )
    found: dict[str, Ended] = defaultdict(Ended)
    row: Any
    for row in connection.execute(tallied):
        found[_group_of(row.group, group)].add(row.status, row.count)
    columns = (raw_key(group), Response.status)
    for sign, row in _since_mark(connection, scope, changes, responses_by, columns):
        found[group_today(row.group, group, changes)].add(row.status, sign * row.count)
    return {name: ended for name, ended in found.items() if ended.total}


def channels(connection: Connection, scope: Scope) -> list[str]:
    """Through which channels complete responses came, the one with most first."""
    found = ended_by(connection, replace(scope, channel="", with_set_aside=True), "channel")
    return sorted((name for name in found if found[name].complete), key=lambda name: -found[name].complete)


def days(
    connection: Connection,
    scope: Scope,
    questions: Collection[str],
    since: date | None = None,
    until: date | None = None,
) -> dict[date, dict[str, dict[str, int]]]:
    """
    For each day on which something came, how often each code was chosen, by rating question; under '' how
    many responses ended how. Both days are included; None: no limit. A scope of a township has no days.
    """
    if len(scope.place_code) > COUNTY_DIGITS or (scope.place_code and scope.unit_code):
        raise ValueError("days are counted for the whole, for counties and for units")
    found: dict[date, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    inside = [
        DayTally.round_id == scope.round_id,
        DayTally.part == (scope.unit_code or scope.place_code or scope.reach.code),
        *([] if scope.reach.is_all else [DayTally.part == scope.reach.code, DayTally.part != ""]),
        DayTally.question.in_(["", *questions]),
        *_narrowed(DayTally, scope),
    ]
    if since is not None:
        inside.append(DayTally.day >= since)
    if until is not None:
        inside.append(DayTally.day <= until)
    if not scope.questionnaire_id:
        # Named one by one, so that the key's order helps also where all are meant.
        of_round = select(RoundQuestionnaire.questionnaire_id).where(
            RoundQuestionnaire.round_id == scope.round_id
        )
        inside.append(DayTally.questionnaire_id.in_(of_round))
    keys = (DayTally.day, DayTally.question, DayTally.codes)
    counted: Any = select(*keys, func.sum(DayTally.count).label("count")).where(*inside).group_by(*keys)
    row: Any
    for row in connection.execute(counted):
        found[row.day][row.question][row.codes] += row.count
    changes = place_changes(connection)
    day = finished_day(connection)
    of_ratings = [AnswerRow.question.in_(questions), AnswerRow.item == ""]
    columns = (day, AnswerRow.question, CODES)
    behind = [
        *(_since_mark(connection, scope, changes, answers_by, columns, of_ratings) if questions else ()),
        *_since_mark(
            connection,
            scope,
            changes,
            responses_by,
            (day, literal("").label("question"), Response.status.label("codes")),
        ),
    ]
    for sign, row in behind:
        when = day_of(row.day)
        if (since is None or when >= since) and (until is None or when <= until):
            found[when][row.question][row.codes] += sign * row.count
    return {when: {name: dict(codes) for name, codes in of_day.items()} for when, of_day in found.items()}


def _since_mark(
    connection: Connection,
    scope: Scope,
    changes: Changes,
    count_by: Any,
    columns: tuple[Any, ...],
    which: Collection[ColumnElement[bool]] = (),
) -> Iterator[tuple[int, Any]]:
    """What has come (1) and gone (-1) since the mark, counted by these columns."""
    mark = mark_of(connection)
    if not is_anything_after(connection, scope.round_id, mark):
        return
    inside = responses_in(scope, changes, found_by_id=True)
    for sign, when in ((1, came_after(mark.upto)), (-1, superseded_after(mark.upto))):
        for row in connection.execute(count_by(columns, (*inside, *which, *when))):
            yield sign, row
    if not scope.with_set_aside:
        anywhere = responses_in(replace(scope, with_set_aside=True), changes, found_by_id=True)
        moved = (*anywhere, *which, *moved_after(mark))
        for row in connection.execute(count_by((*columns, Response.is_set_aside), moved)):
            yield -1 if row.is_set_aside else 1, row


def _in_tally(table: Any, scope: Scope) -> list[ColumnElement[bool]]:
    conditions = [table.round_id == scope.round_id, *_narrowed(table, scope)]
    conditions += _within(table, scope.reach)
    if scope.place_code:
        conditions.append(_below(table, scope.place_code))
    if scope.unit_code:
        conditions.append(table.subject_code == scope.unit_code)
    return conditions


def _within(table: Any, reach: Reach) -> list[ColumnElement[bool]]:
    """As `scope.responses_within`; places in the tally are those of today."""
    if reach.is_all:
        return []
    if reach.county_code:
        return [_below(table, reach.county_code)]
    # Units' codes are no places', which are digits alone.
    return [table.subject_code == reach.unit_code] if reach.unit_code else [false()]


def _below(table: Any, place_code: str) -> ColumnElement[bool]:
    """Everything below a place begins with its code, and codes are digits."""
    below: ColumnElement[bool] = table.place_code.between(place_code, f"{place_code:9<12}")
    return below


def _narrowed(table: Any, scope: Scope) -> list[ColumnElement[bool]]:
    conditions = []
    if scope.questionnaire_id:
        conditions.append(table.questionnaire_id == scope.questionnaire_id)
    if scope.channel:
        conditions.append(table.channel == scope.channel)
    if not scope.with_set_aside:
        conditions.append(table.is_set_aside.is_(False))
    return conditions


def _tallied_key(table: Any, group: Group) -> Any:
    """What a tally's rows are put together by, in SQL, so that few come back."""
    keys: dict[str, Any] = {
        "all": literal(""),
        "county": func.substr(table.place_code, 1, COUNTY_DIGITS),
        "township": table.place_code,
        "unit": table.subject_code,
        "questionnaire": table.questionnaire_id,
        "channel": table.channel,
    }
    return keys[group].label("group")


def raw_key(group: Group) -> Any:
    """What responses themselves are put together by; `group_today` makes lines of it."""
    keys: dict[str, Any] = {
        "all": literal(""),
        "county": Response.place_code,
        "township": Response.place_code,
        "unit": Response.subject_code,
        "questionnaire": Response.questionnaire_id,
        "channel": Response.channel,
    }
    return keys[group].label("group")


def group_today(key: str, group: Group, changes: Changes) -> str:
    """The line that a response's place (where it lies today), unit, … belongs to."""
    return _group_of(township_of(key, changes) if group in ("county", "township") else key, group)


def _group_of(key: str, group: Group) -> str:
    """The line a key belongs to; '' for none: a county's own code names no township, a place's no unit."""
    if group == "county":
        return key[:COUNTY_DIGITS] if len(key) >= COUNTY_DIGITS else ""
    if group == "township":
        return key if len(key) == TOWNSHIP_DIGITS else ""
    if group == "unit":
        return "" if key.isdigit() else key
    return key
