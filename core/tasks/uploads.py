"""
Files people hand in for a task: kept by what is in them, until the task has used them.

A form is looked at before it is confirmed, and a browser cannot be asked for the file twice.
"""

import hashlib
import os
import re
import time
from datetime import timedelta
from pathlib import Path

from core.errors import NotFound

FOLDER = "uploads"
KEPT = timedelta(days=30)
FOLDER_MODE = 0o700
_KEY = re.compile(r"[0-9a-f]{64}")


class UploadGone(NotFound):
    """It was never handed in, or too long ago."""

    say = "上传的文件已经不在了，请重新选一次。"


def keep_upload(var: Path, content: bytes) -> str:
    """Keep the file; the key it is found under."""
    folder = var / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    key = hashlib.sha256(content).hexdigest()
    partial = folder / f".{key}.{os.getpid()}.{time.monotonic_ns()}"
    partial.write_bytes(content)
    partial.replace(folder / key)
    return key


def read_upload(var: Path, key: str) -> bytes:
    """The file's bytes; UploadGone for anything that is no key of a file that is there."""
    if not _KEY.fullmatch(key):
        raise UploadGone
    try:
        return (var / FOLDER / key).read_bytes()
    except FileNotFoundError:
        raise UploadGone from None


def keep_beside(var: Path, key: str, suffix: str, text: str) -> None:
    """Keep what was found out about a file of ours, as long as the file; the last one stands."""
    if not _KEY.fullmatch(key):
        raise UploadGone
    folder = var / FOLDER
    partial = folder / f".{key}.{os.getpid()}.{time.monotonic_ns()}"
    partial.write_text(text, "utf-8")
    partial.replace(folder / f"{key}.{suffix}")


def read_beside(var: Path, key: str, suffix: str) -> str | None:
    """What was kept; None when nothing was."""
    if not _KEY.fullmatch(key):
        raise UploadGone
    try:
        return (var / FOLDER / f"{key}.{suffix}").read_text("utf-8")
    except FileNotFoundError:
        return None


def delete_old_uploads(var: Path) -> int:
    """Delete what has lain here too long, by the disk's clock; how many files."""
    folder = var / FOLDER
    oldest = time.time() - KEPT.total_seconds()
    old = [path for path in folder.iterdir() if path.stat().st_mtime < oldest] if folder.is_dir() else []
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
