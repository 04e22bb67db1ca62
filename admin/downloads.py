"""A table written whole into `var/exports`, opened, and unlinked before it is sent: nothing is left over."""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import send_file

from admin.audit import note_view
from admin.parts import parts
from core.audit.acts import Act, about
from core.clock import local
from core.errors import SurveyError
from core.sheets.writing import ExportFailed

log = logging.getLogger(__name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_IN_NAMES = '\\/:*?"<>|'


class NotWritten(SurveyError):
    """The file could not be written. Where it would have stood is nothing to tell in a browser."""

    say = "文件没有写成，多半是服务器的磁盘满了。没有留下半个文件。请告诉管理员腾出空间，再导出一次。"


def send_xlsx(title: str, list_name: str, write: Callable[[Path], object]) -> Any:
    """
    An xlsx that `write` writes to the path it is given, named `title` and the moment.

    The audit log says who took which list (`list_name`: items).
    """
    exports = parts().settings.var / "exports"
    try:
        exports.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=exports) as folder:
            path = Path(folder) / "table.xlsx"
            write(path)
            note_view(Act.LIST_EXPORTED, about("list", list_name), {"表": title})
            file = path.open("rb")
    except (ExportFailed, OSError):
        log.exception("table_not_written")
        raise NotWritten from None
    sent = send_file(file, mimetype=XLSX, as_attachment=True, download_name=dated_name(title, "xlsx"))
    sent.headers["Cache-Control"] = "no-store"
    return sent


def dated_name(title: str, extension: str) -> str:
    """`整改台账-20261121-1504.xlsx`, without what file systems do not take."""
    name = f"{title}-{local(parts().clock()):%Y%m%d-%H%M}.{extension}"
    return "".join("_" if c in _NOT_IN_NAMES else c for c in name)
