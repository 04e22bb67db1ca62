"""
The inbox as it is read: a list that can be narrowed and searched, one opinion, and groups that say the same.

Whoever is tied to a county sees that county's opinions only; the condition stands in the SQL (`Reach`).
Struck text is what is read here: what was struck out nobody reads any more but by taking the strike back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, text, true

from core.db.base import unindexed
from core.db.counting import count_at_most
from core.errors import NotFound
from core.opinions.models import OF_OPINION_WITH_MEDIA, Opinion, OpinionAct
from core.opinions.states import Act, State
from core.opinions.words import found_by
from core.people.models import Staff
from core.people.reach import Reach
from core.reports.answered import Media, media_in
from core.reports.scope import lies_in, place_changes
from core.responses.models import AnswerRow

# What is shown of one group at once.
GROUP_LINES = 12


class NoSuchOpinion(NotFound):
    """There is no such opinion, or not for these eyes."""

    say = "没有这条意见，或者它已经按本人的要求删除。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    Which opinions a list shows; what is left at its default narrows nothing.

    `state` is one of `State`, or '' for all; `search`: every one of its words occurs. Merged ones are shown
    with the one they were merged into, replaced ones only when asked for by `with_gone`.
    """

    reach: Reach
    round_id: int = 0
    place_code: str = ""
    unit_code: str = ""
    dimension: str = ""
    question: str = ""
    state: str = ""
    search: str = ""
    has_media: bool = False
    with_gone: bool = False
    oldest_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    An opinion as lists and pages show it.

    `merged` counts those merged into it, `alike` those that seem to say the same and are not merged.
    """

    id: int
    response_id: int
    round_id: int
    questionnaire_id: str
    question: str
    item: str
    dimension: str
    place_code: str
    unit_code: str
    said_at: datetime
    text: str
    typed: str
    media: tuple[Media, ...]
    state: State
    gone: str
    near_id: int | None
    merged_into: int | None
    item_number: int | None
    merged: int
    alike: int
    is_struck: bool
    can_unstrike: bool

    @property
    def words(self) -> str:
        """What was said, else what the office typed up of it."""
        return self.text or self.typed


@dataclass(frozen=True, slots=True)
class Done:
    """One line of an opinion's history. `by` is an account's name, '' for the worker."""

    at: datetime
    by: str
    act: Act
    detail: str


@dataclass(frozen=True, slots=True)
class Group:
    """
    Opinions that seem to say the same, not merged yet; `first_id` names the group, `count` is all of them.
    """

    first_id: int
    count: int
    lines: tuple[Listed, ...]


def count_opinions(connection: Connection, wanted: Wanted, at_most: int) -> int:
    """How many the list has, counted no further than `at_most`: nobody waits for a whole year's."""
    return count_at_most(connection, select(Opinion.id).where(*_conditions(connection, wanted)), at_most)


def count_by_state(connection: Connection, wanted: Wanted) -> dict[State, int]:
    """How many of the list stand in each state, whatever state is asked for; 0 where none does."""
    conditions = _conditions(connection, wanted, whatever_state=True)
    rows = connection.execute(select(Opinion.state, func.count()).where(*conditions).group_by(Opinion.state))
    return dict.fromkeys(State, 0) | {State(state): count for state, count in rows}


def list_opinions(
    connection: Connection, wanted: Wanted, offset: int, limit: int, *, is_long: bool = False
) -> list[Listed]:
    """
    A page of the list, newest first unless asked otherwise. `is_long`: it is known to be, so reading its
    newest finds a page.
    """
    order = Opinion.id.asc() if wanted.oldest_first else Opinion.id.desc()
    # The page's few first, out of an index alone; only they are read whole.
    found = select(Opinion.id).where(*_conditions(connection, wanted, in_order=is_long))
    page = found.order_by(order).offset(offset).limit(limit).subquery()
    lines = _lines().join(page, page.c.id == Opinion.id).order_by(order)
    return [_listed(row) for row in connection.execute(lines)]


def find_opinion(connection: Connection, opinion_id: int, reach: Reach) -> Listed:
    """One opinion; NoSuchOpinion when there is none within reach."""
    found = _lines().where(Opinion.id == opinion_id, *_within(connection, reach))
    row = connection.execute(found).first()
    if row is None:
        raise NoSuchOpinion
    return _listed(row)


def merged_into(connection: Connection, opinion_id: int) -> list[Listed]:
    """What was merged into this one, oldest first."""
    found = _lines().where(Opinion.merged_into == opinion_id).order_by(Opinion.id)
    return [_listed(row) for row in connection.execute(found)]


def alike(connection: Connection, found: Listed, limit: int = GROUP_LINES) -> list[Listed]:
    """Those that seem to say the same as this one and stand on their own, oldest first."""
    if found.near_id is None:
        return []
    others = _lines().where(Opinion.near_id == found.near_id, Opinion.id != found.id, _STANDS)
    return [_listed(row) for row in connection.execute(others.order_by(Opinion.id).limit(limit))]


