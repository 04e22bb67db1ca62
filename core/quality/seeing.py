"""Responses as the quality rules see them, read from the database."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.orm import Session

from core.quality.rules import Seen
from core.questionnaires.model import Place, Rating
from core.questionnaires.service import get_questionnaire
from core.responses.models import AnswerRow, Response

PATTERN_CHARS = 16


class Seeing:
    """Reads responses through one connection; a questionnaire is looked up once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ratings: dict[tuple[str, int], tuple[frozenset[str], frozenset[str]]] = {}

    def complete(self, *conditions: ColumnElement[bool]) -> Iterator[Seen]:
        """The complete responses that these conditions choose, less the superseded."""
        chosen = select(Response.__table__).where(
            *conditions, Response.status == "complete", Response.superseded_by.is_(None)
        )
        yield from self._seen(self._connection.execute(chosen).all())

    def newest(self, highest: int, count: int) -> Iterator[Seen]:
        """The newest `count` complete responses with ids up to `highest`."""
        chosen = (
            select(Response.__table__)
            .where(Response.id <= highest, Response.status == "complete", Response.superseded_by.is_(None))
            .order_by(Response.id.desc())
            .limit(count)
        )
        yield from self._seen(self._connection.execute(chosen).all())

    def _seen(self, rows: Any) -> Iterator[Seen]:
        if not rows:
            return
        answers: dict[int, list[Any]] = defaultdict(list)
        ids = [row.id for row in rows]
        for answer in self._connection.execute(
            select(AnswerRow.response_id, AnswerRow.question, AnswerRow.item, AnswerRow.codes)
            .where(AnswerRow.response_id >= min(ids), AnswerRow.response_id <= max(ids))
            .order_by(AnswerRow.response_id, AnswerRow.question, AnswerRow.item)
        ):
            answers[answer.response_id].append(answer)
        for row in rows:
            yield self._one(row, answers[row.id])

    def _one(self, row: Any, given: list[Any]) -> Seen:
        ratings, places = self._kinds(row.questionnaire_id, row.questionnaire_version)
        # Where they live is filled in from the code, and equal for all of a village.
        theirs = [each for each in given if each.question not in places]
        chosen = [f"{each.question}@{each.item}={each.codes}" for each in theirs if each.codes]
        pattern = hashlib.sha256("\n".join([row.questionnaire_id, *chosen]).encode()).hexdigest()
        return Seen(
            id=row.id,
            code=row.code,
            finished_at=row.finished_at,
            seconds=(row.finished_at - row.started_at).total_seconds(),
            answers=len(theirs),
            ratings=tuple(each.codes for each in theirs if each.question in ratings),
            pattern=pattern[:PATTERN_CHARS],
        )

    def _kinds(self, questionnaire_id: str, version: int) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the rating questions, and of those that ask for a place."""
        key = (questionnaire_id, version)
        if key not in self._ratings:
            with Session(self._connection) as session:
                questions = tuple(get_questionnaire(session, questionnaire_id, version).walk())
            self._ratings[key] = (
                frozenset(each.id for each in questions if isinstance(each, Rating)),
                frozenset(each.id for each in questions if isinstance(each, Place)),
            )
        return self._ratings[key]
