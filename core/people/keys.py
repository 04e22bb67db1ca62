"""
The keys people are hashed under, and how they are kept.

A person is known by a keyed hash of the openid, never by the openid. Hash keys are random, live in the
database wrapped (encrypted) with the data key, and never change. The data key can: put the new one first in
`MINYI_DATA_KEY`, leave the old one behind it.
"""

import hmac
import secrets
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from core.errors import ConfigError
from core.people.models import WrappedKey

KEY_BYTES = 32
# The name of the key openids are hashed under for conversations.
PERSON_KEY = "person"
# 128 bits: two of a million people share a hash with a chance of one in 10^26.
HASH_CHARS = 32


class WrongDataKey(ConfigError):
    """What was encrypted under another data key cannot be opened."""

    say = (
        "MINYI_DATA_KEY 同数据库对不上：打不开里面加密的内容。请用当初的密钥，换过密钥的把旧的写在新的后面。"
    )


class KeyRing:
    """Wraps and unwraps with the data key (one or several Fernet keys joined by commas, newest first)."""

    def __init__(self, data_key: str) -> None:
        rings = [Fernet(key) for key in data_key.split(",")]
        self._newest = rings[0]
        self._fernet = MultiFernet(rings)

    def wrap(self, secret: bytes) -> bytes:
        """Encrypt under the newest key."""
        return self._fernet.encrypt(secret)

    def unwrap(self, wrapped: bytes) -> bytes:
        """What `wrap` was given, under whichever of the keys; WrongDataKey when none fits."""
        try:
            return self._fernet.decrypt(wrapped)
        except InvalidToken as error:
            raise WrongDataKey from error

    def is_newest(self, wrapped: bytes) -> bool:
        """Whether it was encrypted under the newest of the keys."""
        try:
            self._newest.decrypt(wrapped)
        except InvalidToken:
            return False
        return True

    def new_wrapped_key(self) -> bytes:
        """A new random hash key, wrapped."""
        return self.wrap(secrets.token_bytes(KEY_BYTES))


def named_key(session: Session, keys: KeyRing, name: str, now: datetime) -> bytes:
    """The hash key of this name; made when it is first asked for. Processes that ask at once get the same."""
    stored = select(WrappedKey.wrapped).where(WrappedKey.name == name)
    wrapped = session.scalar(stored)
    if wrapped is None:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        insert = sqlite_insert if is_sqlite else postgresql_insert
        fresh = insert(WrappedKey).values(name=name, wrapped=keys.new_wrapped_key(), created_at=now)
        # Another process may be first: PostgreSQL waits here for its commit; the key that is stored counts.
        session.execute(fresh.on_conflict_do_nothing(index_elements=[WrappedKey.name]))
        wrapped = session.scalars(stored).one()
    return keys.unwrap(wrapped)


def person_hash(key: bytes, openid: str) -> str:
    """The 32 hex characters a person is known by under this key."""
    return hmac.digest(key, openid.encode(), "sha256").hex()[:HASH_CHARS]
