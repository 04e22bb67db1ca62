"""
A photo that somebody hands in through a form: made fit to be kept, stored, noted, in one transaction.

No platform is asked, so nothing waits: the row is there as `kept`, or the photo is refused with a sentence.
"""

import secrets
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.media.contents import content_of
from core.media.file_lock import lock_files
from core.media.models import Media
from core.media.receiving import KEY_DIGITS
from core.media.store import MediaStore


def keep_photo(session: Session, store: MediaStore, received: bytes, held_by: str, now: datetime) -> str:
    """
    Keep a photo for `held_by`; its key. Unfit when it is none, NotStored when the disk does not take it.

    The file is in its place before the commit: should that fail, it is swept away as a stray.
    """
    content = content_of("photo", received)
    key = secrets.token_hex(KEY_DIGITS // 2)
    with store.staged(content) as put_in_place:
        lock_files(session.connection())
        # As a statement: Media points to responses, and who only hands in a photo need not know their table.
        session.execute(
            insert(Media).values(
                key=key,
                kind="photo",
                media_id="",
                received_at=now,
                state="kept",
                next_try_at=now,
                sha256=content.sha256,
                file_type=content.file_type,
                size_bytes=content.size_bytes,
                held_by=held_by,
            )
        )
        put_in_place()
    return key
