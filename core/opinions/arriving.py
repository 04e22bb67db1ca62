"""
Filling the inbox: what was said in surveys since the last look becomes opinions, each exactly once.

`advance`, run by the worker every minute, looks through the responses behind a mark, in the order of their
numbers. The key (response, question, item) lets no answer in twice, so responses younger than a few minutes,
whose neighbours may still be on their way, are taken at once and looked at again until the mark has passed
them.

What never enters: answers to personal questions, leaders' judgements, superseded responses. A superseded
answer that is in already is marked. What leaves again is `leaving.py`'s.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.db.reading import reading
from core.opinions.leaving import HAS_WORDS
from core.opinions.likeness import MOST_COMPARED, Neighbours
from core.opinions.models import Opinion, OpinionMark, OpinionWords
from core.opinions.states import State
from core.opinions.words import as_row
from core.questionnaires.model import Questionnaire
from core.reports.answered import NEVER_ONE_BY_ONE
from core.reports.opinions import open_questions
from core.reports.scope import Changes, place_changes, township_of
from core.responses.ids import first_id_at
from core.responses.models import AnswerRow, Response
from core.rounds.catalog import Catalog

ONLY_ROW = 1
# A response's number is made a moment before its transaction ends; behind this much time none can still
# appear.
SETTLED_AFTER = timedelta(minutes=5)
# Few enough that storing them keeps other writers waiting only a moment.
RESPONSES_PER_STEP = 2_000

# Round and questionnaire → question → code of its dimension, '' for none.
Dimensions = Mapping[tuple[int, str], Mapping[str, str]]
# A township's or unit's opinions are compared with one another.
_Place = tuple[str, str]


def advance(engine: Engine, catalog: Callable[[Connection], Catalog], now: datetime) -> int:
    """
    Take in everything said up to `now`; how many opinions are new. `catalog` is of the connection's moment.
    """
    fresh, nearby = 0, _Nearby()
    settled = first_id_at(now - SETTLED_AFTER)
    while True:
        # Looked through in a transaction that only reads, so that on SQLite nobody waits for it.
        with reading(engine) as connection:
            mark = _mark(connection)
            end, is_last = _end_of_step(connection, mark, settled)
            found = _said(connection, mark, None if is_last else end, catalog)
            nearby.prepare(connection, found)
        with engine.begin() as connection:
            _note_superseded(connection, mark)
            if _move_mark(connection, mark, end):
                fresh += _take_in(connection, found, nearby)
        if is_last:
            return fresh


class _Nearby:
    """What new opinions are compared with, read once for each township and unit."""

    def __init__(self) -> None:
        self._by_place: dict[_Place, Neighbours] = {}

    def prepare(self, connection: Connection, found: Sequence[dict[str, Any]]) -> None:
        """Read what these will be compared with."""
        for place in {each["near"] for each in found} - self._by_place.keys():
            # What belongs to no place and no unit could be about anything.
            there = _there(connection, place) if any(place) else ()
            self._by_place[place] = Neighbours.of(there)

    def find(self, place: _Place, text: str) -> int | None:
        """The first opinion of this place that says nearly the same."""
        return self._by_place[place].first_like(text)

    def add(self, place: _Place, opinion_id: int, near_id: int | None, text: str) -> None:
        """The next ones are compared with this one, too."""
        if any(place):
            self._by_place[place].add(opinion_id, near_id or opinion_id, text)


def _there(connection: Connection, place: _Place) -> Iterator[tuple[int, int | None, str]]:
    township, unit = place
    rows = connection.execute(
        select(Opinion.id, Opinion.near_id, AnswerRow.text)
        .join(
            AnswerRow,
            (AnswerRow.response_id == Opinion.response_id)
            & (AnswerRow.question == Opinion.question)
            & (AnswerRow.item == Opinion.item),
        )
        .where(
            Opinion.unit_code == unit,
            Opinion.place_code.startswith(township, autoescape=True),
            Opinion.gone == "",
            AnswerRow.text.is_not(None),
        )
        .order_by(Opinion.id.desc())
        .limit(MOST_COMPARED)
    ).all()
    return ((row.id, row.near_id, row.text) for row in reversed(rows))


def _end_of_step(connection: Connection, mark: int, settled: int) -> tuple[int, bool]:
    """Where the mark goes next, and whether nothing settled lies behind that."""
    ids = select(Response.id).where(Response.id > mark, Response.id <= settled)
    far = connection.scalar(ids.order_by(Response.id).offset(RESPONSES_PER_STEP - 1).limit(1))
    if far is not None:
        return far, False
    return connection.scalar(select(func.max(ids.subquery().c.id))) or mark, True


def _said(
    connection: Connection, after: int, upto: int | None, catalog: Callable[[Connection], Catalog]
) -> list[dict[str, Any]]:
    """What was said in the responses after a number, as rows to be; with `text` and where it is compared."""
    query = (
        select(
            AnswerRow.response_id,
            AnswerRow.question,
            AnswerRow.item,
            AnswerRow.text,
            AnswerRow.media,
            Response.round_id,
            Response.questionnaire_id,
            Response.place_code,
            Response.subject_kind,
            Response.subject_code,
            Response.finished_at,
        )
        .join(Response, Response.id == AnswerRow.response_id)
        .where(AnswerRow.response_id > after, HAS_WORDS, Response.superseded_by.is_(None))
        .order_by(AnswerRow.response_id, AnswerRow.question, AnswerRow.item)
    )
    if upto is not None:
        query = query.where(AnswerRow.response_id <= upto)
    rows = connection.execute(query).all()
    if not rows:
        return []
    dimensions, changes = dimensions_of(catalog(connection)), place_changes(connection)
    return [
        _as_row(row, asked[row.question], changes)
        for row in rows
        if row.question in (asked := dimensions.get((row.round_id, row.questionnaire_id), {}))
    ]


def dimensions_of(catalog: Catalog) -> Dimensions:
    """
    The questions whose answers are opinions, of every round. Leaders' are not: they must not be told apart.
    """
    return {
        (entry.id, each.id): _dimensions(each)
        for entry in catalog.rounds
        for each in entry.questionnaires.values()
        if each.audience.who != NEVER_ONE_BY_ONE
    }


def _dimensions(questionnaire: Questionnaire) -> dict[str, str]:
    return {each.id: each.dimensions[0] if each.dimensions else "" for each in open_questions(questionnaire)}


def _as_row(row: Any, dimension: str, changes: Changes) -> dict[str, Any]:
    unit = row.subject_code if row.subject_kind == "unit" else ""
    return {
        "response_id": row.response_id,
        "question": row.question,
        "item": row.item,
        "round_id": row.round_id,
        "questionnaire_id": row.questionnaire_id,
        "dimension": dimension,
        "place_code": row.place_code,
        "unit_code": unit,
        "said_at": row.finished_at,
        "has_media": row.media is not None,
        "state": State.NEW.value,
        "gone": "",
        "text": row.text or "",
        "near": (township_of(row.place_code, changes), unit),
    }


def _take_in(connection: Connection, found: Sequence[dict[str, Any]], nearby: _Nearby) -> int:
    """Store what is not there yet; how many that were."""
    known = _known(connection, found)
    fresh, indexed = 0, list[dict[str, Any]]()
    for row in found:
        key = (row["response_id"], row["question"], row["item"])
        if key in known:
            continue
        place, text = row["near"], row["text"]
        near_id = nearby.find(place, text) if text else None
        values = {name: value for name, value in row.items() if name not in ("near", "text")}
        made = connection.scalar(
            _insert(connection)(Opinion)
            .values(values | {"near_id": near_id})
            .on_conflict_do_nothing(index_elements=[Opinion.response_id, Opinion.question, Opinion.item])
            .returning(Opinion.id)
        )
        if made is None:
            continue  # another worker was quicker
        fresh += 1
        indexed.append(as_row(connection, made, text))
        if near_id is not None:
            # The first one is found together with those that repeat it.
            first = (Opinion.id == near_id, Opinion.near_id.is_(None))
            connection.execute(update(Opinion).where(*first).values(near_id=near_id))
        if text:
            nearby.add(place, made, near_id, text)
    if indexed:
        connection.execute(insert(OpinionWords), indexed)
    return fresh


def _known(connection: Connection, found: Sequence[dict[str, Any]]) -> set[tuple[int, str, str]]:
    if not found:
        return set()
    first, last = found[0]["response_id"], found[-1]["response_id"]
    rows = connection.execute(
        select(Opinion.response_id, Opinion.question, Opinion.item).where(
            Opinion.response_id.between(first, last)
        )
    )
    return {(row.response_id, row.question, row.item) for row in rows}


def _note_superseded(connection: Connection, mark: int) -> None:
    """Answers that later ones took the place of; only such whose successors lie behind the mark are new."""
    replaced = select(Response.id).where(Response.superseded_by > mark)
    connection.execute(
        update(Opinion).where(Opinion.response_id.in_(replaced), Opinion.gone == "").values(gone="replaced")
    )


def _mark(connection: Connection) -> int:
    return connection.scalar(select(OpinionMark.upto)) or 0


def _move_mark(connection: Connection, mark: int, upto: int) -> bool:
    """Move the mark on, and hold it; False when it is no longer where it was seen."""
    if mark:
        moved: Any = (
            update(OpinionMark).where(OpinionMark.id == ONLY_ROW, OpinionMark.upto == mark).values(upto=upto)
        )
    else:
        fresh = _insert(connection)(OpinionMark).values(id=ONLY_ROW, upto=upto)
        moved = fresh.on_conflict_do_nothing(index_elements=[OpinionMark.id])
        if upto == 0:
            # Nothing has settled yet, so there is no mark to be made; the key alone keeps out what is known.
            return True
    return connection.execute(moved.returning(OpinionMark.id)).first() is not None


def _insert(connection: Connection) -> Any:
    return {"sqlite": sqlite_insert, "postgresql": postgresql_insert}.get(connection.dialect.name, insert)
