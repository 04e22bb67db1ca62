"""
What people said in their own words in one part of a round: the list of its results, narrowed and searched.

An opinion is an answer with words or media: to an open question, or given with "其他". Those of people who
broke off count too; those of superseded responses do not, nor anything said to a personal question.

The list is the inbox's, which holds what was said a minute ago, and its words are found by the inbox's index
(`words`). Leaders' opinions are not in the inbox; they are few, and are looked through.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, false, or_, select

from core.db.base import unindexed
from core.db.counting import count_at_most
from core.opinions.grams import words_of
from core.opinions.models import OF_OPINION_OF_UNIT, OF_OPINION_WITH_MEDIA
from core.opinions.models import Opinion as InInbox
from core.opinions.words import said_by
from core.people.reach import Reach
from core.reports.answered import NEVER_ONE_BY_ONE, Media, media_in
from core.reports.scope import Changes, Scope, lies_in, place_changes, responses_in
from core.responses.models import OF_RESPONSE_SET_ASIDE, AnswerRow, Response


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


def count_opinions(connection: Connection, wanted: WantedOpinions, most: int | None = None) -> int:
    """How many the list has, counted as far as `most`."""
    return count_at_most(connection, _listed(connection, wanted), most)


def list_opinions(
    connection: Connection, wanted: WantedOpinions, offset: int, limit: int, *, is_long: bool = False
) -> list[Opinion]:
    """A page of the list, newest first. `is_long`: it is known to be, so reading its newest finds a page."""
    # The page's few first, so that only their words are read.
    keys = _listed(connection, wanted, in_order=is_long)
    newest = AnswerRow.response_id if wanted.who == NEVER_ONE_BY_ONE else InInbox.id
    page = keys.order_by(newest.desc()).offset(offset).limit(limit).subquery()
    is_of_page = and_(
        AnswerRow.response_id == page.c.response_id,
        AnswerRow.question == page.c.question,
        AnswerRow.item == page.c.item,
    )
    rows = connection.execute(
        select(
            AnswerRow.__table__,
            Response.place_code,
            Response.subject_kind,
            Response.subject_code,
            Response.finished_at,
        )
        .select_from(page)
        .join(AnswerRow, is_of_page)
        .join(Response, Response.id == AnswerRow.response_id)
        .order_by(AnswerRow.response_id.desc(), AnswerRow.question, AnswerRow.item)
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


def _listed(
    connection: Connection, wanted: WantedOpinions, *, in_order: bool = False
) -> Select[int, str, str]:
    """Response, question and item of all that the list has; `in_order`: to be read in the list's order."""
    if wanted.who == NEVER_ONE_BY_ONE:
        return _of_leaders(connection, wanted)
    scope, changes = wanted.scope, place_changes(connection)
    by = unindexed if in_order or wanted.has_media else _as_it_is
    conditions: list[Any] = [
        InInbox.gone == "",
        InInbox.round_id == scope.round_id,
        by(InInbox.question).in_(wanted.questions),
        *_within(scope.reach, changes),
    ]
    said = said_by(connection, wanted.search)
    if said is not None:
        conditions.append(said)
    if scope.questionnaire_id:
        conditions.append(InInbox.questionnaire_id == scope.questionnaire_id)
    if scope.place_code:
        conditions.append(lies_in(by(InInbox.place_code), scope.place_code, changes))
    if scope.unit_code:
        conditions += (OF_OPINION_OF_UNIT, InInbox.unit_code == scope.unit_code)
    if wanted.has_media:
        conditions.append(OF_OPINION_WITH_MEDIA)
    if scope.channel:
        of_opinion = Response.id == InInbox.response_id
        conditions.append(exists().where(of_opinion, Response.channel == scope.channel))
    if not scope.with_set_aside:
        aside = select(Response.id).where(Response.round_id == scope.round_id, OF_RESPONSE_SET_ASIDE)
        conditions.append(InInbox.response_id.not_in(aside))
    return select(InInbox.response_id, InInbox.question, InInbox.item).where(*conditions)


def _as_it_is(column: Any) -> Any:
    return column


def _within(reach: Reach, changes: Changes) -> list[Any]:
    """As `scope.responses_within`, of the inbox."""
    if reach.is_all:
        return []
    if reach.county_code:
        return [lies_in(InInbox.place_code, reach.county_code, changes)]
    return [OF_OPINION_OF_UNIT, InInbox.unit_code == reach.unit_code] if reach.unit_code else [false()]


def _of_leaders(connection: Connection, wanted: WantedOpinions) -> Select[int, str, str]:
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
    keys = select(AnswerRow.response_id, AnswerRow.question, AnswerRow.item)
    return keys.join(Response, Response.id == AnswerRow.response_id).where(*conditions)
