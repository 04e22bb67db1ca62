"""
Deleting what nobody needs: forgotten files, files of questionnaires that came to nothing, files of no row.

Each step is a transaction of its own and may run twice without harm.
"""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine, Select, delete, select

from core.conversation.models import Conversation
from core.conversation.person import Person
from core.media.file_lock import lock_files
from core.media.models import Media
from core.media.receiving import forget_where, key_of
from core.media.store import MediaStore

BATCH = 500
# The turn that received a file has long been committed by then.
ORPHANED_AFTER = timedelta(days=1)
MAX_STRAYS = 20

log = logging.getLogger(__name__)


def delete_forgotten(engine: Engine, store: MediaStore) -> int:
    """Delete the rows of what was forgotten, and their files unless others have the same; how many rows."""
    with engine.connect().execution_options(read_only=True) as connection:
        keys = connection.scalars(select(Media.key).where(Media.state == "forgotten")).all()
    for key in keys:
        with engine.begin() as connection:
            lock_files(connection)
            sha256 = connection.scalar(select(Media.sha256).where(Media.key == key))
            connection.execute(delete(Media).where(Media.key == key))
            if sha256 and connection.scalar(_rows_of(sha256)) is None:
                store.delete(sha256)
    return len(keys)


def forget_orphans(engine: Engine, now: datetime) -> int:
    """
    Forget what came more than a day ago and belongs to no response; how many.

    What something else needs (`held_by`) stays. A questionnaire under way holds on to what was sent to it,
    however long it takes. What was taken back (重写, 重来), and what a questionnaire left that ended without
    a response, nobody holds.
    """
    before = now - ORPHANED_AFTER
    is_old = (
        Media.response_id.is_(None),
        Media.held_by == "",
        Media.state != "forgotten",
        Media.received_at < before,
    )
    with engine.connect().execution_options(read_only=True) as connection:
        orphans = set(connection.scalars(select(Media.key).where(*is_old)))
    if not orphans:
        return 0
    # A run that ends while we look attaches its files to a response first, and `is_old` is asked once more.
    orphans -= {key_of(media_id) for media_id in _held(engine)}
    forgotten, left = 0, sorted(orphans)
    for start in range(0, len(left), BATCH):
        with engine.begin() as connection:
            forgotten += forget_where(connection, Media.key.in_(left[start : start + BATCH]), *is_old)
    return forgotten


def _held(engine: Engine) -> Iterator[str]:
    """The media ids in all questionnaires under way."""
    last = ""
    while True:
        with engine.connect().execution_options(read_only=True) as connection:
            rows = connection.execute(
                select(Conversation.person, Conversation.state)
                .where(Conversation.round_id.is_not(None), Conversation.person > last)
                .order_by(Conversation.person)
                .limit(BATCH)
            ).all()
        if not rows:
            return
        last = rows[-1].person
        for row in rows:
            for run in Person.load(json.loads(row.state)).open_runs:
                yield from run.state.media_ids


def delete_strays(engine: Engine, store: MediaStore) -> int:
    """
    Delete files that no row speaks of, left by crashes; how many.

    Crashes leave one or two. Many at once mean that this is not the database the files belong to: then none
    is deleted, and the log says so.
    """
    strays: list[str] = []
    for found in store.contents():
        with engine.connect().execution_options(read_only=True) as connection:
            known = set(connection.scalars(select(Media.sha256).where(Media.sha256.in_(found))))
        strays += [sha256 for sha256 in found if sha256 not in known]
    if len(strays) > MAX_STRAYS:
        log.error("media_strays_left_alone", extra={"files": len(strays), "most": MAX_STRAYS})
        return 0
    for sha256 in strays:
        with engine.begin() as connection:
            lock_files(connection)
            if connection.scalar(_rows_of(sha256)) is None:
                store.delete(sha256)
    return len(strays) + store.drop_half_written()


def _rows_of(sha256: str | None) -> Select[str]:
    return select(Media.key).where(Media.sha256 == sha256).limit(1)
