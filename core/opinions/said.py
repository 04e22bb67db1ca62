"""
What people said in their own words in one part of a round: the list of its results, narrowed and searched.

An opinion is an answer with words or media: to an open question, or given with "其他". Those of people who
broke off count too; those of superseded responses do not, nor anything said to a personal question.

Words are found by the index of the inbox (`words`), which holds what was said a minute ago. Leaders'
opinions are not in the inbox; they are few, and are looked through.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from core.opinions.grams import words_of
from core.opinions.models import Opinion as InInbox
from core.opinions.words import said_by
from core.people.reach import Reach
from core.reports.answered import NEVER_ONE_BY_ONE, Media, media_in
from core.reports.scope import Changes, Scope, lies_in, place_changes, responses_in
from core.responses.models import AnswerRow, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOpinions:
    """
    Which opinions a list shows. `who`: the questionnaire's audience; `questions`: their ids; `search`: every
    one of its words occurs.
    """

    scope: Scope
    who: str
    questions: tuple[str, ...]
    search: str = ""
    has_media: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """One opinion. `response_id` is None where responses are not shown one by one."""

    response_id: int | None
    question: str
    item: str
    place_code: str
    unit_code: str
    at: datetime
    text: str
    media: tuple[Media, ...]


def count_opinions(connection: Connection, wanted: WantedOpinions) -> int:
    """How many the list has."""
    found = _found(connection, wanted)
    counted = select(func.count()).select_from(AnswerRow).join(Response, _OF_RESPONSE)
    if found is not None:
        counted = select(func.count()).select_from(InInbox).where(*found)
    else:
        counted = counted.where(*_conditions(connection, wanted))
    return connection.scalar(counted) or 0


def list_opinions(connection: Connection, wanted: WantedOpinions, offset: int, limit: int) -> list[Opinion]:
    """A page of the list, newest first."""
    columns = (
        AnswerRow.__table__,
        Response.place_code,
        Response.subject_kind,
        Response.subject_code,
        Response.finished_at,
    )
    listed = select(*columns).join(Response, _OF_RESPONSE)
    found = _found(connection, wanted)
    if found is not None:
        # The page's few first, so that only their words are read.
        keys = select(InInbox.response_id, InInbox.question, InInbox.item).where(*found)
        page = keys.order_by(InInbox.id.desc()).offset(offset).limit(limit).subquery()
        listed = listed.join(
            page,
            and_(
                AnswerRow.response_id == page.c.response_id,
                AnswerRow.question == page.c.question,
                AnswerRow.item == page.c.item,
            ),
        )
    else:
        listed = listed.where(*_conditions(connection, wanted)).offset(offset).limit(limit)
    order = (AnswerRow.response_id.desc(), AnswerRow.question, AnswerRow.item)
    rows = connection.execute(listed.order_by(*order))
    return [
        Opinion(
            None if wanted.who == NEVER_ONE_BY_ONE else row.response_id,
            row.question,
            row.item,
            row.place_code,
            row.subject_code if row.subject_kind == "unit" else "",
            row.finished_at,
            row.text or "",
            media_in(row.media),
        )
        for row in rows
    ]


_OF_RESPONSE = Response.id == AnswerRow.response_id


def _found(connection: Connection, wanted: WantedOpinions) -> list[ColumnElement[bool]] | None:
    """What a search finds, as conditions on the inbox alone; None where there is none, or no inbox."""
    said = said_by(connection, wanted.search)
    if said is None or wanted.who == NEVER_ONE_BY_ONE:
        return None
    scope, changes = wanted.scope, place_changes(connection)
    conditions = [
        said,
        InInbox.gone == "",
        InInbox.round_id == scope.round_id,
        InInbox.question.in_(wanted.questions),
        *_within(scope.reach, changes),
    ]
    if scope.questionnaire_id:
        conditions.append(InInbox.questionnaire_id == scope.questionnaire_id)
    if scope.place_code:
        conditions.append(lies_in(InInbox.place_code, scope.place_code, changes))
    if scope.unit_code:
        conditions.append(InInbox.unit_code == scope.unit_code)
    if wanted.has_media:
        conditions.append(InInbox.has_media.is_(True))
    if scope.channel:
        through = select(Response.id).where(Response.channel == scope.channel)
        conditions.append(InInbox.response_id.in_(through))
    if not scope.with_set_aside:
        aside = select(Response.id).where(
            Response.round_id == scope.round_id, Response.is_set_aside.is_(True)
        )
        conditions.append(InInbox.response_id.not_in(aside))
    return conditions


def _within(reach: Reach, changes: Changes) -> list[ColumnElement[bool]]:
    """As `scope.responses_within`, of the inbox."""
    if reach.is_all:
        return []
    if reach.county_code:
        return [lies_in(InInbox.place_code, reach.county_code, changes)]
    return [InInbox.unit_code == reach.unit_code] if reach.unit_code else [false()]


def _conditions(connection: Connection, wanted: WantedOpinions) -> list[ColumnElement[bool]]:
    conditions = [
        # In the very words of the partial index, or SQLite would not use it.
        or_(AnswerRow.text.is_not(None), AnswerRow.media.is_not(None)),
        AnswerRow.question.in_(wanted.questions),
        Response.superseded_by.is_(None),
        *responses_in(wanted.scope, place_changes(connection)),
        *(AnswerRow.text.icontains(word, autoescape=True) for word in words_of(wanted.search)),
    ]
    if wanted.has_media:
        conditions.append(AnswerRow.media.is_not(None))
    return conditions
