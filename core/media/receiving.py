"""
What a turn writes about voice messages and photos: that one came, which response it belongs to, that it goes.

Runs inside the turn's own transaction and commits nothing.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from core.media.models import Media

KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Mention:
    """An answer of a response holds this media id; `item` is the place or unit of a repeat, else ''."""

    media_id: str
    question: str
    item: str


def key_of(media_id: str) -> str:
    """The name of a file in our own tables and addresses."""
    return hashlib.sha256(media_id.encode()).hexdigest()[:KEY_DIGITS]


def note_received(connection: Connection, kind: str, media_id: str, now: datetime) -> None:
    """
    A voice message or photo (`kind`) came: the worker is to fetch it.

    The platform gives every message an id of its own, so one that is known already is the same message.
    """
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        insert(Media)
        .values(
            key=key_of(media_id), kind=kind, media_id=media_id, received_at=now, state="waiting", attempts=0,
            next_try_at=now, reason="", file_type="", question="", item="",
        )
        .on_conflict_do_nothing(index_elements=[Media.key])
    )  # fmt: skip


def attach_to_response(connection: Connection, response_id: int, mentions: Iterable[Mention]) -> None:
    """The questionnaire ended: these files are part of that response."""
    for mention in mentions:
        connection.execute(
            update(Media)
            .where(Media.key == key_of(mention.media_id), Media.response_id.is_(None))
            .values(response_id=response_id, question=mention.question, item=mention.item)
        )


def forget_media(connection: Connection, response_ids: Collection[int]) -> None:
    """Whatever came with these responses goes: at once from every screen, within minutes from the disk."""
    forget_where(connection, Media.response_id.in_(response_ids))


def forget_received(connection: Connection, media_ids: Iterable[str]) -> None:
    """The same for files of a questionnaire that was not finished."""
    keys = [key_of(media_id) for media_id in media_ids]
    forget_where(connection, Media.key.in_(keys), Media.response_id.is_(None))


def forget_where(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    """Mark what has a file, for the worker to delete it; delete the rows of the rest; how many in all."""
    marked = connection.execute(
        update(Media)
        .where(*conditions, Media.sha256.is_not(None), Media.state != "forgotten")
        .values(state="forgotten", media_id="", response_id=None, question="", item="")
    ).rowcount
    # A download under way finds its row gone and keeps nothing.
    return marked + connection.execute(delete(Media).where(*conditions, Media.sha256.is_(None))).rowcount
