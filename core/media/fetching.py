"""
Fetching what people sent, before the platform forgets it: three days after it came.

Any number of workers may do it. A row is claimed by an UPDATE that names the state it expects, and the claim
lapses, so a worker that dies loses nothing. No transaction is open while the platform is asked or a file is
made ready. Doing it twice is harmless: the second time puts the same content under the same name.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from core.clock import SHANGHAI, Clock, local_day
from core.media.contents import Ceiling, content_of
from core.media.file_lock import lock_files
from core.media.models import Media
from core.media.reasons import Reason, Unfit
from core.media.source import MediaSource, NotFetched, Then
from core.media.store import Content, MediaStore, NotStored

log = logging.getLogger(__name__)

# WeChat docs, temporary media: valid for 3 days.
LIFETIME = timedelta(days=3)
# Longer than a download and its conversion can take.
LEASE = timedelta(minutes=10)
# How long to wait after the first, second, … failure; the last for all further ones.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
# A file that cannot be opened may have been cut off on the way; after this many times it is believed.
TRIES_OF_DAMAGED = 3
# After this many files, or seconds, other jobs may have their turn.
BATCH = 50
RUN_SECONDS = 45.0


@dataclass(frozen=True, slots=True)
class _Claim:
    """A file this worker is to fetch; `attempts` is what the row says while the claim holds."""

    key: str
    kind: str
    media_id: str
    attempts: int


def fetch_due(engine: Engine, store: MediaStore, source: MediaSource, clock: Clock) -> Counter[str]:
    """
    Fetch what is due, oldest first, for up to `BATCH` files; how many rows came to which state.

    Ends at once when there is no point in going on: the platform takes no more calls for now, or the disk
    takes no more files.
    """
    counts: Counter[str] = Counter()
    enough = time.monotonic() + RUN_SECONDS
    for _ in range(BATCH):
        claim = _claim_next(engine, clock(), counts) if time.monotonic() < enough else None
        if claim is None:
            break
        try:
            content = _download(source, claim)
            counts[_keep(engine, store, claim, content)] += 1
        except Unfit as error:
            counts[_unfit(engine, claim, error.reason, clock())] += 1
        except NotFetched as error:
            counts[_not_fetched(engine, claim, error, clock())] += 1
            if error.then in _PAUSES_ALL:
                _pause_all(engine, error.then, clock())
                break
        except NotStored as error:
            log.error("media_not_stored", extra={"reason": str(error), "cause": str(error.__cause__)})
            counts[_later(engine, claim, Reason.DISK, None, clock())] += 1
            break
    return counts


def _download(source: MediaSource, claim: _Claim) -> Content:
    ceiling = Ceiling(claim.kind)
    source.fetch(claim.media_id, ceiling.take)
    return content_of(claim.kind, ceiling.content)


# Claims ------------------------------------------------------------------------------------------------


def _claim_next(engine: Engine, now: datetime, counts: Counter[str]) -> _Claim | None:
    """The file that has been due longest, or None. What has outlived the platform's memory is given up."""
    while True:
        with engine.connect().execution_options(read_only=True) as connection:
            row = connection.execute(
                select(Media.key, Media.kind, Media.media_id, Media.attempts, Media.received_at)
                .where(Media.state == "waiting", Media.next_try_at <= now)
                .order_by(Media.next_try_at)
                .limit(1)
            ).one_or_none()
        if row is None:
            return None
        seen = _Claim(row.key, row.kind, row.media_id, row.attempts)
        if row.attempts and now >= row.received_at + LIFETIME:
            counts[_end(engine, seen, "gone", Reason.EXPIRED)] += 1
            continue
        pause = max(LEASE, _pause_after(row.attempts))
        if _settle(engine, seen, attempts=row.attempts + 1, next_try_at=now + pause):
            return _Claim(row.key, row.kind, row.media_id, row.attempts + 1)


def _settle(engine: Engine, claim: _Claim, **values: Any) -> bool:
    with engine.begin() as connection:
        return _write(connection, claim, **values)


