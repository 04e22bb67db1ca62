"""
Leaving the inbox: opinions whose words or media are gone, and originals that were kept long enough.

What people have deleted leaves in the turn itself (`core.opinions.book`); `tidy`, at night, catches what
slipped in at that very moment.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, insert, or_, select, update

from core.opinions.models import Opinion, OpinionAct
from core.opinions.states import Act
from core.opinions.words import forget, refresh
from core.responses.models import AnswerRow

# So long a strike can be taken back; then nobody can read any more what was struck out.
KEEP_ORIGINAL = timedelta(days=30)
# In the very words of the partial index, or SQLite would not use it.
HAS_WORDS = or_(AnswerRow.text.is_not(None), AnswerRow.media.is_not(None))


def _has_words() -> ColumnElement[bool]:
    """The opinion's answer still has words or media."""
    return exists().where(
        AnswerRow.response_id == Opinion.response_id,
        AnswerRow.question == Opinion.question,
        AnswerRow.item == Opinion.item,
        HAS_WORDS,
    )


def drop_wordless(connection: Connection, response_ids: Sequence[int]) -> None:
    """Opinions of these responses whose words and media have gone leave the inbox, index and all."""
    theirs = Opinion.response_id.in_(response_ids)
    drop(
        connection,
        connection.scalars(
            select(Opinion.id).where(theirs, ~_has_words(), Opinion.item_number.is_(None))
        ).all(),
    )
    refresh(connection, connection.scalars(select(Opinion.id).where(theirs)).all())


def tidy(engine: Engine, now: datetime) -> int:
    """
    Drop opinions whose answer is gone, and destroy originals that were kept long enough; how many in all.
    """
    with engine.begin() as connection:
        empty = connection.scalars(select(Opinion.id).where(~_has_words(), Opinion.gone != "erased")).all()
        drop(connection, empty)
        old = connection.scalars(
            update(Opinion)
            .where(Opinion.original.is_not(None), Opinion.struck_at < now - KEEP_ORIGINAL)
            .values(original=None)
            .returning(Opinion.id)
        ).all()
        if old:
            acts = [{"opinion_id": each, "at": now, "act": Act.DESTROY.value} for each in old]
            connection.execute(insert(OpinionAct), acts)
    return len(empty) + len(old)


def drop(connection: Connection, opinion_ids: Sequence[int]) -> None:
    """
    Take opinions out of the inbox, and what was noted about them.

    Those that were merged into one of them, or only say the same, stand on their own again.
    """
    if not opinion_ids:
        return
    for column in (Opinion.merged_into, Opinion.near_id):
        connection.execute(update(Opinion).where(column.in_(opinion_ids)).values({column: None}))
    forget(connection, opinion_ids)
    connection.execute(delete(OpinionAct).where(OpinionAct.opinion_id.in_(opinion_ids)))
    connection.execute(delete(Opinion).where(Opinion.id.in_(opinion_ids)))
