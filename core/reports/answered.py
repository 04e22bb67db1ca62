"""
Responses one by one, without identity: a list, and one response's questions and answers.

No openid and no keyed hash is read here. Answers to personal questions are not shown: one response is a group
of one. Leaders' responses are not shown at all, they must not be told apart.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from core.db.base import unindexed
from core.db.counting import count_at_most
from core.errors import NotFound
from core.people.reach import Reach
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire
from core.reports.scope import Scope, place_changes, responses_in, responses_within
from core.responses.columns import answer_columns
from core.responses.models import OF_RESPONSE_NOT_COMPLETE, OF_RESPONSE_SET_ASIDE, AnswerRow, Response
from core.responses.rows import stored_answer

SET_ASIDE = "set_aside"
STATUSES = ("complete", "break_off", "refused", "ineligible", "callback", "superseded", SET_ASIDE)
NEVER_ONE_BY_ONE = "leaders"


class NoSuchResponse(NotFound):
    """There is no such response, or it may not be shown alone."""

    say = "没有这份答卷，或者它不能单独查看。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    Which responses a list shows. `status` is one of `STATUSES`, '' for all.

    `since` is included, `until` is not. `questionnaire_ids`: only these may be shown one by one.
    """

    scope: Scope
    questionnaire_ids: tuple[str, ...]
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list."""

    id: int
    questionnaire_id: str
    status: str
    place_code: str
    unit_code: str
    finished_at: datetime
    is_set_aside: bool


@dataclass(frozen=True, slots=True)
class Media:
    """A voice message or photo, by the platform's id; `kind` is voice or photo."""

    kind: str
    media_id: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """
    A question as it stands in the questionnaire (`about`: the place or unit of a repeat, else ''), and the
    answer in words. `is_hidden`: answered, but personal.
    """

    title: str
    about: str
    words: str
    media: tuple[Media, ...] = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OneResponse:
    """One response as the office sees it."""

    id: int
    round_id: int
    questionnaire_id: str
    questionnaire_version: int
    status: str
    channel: str
    code: str
    place_code: str
    unit_code: str
    started_at: datetime
    finished_at: datetime
    flags: tuple[str, ...]
    is_set_aside: bool
    superseded_by: int | None
    answers: tuple[ShownAnswer, ...] = field(default=())


def shown_one_by_one(questionnaires: Collection[Questionnaire]) -> tuple[str, ...]:
    """The ids of those questionnaires whose responses may be looked at one by one."""
    return tuple(each.id for each in questionnaires if each.audience.who != NEVER_ONE_BY_ONE)


def count_responses(connection: Connection, wanted: Wanted, most: int | None = None) -> int:
    """How many the list has, counted as far as `most`."""
    return count_at_most(connection, select(Response.id).where(*_conditions(connection, wanted)), most)


def list_responses(connection: Connection, wanted: Wanted, offset: int, limit: int) -> list[Listed]:
    """A page of the list, newest first."""
    # The page's few first, out of an index alone; only they are read whole.
    found = select(Response.id).where(*_conditions(connection, wanted)).order_by(Response.id.desc())
    page = found.offset(offset).limit(limit).subquery()
    rows = connection.execute(
        select(
            Response.id,
            Response.questionnaire_id,
            Response.status,
            Response.superseded_by,
            Response.place_code,
            Response.subject_kind,
            Response.subject_code,
            Response.finished_at,
            Response.is_set_aside,
        )
        .join(page, page.c.id == Response.id)
        .order_by(Response.id.desc())
    )
    return [
        Listed(
            row.id,
            row.questionnaire_id,
            _status(row),
            row.place_code,
            _unit_code(row),
            row.finished_at,
            row.is_set_aside,
        )
        for row in rows
    ]


def find_response(
    connection: Connection,
    response_id: int,
    reach: Reach,
    questionnaires: Mapping[tuple[int, str], Questionnaire],
    gazetteer: Gazetteer,
) -> OneResponse:
    """
    One response with its answers; NoSuchResponse when there is none within reach, or it may not be shown
    alone.

    `questionnaires` by round and id.
    """
    within = responses_within(reach, place_changes(connection))
    row = connection.execute(select(Response.__table__).where(Response.id == response_id, *within)).first()
    questionnaire = questionnaires.get((row.round_id, row.questionnaire_id)) if row else None
    if row is None or questionnaire is None or questionnaire.audience.who == NEVER_ONE_BY_ONE:
        raise NoSuchResponse
    return OneResponse(
        id=row.id,
        round_id=row.round_id,
        questionnaire_id=row.questionnaire_id,
        questionnaire_version=row.questionnaire_version,
        status=_status(row),
        channel=row.channel,
        code=row.code,
        place_code=row.place_code,
        unit_code=_unit_code(row),
        started_at=row.started_at,
        finished_at=row.finished_at,
        flags=tuple(flag for flag in row.flags.split(";") if flag),
        is_set_aside=row.is_set_aside,
        superseded_by=row.superseded_by,
        answers=_answers(connection, response_id, questionnaire, gazetteer),
    )


def media_in(stored: str | None) -> tuple[Media, ...]:
    """What stands in the column `answer.media`."""
    return tuple(Media(each["kind"], each["media_id"]) for each in json.loads(stored or "[]"))


def _answers(
    connection: Connection, response_id: int, questionnaire: Questionnaire, gazetteer: Gazetteer
) -> tuple[ShownAnswer, ...]:
    rows = connection.execute(select(AnswerRow.__table__).where(AnswerRow.response_id == response_id))
    by_key = {f"{row.question}@{row.item}" if row.item else row.question: row for row in rows}
    shown: list[ShownAnswer] = []
    for column in answer_columns(questionnaire, gazetteer):
        row = by_key.get(column.key)
        if row is None:
            continue
        answer = stored_answer(row)
        item = _item_name(row.item, gazetteer)
        if column.question.personal:
            shown.append(ShownAnswer(column.question.title, item, "", is_hidden=not answer.is_empty))
            continue
        words = column.kind.in_words(answer)
        shown.append(ShownAnswer(column.question.title, item, words, media_in(row.media)))
    return tuple(shown)


def _item_name(code: str, gazetteer: Gazetteer) -> str:
    unit = gazetteer.unit(code)
    return unit.short_name if unit else gazetteer.full_name(code)


def _conditions(connection: Connection, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    conditions: list[Any] = list(responses_in(wanted.scope, place_changes(connection)))
    few = wanted.status == SET_ASIDE or wanted.since or wanted.until
    form = unindexed(Response.questionnaire_id) if few else Response.questionnaire_id
    conditions.append(form.in_(wanted.questionnaire_ids))
    if wanted.status == "superseded":
        conditions.append(Response.superseded_by.is_not(None))
    elif wanted.status == SET_ASIDE:
        conditions += (OF_RESPONSE_SET_ASIDE,)
    elif wanted.status:
        conditions += (Response.status == wanted.status, Response.superseded_by.is_(None))
        if wanted.status != "complete":
            conditions.append(OF_RESPONSE_NOT_COMPLETE)
    if wanted.since is not None:
        conditions.append(Response.finished_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Response.finished_at < wanted.until)
    return conditions


def _status(row: Any) -> str:
    return "superseded" if row.superseded_by is not None else str(row.status)


def _unit_code(row: Any) -> str:
    return str(row.subject_code) if row.subject_kind == "unit" else ""
