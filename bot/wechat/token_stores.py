"""
Where the access token is kept for all processes to share, and who may fetch a new one.

Two stores of one shape: Redis, or a row of the database where there is no Redis. Holding the lock never
keeps a database transaction open: fetching a token can take seconds.
"""

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from redis import Redis
from redis.exceptions import LockError
from sqlalchemy import Engine, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from core.errors import Busy
from core.tokens.models import AccessToken

# Longer than a fetch can take, time-outs included; after that a crashed holder's lock lapses.
LOCK_SECONDS = 30
# How long others wait for the holder to be done.
WAIT_SECONDS = 20
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when to stop using it."""

    value: str
    usable_until: datetime


class TokenStore(Protocol):
    """Keeps one token for any number of processes."""

    def read(self) -> Token | None:
        """The token kept, usable or not; None when there is none."""
        ...

    def write(self, token: Token) -> None:
        """Keep this token in place of the one before."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Only one process at a time is inside; Busy when the others take too long."""
        ...


class RedisTokenStore:
    """The token under one key, the lock under another."""

    def __init__(self, client: Redis, app_id: str) -> None:
        self._client = client
        self._key = f"minyi:access_token:{app_id}"

    def read(self) -> Token | None:
        """See `TokenStore`."""
        stored = self._client.get(self._key)
        if stored is None:
            return None
        value, until = json.loads(stored)
        return Token(value, datetime.fromtimestamp(until, UTC))

    def write(self, token: Token) -> None:
        """See `TokenStore`."""
        # Two hours is the longest a token lives; the key goes by itself when nobody renews it.
        self._client.set(self._key, json.dumps([token.value, token.usable_until.timestamp()]), ex=7200)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """See `TokenStore`."""
        lock = self._client.lock(
            f"{self._key}:lock", timeout=LOCK_SECONDS, blocking_timeout=WAIT_SECONDS, sleep=POLL_SECONDS
        )
        if not lock.acquire():
            raise Busy
        try:
            yield
        finally:
            # It may have lapsed while we fetched; whoever holds it now fetched as well, and both tokens
            # work.
            with suppress(LockError):
                lock.release()


class DatabaseTokenStore:
    """The token in the row of `access_token`; the lock is a lease on that row."""

    def __init__(self, engine: Engine, app_id: str, clock: Clock) -> None:
        self._engine = engine
        self._app_id = app_id
        self._clock = clock

    def read(self) -> Token | None:
        """See `TokenStore`."""
        query = select(AccessToken.value, AccessToken.usable_until).where(AccessToken.app_id == self._app_id)
        with self._engine.connect().execution_options(read_only=True) as connection:
            row = connection.execute(query).one_or_none()
        if row is None or not row.value or row.usable_until is None:
            return None
        return Token(row.value, row.usable_until)

    def write(self, token: Token) -> None:
        """See `TokenStore`. The row exists: only the lock's holder writes."""
        with self._engine.begin() as connection:
            connection.execute(
                update(AccessToken)
                .where(AccessToken.app_id == self._app_id)
                .values(value=token.value, usable_until=token.usable_until)
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """See `TokenStore`."""
        owner = secrets.token_hex(16)
        self._make_row()
        give_up = time.monotonic() + WAIT_SECONDS
        while not self._lease(owner):
            if time.monotonic() > give_up:
                raise Busy
            time.sleep(POLL_SECONDS)
        try:
            yield
        finally:
            with self._engine.begin() as connection:
                connection.execute(
                    update(AccessToken)
                    .where(AccessToken.app_id == self._app_id, AccessToken.lease_owner == owner)
                    .values(lease_owner="", leased_until=None)
                )

    def _make_row(self) -> None:
        query = select(AccessToken.app_id).where(AccessToken.app_id == self._app_id)
        with self._engine.connect().execution_options(read_only=True) as connection:
            if connection.execute(query).one_or_none() is not None:
                return
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(AccessToken).values(app_id=self._app_id, value="", lease_owner=""))
        except IntegrityError:
            return  # another process made it first, which is all we wanted

    def _lease(self, owner: str) -> bool:
        """Claim the row by an UPDATE that names the state it expects."""
        now = self._clock()
        with self._engine.begin() as connection:
            claimed = connection.execute(
                update(AccessToken)
                .where(
                    AccessToken.app_id == self._app_id,
                    or_(AccessToken.leased_until.is_(None), AccessToken.leased_until < now),
                )
                .values(lease_owner=owner, leased_until=now + timedelta(seconds=LOCK_SECONDS))
            )
        return claimed.rowcount == 1
