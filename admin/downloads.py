"""
A table as a file to take away: written whole into `var/exports`, opened, and unlinked before it is sent, so
that whatever happens to the connection nothing is left behind.
"""

import hashlib
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from flask import send_file

from admin.audit import note_view
from admin.parts import parts
from core.audit.acts import Act, about
from core.audit.exported import CHECKSUM
from core.clock import local
from core.errors import SurveyError
from core.sheets.writing import ExportFailed

log = logging.getLogger(__name__)

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "sav": "application/x-spss-sav",
    "json": "application/json",
    "xml": "application/xml",
}
NOT_IN_NAMES = '\\/:*?"<>|'
SHOWN_CHECKSUM_CHARS = 16


class NotWritten(SurveyError):
    """The file could not be written. Where it would have stood is nothing to tell in a browser."""

    say = "文件没有写成，多半是服务器的磁盘满了。没有留下半个文件。请告诉管理员腾出空间，再导出一次。"


@dataclass(frozen=True, slots=True)
class Download:
    """A whole file, open, and on no list of files any more; what it is, for the audit log."""

    file: BinaryIO
    name: str
    file_format: str
    rows: int | None
    checksum: str

    @property
    def details(self) -> dict[str, str | int | bool | None]:
        """As the audit log has it."""
        counted: dict[str, str | int | bool | None] = {} if self.rows is None else {"份数": self.rows}
        return {"格式": self.file_format, CHECKSUM: self.checksum} | counted

    def send(self) -> Any:
        """The answer that brings it."""
        mimetype = TYPES[self.file_format]
        sent = send_file(self.file, mimetype=mimetype, as_attachment=True, download_name=self.name)
        sent.headers["Cache-Control"] = "no-store"
        return sent


def make_download(title: str, file_format: str, write: Callable[[Path], object]) -> Download:
    """
    `write` is given a path, and may tell how many rows it wrote. The file is called `title` and the moment.

    NotWritten when it could not be written.
    """
    exports = parts().settings.var / "exports"
    try:
        exports.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=exports) as folder:
            path = Path(folder) / f"table.{file_format}"
            told = write(path)
            file = path.open("rb")
    except (ExportFailed, OSError):
        log.exception("export_failed", extra={"format": file_format})
        raise NotWritten from None
    checksum = hashlib.file_digest(file, "sha256").hexdigest()[:SHOWN_CHECKSUM_CHARS]
    file.seek(0)
    rows = told if isinstance(told, int) else None
    return Download(file, dated_name(title, file_format), file_format, rows, checksum)


def checksum_of(content: bytes) -> str:
    """What the audit log keeps of a file that was made in memory."""
    return hashlib.sha256(content).hexdigest()[:SHOWN_CHECKSUM_CHARS]


def send_xlsx(title: str, list_name: str, write: Callable[[Path], object], part: str = "全部") -> Any:
    """
    An xlsx as the answer to a request; see `make_download`.

    The audit log says who took which list (`list_name`: items), and which part of it, in words.
    """
    download = make_download(title, "xlsx", write)
    note_view(Act.LIST_EXPORTED, about("list", list_name), {**download.details, "表": title, "范围": part})
    return download.send()


def dated_name(title: str, extension: str) -> str:
    """`整改台账-20261121-1504.xlsx`, without what file systems do not take."""
    name = f"{title}-{local(parts().clock()):%Y%m%d-%H%M}.{extension}"
    return "".join("_" if c in NOT_IN_NAMES else c for c in name)
