"""
`export answers`: one row a response, streamed, in the contract's columns.

Superseded responses are in it, with the status `superseded`; filtering `complete` leaves exactly one for
each respondent, questionnaire and subject. There is no openid to export, and no keyed hash either.

The file appears under its name only when it is whole.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Connection, func, select

from core.responses.models import Response
from core.responses.rows import rows_of
from core.responses.sheet import Sheet
from core.sheets.writing import FrontSheet, table_file

TITLE = "答卷"
PROGRESS_ROWS = 1000


def export_answers(
    connection: Connection,
    sheet: Sheet,
    path: Path,
    file_format: str,
    progress: Callable[[int], None] = lambda _count: None,
    words: Callable[[str], str] = lambda said: said,
    front: Sequence[FrontSheet] = (),
    notes: Sequence[str] = (),
) -> int:
    """
    Write every response of the sheet to `path` as `csv`, `xlsx` or `sav`; how many there were.

    `words` is what becomes of people's own words; whoever exports for others strikes numbers and names out
    of them (`core.opinions.striking.masked`). `front`: what stands before the rows in a workbook,
    `notes`: what goes into a sav about where it comes from.

    The connection should see one moment (`core.db.reading`): else what is replaced meanwhile comes twice.
    `progress` is told how many rows were written since it was last called. ExportFailed when the disk is
    full or the folder is not there.
    """
    count = 0
    with table_file(path, file_format, sheet.columns, TITLE, notes, front) as write:
        for row in rows_of(connection, sheet, words):
            write(row)
            count += 1
            if count % PROGRESS_ROWS == 0:
                progress(PROGRESS_ROWS)
        progress(count % PROGRESS_ROWS)
    return count


def count_responses(connection: Connection, sheet: Sheet) -> int:
    """How many rows an export will have."""
    return connection.scalar(select(func.count()).select_from(Response).where(*sheet.conditions)) or 0
