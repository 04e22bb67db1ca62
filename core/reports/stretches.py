"""
Which responses count, and which changed since the tallies' mark: as conditions of SQL, and counted.

Only complete responses count in figures, one for each respondent, questionnaire and subject: a response that
is superseded later is taken out again. What the quality rules set aside is counted apart, and moved when a
decision changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from core.quality.models import QualityChange
from core.reports.models import TallyMark
from core.responses.models import AnswerRow, Response

COMPLETE = "complete"
Conditions = tuple[ColumnElement[bool], ...]


class AnswerKey(NamedTuple):
    """One answer to one question (about one item of a repeat, else ''); `codes` joined by `;`, or ''."""

    question: str
    item: str
    codes: str


@dataclass(slots=True)
class Counts:
    """See `Tally`."""

    count: int = 0
    words: int = 0
    media: int = 0
    numbers: int = 0
    number_sum: float = 0.0

    def add(self, row: Any, sign: int) -> None:
        """Add what a row counted, or with `sign` -1 take it away."""
        self.count += sign * row.count
        self.words += sign * row.words
        self.media += sign * row.media
        self.numbers += sign * row.numbers
        self.number_sum += sign * (row.number_sum or 0.0)

    def add_all(self, count: int, words: int, media: int, numbers: int, number_sum: float | None) -> None:
        """Add what was counted, in the order of `COUNTS`."""
        self.count += count
        self.words += words
        self.media += media
        self.numbers += numbers
        self.number_sum += number_sum or 0.0


COUNTS = ("count", "words", "media", "numbers", "number_sum")
Counted = dict[AnswerKey, Counts]


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the tallies have come: see `TallyMark`."""

    upto: int = 0
    seen_change: int = 0


def mark_of(connection: Connection) -> Mark:
    """Where the mark stands."""
    found = connection.execute(select(TallyMark.upto, TallyMark.seen_change)).first()
    return Mark(found.upto, found.seen_change) if found else Mark()


def is_anything_after(connection: Connection, round_id: int, mark: Mark) -> bool:
    """Whether a round's figures may differ from its tallies: one look-up, which spares most pages several."""
    # The greatest of each, which an index ends with. Asked whether there is a greater one, PostgreSQL expects
    # to meet it soon, and reads the table for it.
    came = select(func.max(Response.id)).where(Response.round_id == round_id)
    gone = select(func.max(Response.superseded_by)).where(Response.superseded_by.is_not(None))
    changed = select(func.max(QualityChange.id))
    newest = select(*(each.scalar_subquery() for each in (came, gone, changed)))
    last_came, last_gone, last_changed = connection.execute(newest).one()
    return max(last_came or 0, last_gone or 0) > mark.upto or (last_changed or 0) > mark.seen_change


def came_after(mark: int, seen_by: int | None = None) -> Conditions:
    """Responses after the mark, less those superseded (by an id up to `seen_by`, where given)."""
    is_superseded: ColumnElement[bool] = Response.superseded_by.is_not(None)
    if seen_by is not None:
        is_superseded = is_superseded & (Response.superseded_by <= seen_by)
    return (Response.id > mark, ~is_superseded)


def superseded_after(mark: int) -> Conditions:
    """Responses that are in the tallies and were superseded since."""
    # Nearly all have a lower number; a sum is in no index, so the few that were superseded are looked up.
    return (Response.id + 0 <= mark, Response.superseded_by > mark)


def moved_after(mark: Mark) -> Conditions:
    """Responses in the tallies that were set aside or taken back since, and are not back where they were."""
    # Each change is the opposite of the one before, so an even number of them comes to nothing.
    moved = (
        select(QualityChange.response_id)
        .where(QualityChange.id > mark.seen_change, QualityChange.response_id <= mark.upto)
        .group_by(QualityChange.response_id)
        .having(func.count() % 2 == 1)
    )
    still_in = Response.superseded_by.is_(None) | (Response.superseded_by > mark.upto)
    return (Response.id.in_(moved), still_in)


CODES = func.coalesce(AnswerRow.codes, "").label("codes")


def answers_by(keys: Iterable[Any], conditions: Iterable[ColumnElement[bool]]) -> Any:
    """Counts of the answers of complete responses."""
    keys = tuple(keys)
    return (
        select(
            *keys,
            func.count().label("count"),
            func.count(func.coalesce(AnswerRow.text, AnswerRow.media)).label("words"),
            func.count(AnswerRow.media).label("media"),
            func.count(AnswerRow.number).label("numbers"),
            func.sum(AnswerRow.number).label("number_sum"),
        )
        .join(Response, Response.id == AnswerRow.response_id)
        .where(Response.status == COMPLETE, *conditions)
        .group_by(*keys)
    )


def responses_by(keys: Iterable[Any], conditions: Iterable[ColumnElement[bool]]) -> Any:
    """Counts of responses, however they ended."""
    keys = tuple(keys)
    return select(*keys, func.count().label("count")).where(*conditions).group_by(*keys)


def finished_day(connection: Connection) -> Any:
    """The day, in Shanghai, on which a response was finished: text as `day_of` reads it."""
    # Written out, not bound: PostgreSQL takes an expression with parameters for another one in GROUP BY.
    if connection.dialect.name == "postgresql":
        words = "to_char(response.finished_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
    else:
        words = "date(response.finished_at, '+8 hours')"
    return literal_column(words).label("day")


def day_of(text: str) -> date:
    """The day that `finished_day` gave."""
    return date.fromisoformat(text)
