"""
The newest link, kept outside the database: one small file, written after the commit it tells of.

After, because a file that were ahead of the database would look like a cut tail. It may lag behind by what a
crash left out; the next act, or the worker's next minute, catches up. It never goes back: writers take turns
by a lock on a file beside it, and only a higher number is written. Its seal keeps others from making one up.
"""

import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

FILE = "newest"
LOCK = "newest.lock"
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Link:
    """An entry's number and MAC; (0, '') before the first."""

    number: int
    mac: str


class BrokenFile(Exception):
    """The file is there and is not what was written."""


@dataclass(frozen=True, slots=True)
class KeptHead:
    """The file in `folder`, sealed under `key`."""

    folder: Path
    key: bytes = field(repr=False)

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.folder / FILE

    def read(self) -> Link | None:
        """What is kept; None when there is no such file. BrokenFile when its seal does not fit; OSError."""
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise BrokenFile from error
        try:
            found = json.loads(text)
            link = Link(int(found["number"]), str(found["mac"]))
            seal = str(found["seal"])
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenFile from error
        if not hmac.compare_digest(seal, self._seal(link)):
            raise BrokenFile
        return link

    def advance(self, link: Link) -> None:
        """Keep this link if it is newer than the one that is kept. BrokenFile, OSError."""
        with self._alone():
            there = self.read()
            if there is None or there.number < link.number:
                self._write(link)

    def replace(self, link: Link) -> None:
        """Keep this link whatever was there: somebody has taken the responsibility. OSError."""
        with self._alone():
            self._write(link)

    def _write(self, link: Link) -> None:
        half_written = self.path.with_name(f".{FILE}.{secrets.token_hex(8)}")
        handle = os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump({"number": link.number, "mac": link.mac, "seal": self._seal(link)}, out)
                out.flush()
                os.fsync(out.fileno())
            half_written.replace(self.path)
        except BaseException:
            half_written.unlink(missing_ok=True)
            raise
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _seal(self, link: Link) -> str:
        return hmac.digest(self.key, f"{link.number} {link.mac}".encode(), "sha256").hex()
