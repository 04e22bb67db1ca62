"""
What people said in their own words, by text, voice or photo: a list that can be narrowed and searched.

An opinion is an answer with words or media: to an open question, or given with "其他". Those of people who
broke off count too; those of superseded responses do not, nor anything said to a personal question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from core.questionnaires.conditions import ids
from core.questionnaires.model import Answerable, Questionnaire, Rating, Text
from core.reports.answered import NEVER_ONE_BY_ONE, Media, media_in
from core.reports.scope import Scope, place_changes, responses_in
from core.responses.models import AnswerRow, Response

# More words in one search are no search any more.
MAX_SEARCH_WORDS = 8


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question people answer in their own words. `dimensions` it belongs to; () when to none."""

    id: str
    title: str
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOpinions:
    """Which opinions a list shows. `questions`: their ids; `search`: every one of these words occurs."""

    scope: Scope
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


def open_questions(questionnaire: Questionnaire) -> tuple[OpenQuestion, ...]:
    """
    The questions that can bring opinions, in the file's order.

    The format gives dimensions to ratings alone; a question shown because of one belongs to its dimension.
    """
    dimension_of = {each.id: each.dimension for each in questionnaire.walk() if isinstance(each, Rating)}
    found = []
    for question in questionnaire.walk():
        if not isinstance(question, Answerable) or question.personal:
            continue
        if isinstance(question, Text) or any(option.other for option in getattr(question, "options", ())):
            because_of = ids(question.show_if) if question.show_if else frozenset()
            dimensions = dict.fromkeys(dimension_of[each] for each in dimension_of if each in because_of)
            found.append(OpenQuestion(question.id, question.title, tuple(dimensions)))
    return tuple(found)


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


def list_opinions(
    connection: Connection, wanted: WantedOpinions, who: str, offset: int, limit: int
) -> list[Opinion]:
    """A page of the list, newest first. `who`: the questionnaire's audience."""
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
            None if who == NEVER_ONE_BY_ONE else row.response_id,
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
    for word in wanted.search.split()[:MAX_SEARCH_WORDS]:
        conditions.append(AnswerRow.text.icontains(word, autoescape=True))
    if wanted.has_media:
        conditions.append(AnswerRow.media.is_not(None))
    return conditions
