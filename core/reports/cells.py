"""
Which cells of the tallies a response and its answers count in.

A response counts in the township it lies in today and under the unit it is about; by day in the whole, in its
county and under its unit. Days are kept of rating questions alone: other questions have no trend.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
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
        # Each word and day once: a year has a million cells, and every row brings copies of its own.
        self._words: dict[str, str] = {}
        self._days: dict[str, date] = {}
        self._townships: dict[str, str] = {}
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
        # Taken apart at once: a recount reads some ten million rows.
        round_id, asked, channel, village, subject, _aside, day, question, item, codes, *counts = row
        once = self._words.setdefault
        head = (round_id, once(asked, asked))
        place, subject = self._township(village), once(subject, subject)
        question, item, codes = once(question, question), once(item, item), once(codes, codes)
        channel = once(channel, channel)
        cell = self.change[Tally][*head, place, subject, question, item, codes, channel, aside]
        for number, count in enumerate(counts):
            if count:
                cell[number] += sign * count
        if not item and question in self._ratings.get(head, ()):
            self._take_day(head, place, subject, day, (question, codes, channel, aside), sign * counts[0])

    def take_responses(self, row: Any, aside: bool, sign: int) -> None:
        """Count a row of responses."""
        round_id, asked, channel, village, subject, _aside, day, status, count = row
        once = self._words.setdefault
        head = (round_id, once(asked, asked))
        place, subject = self._township(village), once(subject, subject)
        channel, status = once(channel, channel), once(status, status)
        self.change[EndedTally][*head, place, subject, channel, status, aside][0] += sign * count
        self._take_day(head, place, subject, day, ("", status, channel, aside), sign * count)

    def _township(self, village: str) -> str:
        """Where it lies today, looked up once."""
        if village not in self._townships:
            place = township_of(village, self._changes)
            self._townships[village] = self._words.setdefault(place, place)
        return self._townships[village]

    def _take_day(
        self,
        head: tuple[int, str],
        place: str,
        subject: str,
        day: str,
        tail: tuple[str, str, str, bool],
        count: int,
    ) -> None:
        if day not in self._days:
            self._days[day] = day_of(day)
        question, codes, channel, aside = tail
        for part in parts_of(place, subject):
            named = self._words.setdefault(part, part)
            cell = self.change[DayTally][*head, named, question, self._days[day], codes, channel, aside]
            cell[0] += count


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
