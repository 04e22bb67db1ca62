"""
Voice messages and photos as the office sees them: of a response, one file, and what could not be had.

Who may see which is for the screens to decide; `MediaItem.response_id` tells them what it belongs to.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from core.errors import NotFound
from core.media.models import Media
from core.media.reasons import IN_WORDS, Reason
from core.media.receiving import key_of
from core.media.store import PLAYABLE, MediaStore

# What browsers are sent of each type, and as what. Voices go out as MP3.
_SHOWN_AS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "jpg": ("jpg", "image/jpeg"),
        "png": ("png", "image/png"),
        "amr": (PLAYABLE, "audio/mpeg"),
        "spx": (PLAYABLE, "audio/mpeg"),
        "mp3": (PLAYABLE, "audio/mpeg"),
    }
)
_KEY = re.compile(r"[0-9a-f]{32}")
_IS_UNDELIVERED: ColumnElement[bool] = Media.state.in_(("gone", "refused"))


class NoSuchMedia(NotFound):
    """There is no such file, or not yet, or no longer."""

    say = "没有这个文件，或者它还没有取到、已经删除。"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaItem:
    """
    One voice message or photo. `key` names it in addresses.

    `state` is waiting, kept, gone or refused; `trouble` says in words why it is not there, '' when nothing
    went wrong. `response_id` is None and `question` '' until the questionnaire ends.
    """

    key: str
    kind: str
    state: str
    trouble: str
    received_at: datetime
    size_bytes: int | None
    response_id: int | None
    question: str
    item: str


@dataclass(frozen=True, slots=True)
class OpenedMedia:
    """A file that may be sent to a browser, and what it belongs to."""

    path: Path
    mime: str
    response_id: int | None


def media_of_response(connection: Connection, response_id: int) -> list[MediaItem]:
    """Everything that came with one response, in the order it came; see `MediaItem.question`."""
    return _items(connection, Media.response_id == response_id)


def media_by_ids(connection: Connection, media_ids: Collection[str]) -> dict[str, MediaItem]:
    """What became of these media ids, as they stand in answers; ids nobody knows are left out."""
    by_key = {key_of(media_id): media_id for media_id in media_ids}
    return {by_key[item.key]: item for item in _items(connection, Media.key.in_(by_key))}


def open_media(connection: Connection, store: MediaStore, key: str) -> OpenedMedia:
    """The file behind a key, as browsers can show or play it; NoSuchMedia, also for what is no key at all."""
    if not _KEY.fullmatch(key):
        raise NoSuchMedia
    row = connection.execute(
        select(Media.sha256, Media.file_type, Media.response_id).where(
            Media.key == key, Media.state == "kept"
        )
    ).one_or_none()
    if row is None:
        raise NoSuchMedia
    extension, mime = _SHOWN_AS[row.file_type]
    # The path is made of the hash in the table; nothing of what was asked for gets into it.
    path = store.path(row.sha256, extension)
    if not path.is_file():
        raise NoSuchMedia
    return OpenedMedia(path, mime, row.response_id)


def undelivered(connection: Connection, offset: int = 0, limit: int = 100) -> list[MediaItem]:
    """What could not be fetched or was not fit to be kept, newest first."""
    return _items(connection, _IS_UNDELIVERED, offset=offset, limit=limit, newest_first=True)


def count_undelivered(connection: Connection) -> int:
    """How many that list has."""
    return connection.scalar(select(func.count()).select_from(Media).where(_IS_UNDELIVERED)) or 0


def _items(
    connection: Connection,
    condition: ColumnElement[bool],
    *,
    offset: int = 0,
    limit: int | None = None,
    newest_first: bool = False,
) -> list[MediaItem]:
    at = Media.received_at.desc() if newest_first else Media.received_at
    query = select(Media.__table__).where(condition, Media.state != "forgotten").order_by(at, Media.key)
    return [_item(row) for row in connection.execute(query.offset(offset).limit(limit))]


def _item(row: Any) -> MediaItem:
    return MediaItem(
        key=row.key,
        kind=row.kind,
        state=row.state,
        trouble=IN_WORDS[Reason(row.reason)] if row.reason else "",
        received_at=row.received_at,
        size_bytes=row.size_bytes,
        response_id=row.response_id,
        question=row.question,
        item=row.item,
    )
