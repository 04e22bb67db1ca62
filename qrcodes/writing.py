"""A file appears whole, under its name, or not at all."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from qrcodes.errors import NotWritten

MAX_FILE_NAME_CHARS = 60

# Not allowed in names on Windows, where most offices open what we write.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_REASONS = {
    errno.ENOSPC: "磁盘满了，请腾出地方再试",
    errno.EDQUOT: "磁盘配额满了，请腾出地方再试",
    errno.EACCES: "没有权限，请换个地方再试",
    errno.EROFS: "这个地方只能读不能写，请换个地方再试",
    errno.ENOENT: "文件夹不存在，请先建好",
    errno.ENOTDIR: "上一级不是文件夹，请换个地方再试",
    errno.EISDIR: "这个名字已经是一个文件夹，请换个名字",
}


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """
    A file to write to, that gets its name when the block has ended without error.

    NotWritten, with the reason, when the disk does not take it; on any error nothing is left, and what stood
    there before is untouched.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise NotWritten(f"文件 {path.name} 没有写成：{reason}。没有留下半个文件。") from error
    finally:
        _remove(partial)


def file_name(text: str) -> str:
    """`text` as the name of a file or folder on any system."""
    return _FORBIDDEN.sub(" ", text).strip(" .")[:MAX_FILE_NAME_CHARS].rstrip(" .") or "未命名"


def _remove(partial: Path) -> None:
    try:
        partial.unlink(missing_ok=True)
    except NotADirectoryError:
        # Its folder is a file, so it was never there; the reason has been told already.
        return
