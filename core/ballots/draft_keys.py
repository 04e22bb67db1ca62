"""
Draft keys: one random key for each ballot on its way, in a file of its own, outside the database.

The folder (`ballot-keys` under `MINYI_VAR`) belongs into no backup: a ballot's way to the urn can be followed
by nobody once its key is gone, and a backup would keep it. Names are random. A file is overwritten before it
is removed; what a copying file system or a flash cell may keep all the same is said in `docs/ballots.md`.

All server processes and the worker must see the same folder.
"""

import os
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.ballots.sealing import WRAP_KEY_BYTES

FOLDER = "ballot-keys"
# A sealed reply is of use for half an hour; its key lives an hour at most, whatever is done with it.
REPLY_KEY_SECONDS = 3600
_FOR_REPLIES = "reply-"
_OWNER_ONLY_FOLDER = 0o700
_OWNER_ONLY = 0o600
# Programs that make backups look for this file and leave its folder out (bford.info/cachedir).
_TAG_NAME = "CACHEDIR.TAG"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys of ballots that are not counted yet. They must not get into any backup: see docs/ballots.md.\n"
)


class DraftKeys:
    """The keys in one folder. Safe to use from several threads and processes."""

    def __init__(self, var: Path) -> None:
        self._folder = var / FOLDER

    @property
    def folder(self) -> Path:
        """Where they are; not there before the first."""
        return self._folder

    @property
    def is_tagged(self) -> bool:
        """Whether programs that make backups are told to leave the folder out."""
        return (self._folder / _TAG_NAME).exists()

    def new(self, prefix: str = "") -> tuple[str, bytes]:
        """A new key under a random name; on disk when this returns."""
        self._make_folder()
        name, key = prefix + secrets.token_hex(16), secrets.token_bytes(WRAP_KEY_BYTES)
        handle = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        self._sync_folder()
        return name, key

    def for_replies(self) -> tuple[str, bytes]:
        """The key under which chat replies are sealed now: a new one each half hour."""
        now = time.time()
        fresh = [
            name
            for name, made_at in self.names()
            if name.startswith(_FOR_REPLIES) and now - made_at < REPLY_KEY_SECONDS / 2
        ]
        for name in fresh:
            if key := self.get(name):
                return name, key
        return self.new(_FOR_REPLIES)

    def get(self, name: str) -> bytes | None:
        """The key of this name; None when it is gone."""
        try:
            key = (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        return key if len(key) == WRAP_KEY_BYTES else None

    def destroy(self, names: Iterable[str]) -> None:
        """Overwrite and remove these; those that are gone already are no fault."""
        touched = False
        for name in names:
            touched = self._shred(self._folder / name) or touched
        if touched:
            self._sync_folder()

    def stale(self, strays_after_seconds: float) -> Iterator[tuple[str, bool]]:
        """
        Keys that may have outlived their use: their name, and whether that is certain.

        Certain for replies' keys after an hour. Any other that old may be of a draft: look before destroying.
        """
        now = time.time()
        for name, made_at in self.names():
            if name.startswith(_FOR_REPLIES):
                if now - made_at > REPLY_KEY_SECONDS:
                    yield name, True
            elif now - made_at > strays_after_seconds:
                yield name, False

    def names(self) -> Iterator[tuple[str, float]]:
        """Every key there is: its name and when it was made (seconds since 1970)."""
        if not self._folder.is_dir():
            return
        for entry in os.scandir(self._folder):
            if entry.name != _TAG_NAME:
                try:
                    yield entry.name, entry.stat().st_mtime
                except FileNotFoundError:
                    continue  # another process destroyed it meanwhile

    def _shred(self, path: Path) -> bool:
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(WRAP_KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def _make_folder(self) -> None:
        if self._folder.is_dir():
            return
        self._folder.mkdir(mode=_OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        (self._folder / _TAG_NAME).write_text(_TAG, "ascii")

    def _sync_folder(self) -> None:
        """Make names that came or went last through a power cut. Windows has no such call, nor the need."""
        if os.name == "posix":
            handle = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
