"""
The files: under `<var>/media`, named by what is in them, readable by the program's own user only.

    media/ab/ab…ef.jpg         a photo
    media/cd/cd…01.amr         a voice message as it came …
    media/cd/cd…01.play.mp3    … and as browsers play it
    media/incoming/            files being written

A file appears under its name only when it is whole. Nothing of this folder is ever served as it is, see
`service.open_media`.
"""

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from core.errors import SurveyError

# The extension of a voice as browsers play it.
PLAYABLE = "play.mp3"

FOLDER_MODE = 0o700
FILE_MODE = 0o600
# A file takes seconds to write; what lies there for a day was left by a crash.
KEEP_HALF_WRITTEN = timedelta(days=1)

_SHA256 = re.compile(r"[0-9a-f]{64}")


class NotStored(SurveyError):
    """The disk is full, or cannot be written. What came of it waits."""

    say = "照片和语音存不下来，请看看磁盘是不是满了；腾出空间后会自动再取。"


@dataclass(frozen=True, slots=True)
class Content:
    """
    What is kept of a file: under which hash, and the files by extension.

    `file_type` is the extension of the one that was hashed; a voice has the playable one beside it.
    """

    sha256: str
    file_type: str
    files: Mapping[str, bytes]

    @property
    def size_bytes(self) -> int:
        """The size of the hashed file."""
        return len(self.files[self.file_type])


class MediaStore:
    """Puts files in place, finds and deletes them. Which of them are needed, the table says."""

    def __init__(self, var: Path) -> None:
        self.folder = var / "media"
        self._incoming = self.folder / "incoming"

    def path(self, sha256: str, extension: str) -> Path:
        """Where this content lies; ValueError for anything that is no hash."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return self.folder / sha256[:2] / f"{sha256}.{extension}"

    @contextmanager
    def staged(self, content: Content) -> Iterator[Callable[[], None]]:
        """
        Write the files beside their place; the block calls what it is given to put them there.

        NotStored, also from that call. What was not put in place is deleted when the block ends.
        """
        written: dict[Path, Path] = {}
        try:
            with _as_not_stored():
                self.folder.parent.mkdir(parents=True, exist_ok=True)
                for folder in (self.folder, self._incoming):
                    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
                for extension, data in content.files.items():
                    half_written = self._incoming / secrets.token_hex(16)
                    written[half_written] = self.path(content.sha256, extension)
                    _write(half_written, data)
            yield lambda: _put_in_place(written)
        finally:
            for half_written in written:
                half_written.unlink(missing_ok=True)

    def delete(self, sha256: str) -> None:
        """Delete every file of this content; nothing happens when there is none."""
        for path in self.path(sha256, "*").parent.glob(f"{sha256}.*"):
            path.unlink(missing_ok=True)

    def contents(self) -> Iterator[Sequence[str]]:
        """The hashes of all that is there, a folder at a time."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            names = {path.name.split(".")[0] for path in folder.iterdir()}
            yield sorted(name for name in names if _SHA256.fullmatch(name))

    def drop_half_written(self) -> int:
        """Delete what crashes left behind; how many files."""
        old = time.time() - KEEP_HALF_WRITTEN.total_seconds()
        left = [path for path in self._incoming.glob("*") if path.stat().st_mtime < old]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _put_in_place(written: dict[Path, Path]) -> None:
    with _as_not_stored():
        for half_written, path in written.items():
            path.parent.mkdir(mode=FOLDER_MODE, exist_ok=True)
            half_written.replace(path)
        for folder in {path.parent for path in written.values()}:
            handle = os.open(folder, os.O_RDONLY)
            try:
                # The name, too, must have reached the disk before the table says that the file is there.
                os.fsync(handle)
            finally:
                os.close(handle)


@contextmanager
def _as_not_stored() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotStored from error
