"""
What people said in their own words in one part of a round: the list of its results, narrowed and searched.

An opinion is an answer with words or media: to an open question, or given with "其他". Those of people who
broke off count too; those of superseded responses do not, nor anything said to a personal question.

Words are found by the index of the inbox (`words`), which holds what was said a minute ago. Leaders'
opinions are not in the inbox; they are few, and are looked through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select, tuple_

from core.opinions.grams import words_of
from core.opinions.models import Opinion as InInbox
from core.opinions.words import said_by
from core.reports.answered import NEVER_ONE_BY_ONE, Media, media_in
from core.reports.scope import Scope, place_changes, responses_in
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
    return (
        connection.scalar(
            select(func.count())
            .select_from(AnswerRow)
            .join(Response, Response.id == AnswerRow.response_id)
            .where(*_conditions(connection, wanted))
        )
        or 0
    )


def list_opinions(connection: Connection, wanted: WantedOpinions, offset: int, limit: int) -> list[Opinion]:
    """A page of the list, newest first."""
    rows = connection.execute(
        select(
            AnswerRow.__table__,
            Response.place_code,
            Response.subject_kind,
            Response.subject_code,
            Response.finished_at,
        )
        .join(Response, Response.id == AnswerRow.response_id)
        .where(*_conditions(connection, wanted))
        .order_by(AnswerRow.response_id.desc(), AnswerRow.question, AnswerRow.item)
        .offset(offset)
        .limit(limit)
    )
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


def _conditions(connection: Connection, wanted: WantedOpinions) -> Sequence[ColumnElement[bool]]:
    conditions = [
        # In the very words of the partial index, or SQLite would not use it.
        or_(AnswerRow.text.is_not(None), AnswerRow.media.is_not(None)),
        AnswerRow.question.in_(wanted.questions),
        Response.superseded_by.is_(None),
        *responses_in(wanted.scope, place_changes(connection)),
    ]
    if wanted.who == NEVER_ONE_BY_ONE:
        conditions += [AnswerRow.text.icontains(word, autoescape=True) for word in words_of(wanted.search)]
    elif (said := said_by(connection, wanted.search)) is not None:
        keys = select(InInbox.response_id, InInbox.question, InInbox.item).where(said, InInbox.gone == "")
        conditions.append(tuple_(AnswerRow.response_id, AnswerRow.question, AnswerRow.item).in_(keys))
    if wanted.has_media:
        conditions.append(AnswerRow.media.is_not(None))
    return conditions
