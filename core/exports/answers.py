"""
Writing an ordered export: the rows, in a workbook behind the summary and the codebook.

The same for the command and for the worker. Whatever fails, no half of a file is left.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from core.clock import Clock, local
from core.db.reading import reading
from core.exports.codebook import codebook_sheet
from core.exports.summary import summary_sheets
from core.exports.wishes import Ordered, Wish, order, still_allowed
from core.opinions.striking import masked
from core.responses.export import count_responses, export_answers
from core.sheets.writing import FrontSheet
from core.tasks.running import Made, TaskHold

NOT_IN_NAMES = '\\/:*?"<>|'


def write_answers(
    connection: Connection, ordered: Ordered, path: Path, now: datetime, progress: Callable[[int], None]
) -> int:
    """Write the file; how many rows. The connection must show one moment and is not used meanwhile."""
    wish = ordered.wish
    front: tuple[FrontSheet, ...] = ()
    if wish.file_format == "xlsx":
        front = (*summary_sheets(connection, ordered, now), codebook_sheet(ordered, now))
    words = _as_said if wish.raw else masked
    notes = [f"{what}：{of_it}" for what, of_it in ordered.provenance(now)]
    return export_answers(connection, ordered.sheet, path, wish.file_format, progress, words, front, notes)


def export_for_task(hold: TaskHold, engine: Engine, clock: Clock) -> Made:
    """The worker's way. After a restart it begins anew: the file is there only when it is whole."""
    wish = Wish.of(hold.params)
    with reading(engine) as connection:
        with Session(connection) as session:
            still_allowed(session, wish, hold.asked_by)
        ordered = order(connection, wish)
        hold.expect(count_responses(connection, ordered.sheet))
        path = hold.path_for(wish.file_format)
        now = clock()
        rows = write_answers(connection, ordered, path, now, hold.step)
    said = f"导出了{rows}份答卷（{ordered.part}）。用完请删掉。"
    return Made(said, path, file_name(ordered.title, now, wish.file_format), rows=rows)


def file_name(title: str, now: datetime, extension: str) -> str:
    """`2026年度-答卷-20261121-1504.xlsx`, without what file systems do not take."""
    name = f"{title}-{local(now):%Y%m%d-%H%M}.{extension}"
    return "".join("_" if sign in NOT_IN_NAMES else sign for sign in name)


def _as_said(words: str) -> str:
    return words