def _write(connection: Connection, claim: _Claim, **values: Any) -> bool:
    """Write if the row is still as this worker knows it; False when it lapsed or was forgotten meanwhile."""
    changed = connection.execute(
        update(Media)
        .where(Media.key == claim.key, Media.state == "waiting", Media.attempts == claim.attempts)
        .values(**values)
    )
    return changed.rowcount == 1


def _pause_after(attempts: int) -> timedelta:
    return PAUSES[min(attempts, len(PAUSES)) - 1] if attempts else timedelta(0)


# Outcomes ----------------------------------------------------------------------------------------------


def _keep(engine: Engine, store: MediaStore, claim: _Claim, content: Content) -> str:
    with store.staged(content) as put_in_place, engine.begin() as connection:
        lock_files(connection)
        is_ours = _write(
            connection,
            claim,
            state="kept",
            media_id="",
            reason="",
            code=None,
            sha256=content.sha256,
            file_type=content.file_type,
            size_bytes=content.size_bytes,
        )
        if is_ours:
            put_in_place()
    return _told(claim, "kept" if is_ours else "dropped", "", None)


def _unfit(engine: Engine, claim: _Claim, reason: Reason, now: datetime) -> str:
    if reason is Reason.DAMAGED and claim.attempts < TRIES_OF_DAMAGED:
        return _later(engine, claim, reason, None, now)
    return _end(engine, claim, "refused", reason)


def _not_fetched(engine: Engine, claim: _Claim, error: NotFetched, now: datetime) -> str:
    if error.then is Then.GIVE_UP:
        return _end(engine, claim, "gone", Reason.UNKNOWN_ID, error.code)
    if error.then is Then.REFUSE:
        return _end(engine, claim, "refused", Reason.NO_FILE, error.code)
    return _later(engine, claim, Reason.PLATFORM, error.code, now)


def _end(engine: Engine, claim: _Claim, state: str, reason: Reason, code: int | None = None) -> str:
    values = {"state": state, "media_id": "", "reason": reason, "code": code}
    return _told(claim, state if _settle(engine, claim, **values) else "dropped", reason, code)


def _later(engine: Engine, claim: _Claim, reason: Reason, code: int | None, now: datetime) -> str:
    next_try_at = now + _pause_after(claim.attempts)
    is_ours = _settle(engine, claim, reason=reason, code=code, next_try_at=next_try_at)
    return _told(claim, "waiting" if is_ours else "dropped", reason, code)


def _told(claim: _Claim, state: str, reason: str, code: int | None) -> str:
    """Log what came of it; "dropped" when the row was no longer this worker's to write."""
    log.log(
        logging.WARNING if reason else logging.INFO,
        "media_fetched",
        extra={
            "media": claim.key,
            "kind": claim.kind,
            "state": state,
            "reason": reason,
            "code": code,
            "attempts": claim.attempts,
        },
    )
    return state


# Pauses for all ----------------------------------------------------------------------------------------

# Five minutes for clocks that differ.
FIVE_PAST_MIDNIGHT = datetime.min.time().replace(minute=5)
_PAUSES_ALL = frozenset({Then.PAUSE_MINUTE, Then.PAUSE_HOUR, Then.PAUSE_UNTIL_MIDNIGHT})


def _pause_all(engine: Engine, then: Then, now: datetime) -> None:
    """Let everything wait; leases of other workers only become longer by it."""
    until = {
        Then.PAUSE_MINUTE: now + timedelta(minutes=1),
        Then.PAUSE_HOUR: now + timedelta(hours=1),
        Then.PAUSE_UNTIL_MIDNIGHT: _after_midnight(now),
    }[then]
    with engine.begin() as connection:
        connection.execute(
            update(Media).where(Media.state == "waiting", Media.next_try_at < until).values(next_try_at=until)
        )
    is_alarm = then is not Then.PAUSE_MINUTE
    log.log(
        logging.ERROR if is_alarm else logging.WARNING, "media_paused", extra={"until": until.isoformat()}
    )


def _after_midnight(now: datetime) -> datetime:
    """The platform's day is Shanghai's."""
    return datetime.combine(local_day(now) + timedelta(days=1), FIVE_PAST_MIDNIGHT, SHANGHAI)
