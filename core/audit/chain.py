"""
The chain: how an entry is sealed to the one before it, and which log a database belongs to.

Each entry's MAC is an HMAC-SHA256 over the MAC before it and over the entry's own fields. The key is not in
the database: it is `MINYI_AUDIT_KEY`, or a file that is made once in the data folder.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from core.audit.kept_head import KeptHead
from core.clock import Clock
from core.config import Settings
from core.secret_files import kept_secret, new_secret

FOLDER = "audit"
KEY_FILE = "audit.key"
KEY_ID_CHARS = 8
# The option of an engine under which its log travels to every connection.
OPTION = "minyi_audit_log"

Details = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Content:
    """The fields of an entry that the MAC stands for."""

    number: int
    at: datetime
    act: str
    who_kind: str
    who_id: int
    who_name: str
    about: str
    details: str

    def as_bytes(self) -> bytes:
        """The same for equal contents, different for others."""
        fields = [self.number, self.at.astimezone(UTC).isoformat(timespec="microseconds"), self.act]
        fields += [self.who_kind, self.who_id, self.who_name, self.about, self.details]
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class AuditLog:
    """The log of one installation: its key, its clock, and where the newest link is kept besides."""

    key: bytes = field(repr=False)
    clock: Clock
    kept: KeptHead

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> "AuditLog":
        """
        The log these settings describe; without `MINYI_AUDIT_KEY` its key is made once, into a file.

        ConfigError when the file cannot be read or written.
        """
        folder = settings.var / FOLDER
        key = (settings.audit_key or kept_secret(folder / KEY_FILE, new_secret)).encode()
        return cls(key, clock, KeptHead(folder, hmac.digest(key, b"audit head file", "sha256")))

    @property
    def key_id(self) -> str:
        """Tells keys apart without telling anything of the key."""
        return hmac.digest(self.key, b"audit key id", "sha256").hex()[:KEY_ID_CHARS]

    def mac(self, before: str, content: Content) -> str:
        """The MAC of an entry that follows the one whose MAC is `before` ('' for the first)."""
        return hmac.digest(self.key, f"{before}\n".encode() + content.as_bytes(), "sha256").hex()


class NoAuditLog(RuntimeError):
    """A bug: the engine was opened without `attach`."""


def attach(engine: Engine, log: AuditLog) -> None:
    """Say which log the acts in this database belong to. Done once, where the engine is opened."""
    engine.update_execution_options(**{OPTION: log})


def log_of(connection: Connection) -> AuditLog:
    """The log attached to this connection's engine; NoAuditLog when there is none."""
    log = connection.get_execution_options().get(OPTION)
    if not isinstance(log, AuditLog):
        raise NoAuditLog("core.audit.chain.attach(engine, log) was not called for this engine")
    return log
