"""
Which cells of the tallies a response and its answers count in.

A response counts in the township it lies in today and under the unit it is about; by day in the whole, in its
county and under its unit. Days are kept of rating questions alone: other questions have no trend.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from core.questionnaires.model import Rating
from core.questionnaires.models import QuestionnaireVersion
from core.questionnaires.service import as_stored
from core.reports.models import DayTally, EndedTally, Tally
from core.reports.scope import TOWNSHIP_DIGITS, Changes, place_changes, township_of
from core.reports.stretches import CODES, COUNTS, day_of, finished_day
from core.responses.models import AnswerRow, Response
from core.rounds.models import RoundQuestionnaire

COUNTY_DIGITS = 6
# Each table of cells with the columns that count.
TABLES: dict[Any, tuple[str, ...]] = {Tally: COUNTS, EndedTally: ("count",), DayTally: ("count",)}
# By table and key (in the order of its primary key), what is to be added to each counting column.
Change = dict[Any, dict[tuple[Any, ...], list[Any]]]


class Fold:
    """Puts rows that SQL has counted into cells."""

    def __init__(self, changes: Changes, ratings: Mapping[tuple[int, str], frozenset[str]], day: Any) -> None:
        self.change: Change = {table: defaultdict(_zeros(len(names))) for table, names in TABLES.items()}
        self._changes = changes
        self._ratings = ratings
        common = (
            Response.round_id,
            Response.questionnaire_id,
            Response.channel,
            Response.place_code,
            Response.subject_code,
            Response.is_set_aside,
            day,
        )
        self.answer_columns = (*common, AnswerRow.question, AnswerRow.item, CODES)
        self.response_columns = (*common, Response.status)

    def take_answers(self, row: Any, aside: bool, sign: int) -> None:
        """Count a row of answers, set aside or not, once more or once less."""
        place = township_of(row.place_code, self._changes)
        head = (row.round_id, row.questionnaire_id)
        tail = (row.question, row.item, row.codes, row.channel, aside)
        cell = self.change[Tally][(*head, place, row.subject_code, *tail)]
        for number, name in enumerate(COUNTS):
            cell[number] += sign * (getattr(row, name) or 0)
        if not row.item and row.question in self._ratings.get(head, ()):
            self._take_day(row, place, row.question, row.codes, aside, sign)

    def take_responses(self, row: Any, aside: bool, sign: int) -> None:
        """Count a row of responses."""
        place = township_of(row.place_code, self._changes)
        head = (row.round_id, row.questionnaire_id)
        key = (*head, place, row.subject_code, row.channel, row.status, aside)
        self.change[EndedTally][key][0] += sign * row.count
        self._take_day(row, place, "", row.status, aside, sign)

    def _take_day(self, row: Any, place: str, question: str, codes: str, aside: bool, sign: int) -> None:
        head, day = (row.round_id, row.questionnaire_id), day_of(row.day)
        for part in parts_of(place, row.subject_code):
            self.change[DayTally][*head, part, question, day, codes, row.channel, aside][0] += (
                sign * row.count
            )


def _zeros(count: int) -> Callable[[], list[Any]]:
    return lambda: [0] * count


def fold_of(connection: Connection) -> Fold:
    """An empty fold, by the places and questionnaires of this moment."""
    return Fold(place_changes(connection), _ratings(connection), finished_day(connection))


def parts_of(place: str, subject: str) -> tuple[str, ...]:
    """The whole, and the county and the unit that something belongs to, where it does."""
    parts = [""]
    if len(place) in (COUNTY_DIGITS, TOWNSHIP_DIGITS):
        parts.append(place[:COUNTY_DIGITS])
    if subject and not subject.isdigit():
        parts.append(subject)
    return tuple(parts)


def _ratings(connection: Connection) -> dict[tuple[int, str], frozenset[str]]:
    """The rating questions of each round's questionnaires."""
    version = QuestionnaireVersion
    rows = connection.execute(
        select(RoundQuestionnaire.round_id, version.id, version.content_hash, version.text).join(
            version,
            (version.id == RoundQuestionnaire.questionnaire_id)
            & (version.version == RoundQuestionnaire.questionnaire_version),
        )
    )
    return {(row.round_id, row.id): _ratings_in(row.text, row.content_hash) for row in rows}


@lru_cache(maxsize=64)
def _ratings_in(text: str, content_hash: str) -> frozenset[str]:
    """Worked out once for each text: reading a questionnaire takes longer than counting a minute."""
    return frozenset(each.id for each in as_stored(text, content_hash).walk() if isinstance(each, Rating))