def groups(connection: Connection, wanted: Wanted, offset: int, limit: int) -> list[Group]:
    """Groups of two and more that seem to say the same, the largest first."""
    counted = _groups(connection, wanted).order_by(func.count().desc(), Opinion.near_id.desc())
    rows = connection.execute(counted.offset(offset).limit(limit)).all()
    return [
        Group(row.near_id, row.opinions, tuple(_of_group(connection, wanted, row.near_id))) for row in rows
    ]


def count_groups(connection: Connection, wanted: Wanted) -> int:
    """How many groups there are."""
    return connection.scalar(select(func.count()).select_from(_groups(connection, wanted).subquery())) or 0


def history(connection: Connection, opinion_id: int) -> list[Done]:
    """Everything done with an opinion, newest first."""
    rows = connection.execute(
        select(OpinionAct.at, Staff.name, OpinionAct.act, OpinionAct.detail)
        .outerjoin(Staff, Staff.id == OpinionAct.staff_id)
        .where(OpinionAct.opinion_id == opinion_id)
        .order_by(OpinionAct.id.desc())
    )
    return [Done(row.at, row.name or "", Act(row.act), row.detail) for row in rows]


_ANSWER = and_(
    AnswerRow.response_id == Opinion.response_id,
    AnswerRow.question == Opinion.question,
    AnswerRow.item == Opinion.item,
    # An answer that was deleted has neither; then there is nothing to show.
    or_(AnswerRow.text.is_not(None), AnswerRow.media.is_not(None)),
)
# In the very words of the partial index, or SQLite would not use it.
STANDS_IN_LISTS: Any = text("opinion.gone = '' AND opinion.merged_into IS NULL")
_STANDS: ColumnElement[bool] = and_(Opinion.gone == "", Opinion.merged_into.is_(None))


def _lines() -> Select[Any]:
    child, other = Opinion.__table__.alias("child"), Opinion.__table__.alias("other")
    merged = select(func.count()).where(child.c.merged_into == Opinion.id).scalar_subquery()
    alike_ = (
        select(func.count())
        .where(
            other.c.near_id == Opinion.near_id,
            other.c.id != Opinion.id,
            other.c.gone == "",
            other.c.merged_into.is_(None),
        )
        .scalar_subquery()
    )
    columns = [column for column in Opinion.__table__.c if column.name != "original"]
    return select(
        *columns,
        Opinion.original.is_not(None).label("can_unstrike"),
        AnswerRow.text,
        AnswerRow.media,
        merged.label("merged"),
        alike_.label("alike"),
    ).join(AnswerRow, _ANSWER)


def _listed(row: Any) -> Listed:
    return Listed(
        id=row.id,
        response_id=row.response_id,
        round_id=row.round_id,
        questionnaire_id=row.questionnaire_id,
        question=row.question,
        item=row.item,
        dimension=row.dimension,
        place_code=row.place_code,
        unit_code=row.unit_code,
        said_at=row.said_at,
        text=row.text or "",
        typed=row.typed or "",
        media=media_in(row.media),
        state=State(row.state),
        gone=row.gone,
        near_id=row.near_id,
        merged_into=row.merged_into,
        item_number=row.item_number,
        merged=row.merged,
        alike=row.alike,
        is_struck=row.struck_at is not None,
        can_unstrike=row.can_unstrike,
    )


def _within(connection: Connection, reach: Reach) -> tuple[ColumnElement[bool], ...]:
    """The opinions somebody may see; a unit sees none, they are handed to it as items."""
    if reach.is_all:
        return ()
    if reach.county_code:
        return (lies_in(Opinion.place_code, reach.county_code, place_changes(connection)),)
    return (~true(),)


def _conditions(
    connection: Connection, wanted: Wanted, *, whatever_state: bool = False, in_order: bool = False
) -> Sequence[ColumnElement[bool]]:
    conditions = [
        Opinion.merged_into.is_(None) if wanted.with_gone else STANDS_IN_LISTS,
        *_within(connection, wanted.reach),
    ]
    if wanted.round_id:
        conditions.append(Opinion.round_id == wanted.round_id)
    if wanted.place_code:
        place = unindexed(Opinion.place_code) if in_order else Opinion.place_code
        conditions.append(lies_in(place, wanted.place_code, place_changes(connection)))
    for column, value in (
        (Opinion.unit_code, wanted.unit_code),
        (Opinion.dimension, wanted.dimension),
        (Opinion.question, wanted.question),
        (Opinion.state, "" if whatever_state else wanted.state),
    ):
        if value:
            conditions.append(column == value)
    if wanted.has_media:
        conditions.append(OF_OPINION_WITH_MEDIA)
    said = found_by(connection, wanted.search)
    if said is not None:
        conditions.append(said)
    return conditions


def _groups(connection: Connection, wanted: Wanted) -> Any:
    return (
        select(Opinion.near_id, func.count().label("opinions"))
        .where(Opinion.near_id.is_not(None), *_conditions(connection, wanted))
        .group_by(Opinion.near_id)
        .having(func.count() > 1)
    )


def _of_group(connection: Connection, wanted: Wanted, near_id: int) -> list[Listed]:
    lines = _lines().where(Opinion.near_id == near_id, *_conditions(connection, wanted))
    return [_listed(row) for row in connection.execute(lines.order_by(Opinion.id).limit(GROUP_LINES))]
