"""How the office's screens find the file behind a media id: the tie between them and `core.media`."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from core.media.service import media_by_ids


def kept_media(connection: Connection, media_ids: Collection[str]) -> Mapping[str, str]:
    """Media id → key, for what is kept."""
    found = media_by_ids(connection, media_ids)
    return {media_id: item.key for media_id, item in found.items() if item.state == "kept"}
