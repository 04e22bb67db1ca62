"""Files for the reader's tests, made in memory."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet


def xlsx(rows: Sequence[Sequence[Any]], then: Callable[[Worksheet], object] | None = None) -> bytes:
    """A workbook whose first sheet holds `rows`; `then` may change the sheet before it is saved."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    if then is not None:
        then(sheet)
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    """A workbook's bytes."""
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same zip file with one part changed, or added when `change` is given b''."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        names = [part.filename for part in before.infolist()]
        for part in names:
            after.writestr(part, change(before.read(part)) if part == name else before.read(part))
        if name not in names:
            after.writestr(name, change(b""))
    return out.getvalue()


def zip_of(parts: dict[str, bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
