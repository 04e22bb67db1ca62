"""
The index by which opinions are found by their words: written with the opinion, gone with its words.

One row an opinion holds the pairs of what was said and of what the office typed up (`grams`); the row is
written in the transaction that takes the opinion in or changes its words, and deleted in the one that deletes
them. Telephone numbers and the like are not in it: who reads opinions with numbers masked must not find out
by searching whether a number stands there. 〔电话〕 stands in their place and can be searched for.

SQLite finds rows through an FTS5 table that follows `opinion_words` by triggers, PostgreSQL through a GIN
index on its `tsvector` (see its migration); everything that differs between them is in `_stored` and
`_matching`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    union,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from core.opinions.grams import beginning_of, pairs_of, terms, words_of
from core.opinions.models import Opinion, OpinionWords
from core.opinions.striking import masked
from core.responses.models import AnswerRow

# Few enough that storing them keeps other writers waiting only a moment.
OPINIONS_PER_STEP = 2_000
# PostgreSQL keeps no more places than this in one row.
MAX_PLACES = 16_000

_FTS: Any = table("opinion_words_index", column("rowid"))


def found_by(connection: Connection, search: str) -> ColumnElement[bool] | None:
    """
    The condition that an opinion, or one that was merged into it, says every word of a search; None when
    nothing was searched for.
    """
    matching = _matching(connection, words_of(search))
    if matching is None:
        return None
    # Looked up first: few are merged, and without them the list is one plain join.
    merged = connection.scalars(
        select(Opinion.merged_into)
        .where(Opinion.merged_into.is_not(None), Opinion.id.in_(matching))
        .distinct()
    ).all()
    if not merged:
        return Opinion.id.in_(matching)
    return Opinion.id.in_(union(matching, select(Opinion.id).where(Opinion.id.in_(merged))))


def said_by(connection: Connection, search: str) -> ColumnElement[bool] | None:
    """The condition that an opinion itself says every word of a search; see `found_by`."""
    matching = _matching(connection, words_of(search))
    return None if matching is None else Opinion.id.in_(matching)


def refresh(connection: Connection, opinion_ids: Sequence[int]) -> None:
    """Write the rows of these opinions from what stands in the database now."""
    forget(connection, opinion_ids)
    rows = connection.execute(_sayings().where(Opinion.id.in_(opinion_ids), Opinion.gone != "erased")).all()
    if rows:
        connection.execute(insert(OpinionWords), [_row(connection, row) for row in rows])


def forget(connection: Connection, opinion_ids: Sequence[int]) -> None:
    """Take these opinions out of the index."""
    connection.execute(delete(OpinionWords).where(OpinionWords.opinion_id.in_(opinion_ids)))


def catch_up(engine: Engine, step: Callable[[int], object] = lambda _count: None) -> int:
    """
    Index opinions from before there was an index, the newest first; how many. Costs two look-ups when there
    are none. `step` is told how many were done each time.
    """
    done = 0
    while True:
        with engine.begin() as connection:
            lowest = connection.scalar(select(func.min(OpinionWords.opinion_id)))
            older = select(Opinion.id).order_by(Opinion.id.desc()).limit(OPINIONS_PER_STEP)
            if lowest is not None:
                older = older.where(Opinion.id < lowest)
            ids = connection.scalars(older).all()
            if not ids:
                return done
            rows = connection.execute(_sayings().where(Opinion.id.in_(ids))).all()
            connection.execute(insert(OpinionWords), [_row(connection, row) for row in rows])
        done += len(ids)
        step(len(ids))


def rebuild(engine: Engine, step: Callable[[int], object] = lambda _count: None) -> int:
    """Build the index anew; how many opinions. Until it is done a search finds the newest only."""
    with engine.begin() as connection:
        connection.execute(delete(OpinionWords))
    return catch_up(engine, step)


def count_missing(connection: Connection) -> int:
    """How many opinions are not in the index, or in it and no longer there."""
    kept = connection.scalar(select(func.count()).select_from(OpinionWords)) or 0
    there = connection.scalar(select(func.count()).where(Opinion.gone != "erased")) or 0
    return abs(there - kept)


def _sayings() -> Select[Any]:
    columns: tuple[Any, ...] = (Opinion.id, Opinion.typed, Opinion.gone, AnswerRow.text)
    return select(*columns).outerjoin(
        AnswerRow,
        and_(
            AnswerRow.response_id == Opinion.response_id,
            AnswerRow.question == Opinion.question,
            AnswerRow.item == Opinion.item,
        ),
    )


def _row(connection: Connection, row: Any) -> dict[str, Any]:
    said = "" if row.gone == "erased" else "\n".join(each for each in (row.text, row.typed) if each)
    return {"opinion_id": row.id, "grams": _stored(connection, said)}


def as_row(connection: Connection, opinion_id: int, text: str) -> dict[str, Any]:
    """A row of the index, for an opinion that is just being taken in."""
    return {"opinion_id": opinion_id, "grams": _stored(connection, text)}


def _stored(connection: Connection, said: str) -> str:
    found = [(place, term) for place, term in terms(masked(said)) if place <= MAX_PLACES]
    if connection.dialect.name == "postgresql":
        return " ".join(f"'{term}':{place}" for place, term in found)
    return " ".join(term for _place, term in found)


def _matching(connection: Connection, words: Sequence[str]) -> Select[Any] | None:
    if not words:
        return None
    if connection.dialect.name == "postgresql":
        query = " & ".join(f"({_tsquery(word)})" for word in words)
        matches = OpinionWords.grams.op("@@")(cast(query, TSQUERY))
        return select(OpinionWords.opinion_id).where(matches)
    query = " AND ".join(_fts_query(word) for word in words)
    return select(_FTS.c.rowid).where(literal_column("opinion_words_index").op("MATCH")(query))


def _tsquery(word: str) -> str:
    if len(word) == 1:
        return f"'{beginning_of(word)}':*"
    return " <-> ".join(f"'{pair}'" for pair in pairs_of(word))


def _fts_query(word: str) -> str:
    if len(word) == 1:
        return f'"{beginning_of(word)}" *'
    return f'"{" ".join(pairs_of(word))}"'
