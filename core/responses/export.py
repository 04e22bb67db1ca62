"""
`export answers`: one row a response, streamed, in the contract's columns.

Superseded responses are in it, with the status `superseded`; filtering `complete` leaves exactly one for
each respondent, questionnaire and subject. There is no openid to export, and no keyed hash either.

The file appears under its name only when it is whole.
"""

import csv
import errno
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from sqlalchemy import Connection, func, select

from core.clock import local
from core.conversation.kinds.base import Cell, Column
from core.conversation.state import Answer
from core.errors import SurveyError
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire
from core.responses.columns import answer_columns
from core.responses.ids import public_id
from core.responses.models import AnswerRow, Response

HEAD = (
    "response_id",
    "started",
    "finished",
    "channel",
    "code",
    "place",
    "unit",
    "questionnaire",
    "version",
    "status",
    "flags",
)
BATCH = 1000
# The last row number of an xlsx sheet, header included.
XLSX_SHEET_ROWS = 1_048_576
# A cell that begins with one of these may be run as a formula by a spreadsheet program, the full-width signs
# by some in East Asia; an apostrophe in front makes it text.
# https://owasp.org/www-community/attacks/CSV_Injection (read 2026-11)
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


class ExportFailed(SurveyError):
    """The file could not be written; nothing of it is left behind."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    What is exported: the questionnaires of one round, and the names of all columns.

    `cells`: for each questionnaire and slot key, the columns' places in a row and what stands in them.
    """

    round_id: int
    header: tuple[str, ...]
    cells: Mapping[str, Mapping[str, tuple[tuple[int, Column], ...]]]

    @classmethod
    def of(cls, round_id: int, questionnaires: Sequence[Questionnaire], gazetteer: Gazetteer) -> "Sheet":
        """The sheet of a round's questionnaires (all of them, or those asked for)."""
        declared = {each.id: answer_columns(each, gazetteer) for each in questionnaires}
        names = dict.fromkeys(HEAD)
        for slots in declared.values():
            names.update(dict.fromkeys(name for slot in slots for name in slot.names))
        places = {name: place for place, name in enumerate(names)}
        cells = {
            questionnaire_id: {
                slot.key: tuple(
                    (places[name], column) for name, column in zip(slot.names, slot.columns, strict=True)
                )
                for slot in slots
            }
            for questionnaire_id, slots in declared.items()
        }
        return cls(round_id, tuple(names), cells)


class RowWriter(Protocol):
    """Takes rows one after the other."""

    def __call__(self, row: Sequence[Cell]) -> None:
        """Write one row."""
        ...


def export_answers(
    connection: Connection,
    sheet: Sheet,
    path: Path,
    file_format: str,
    progress: Callable[[int], None] = lambda _count: None,
) -> int:
    """
    Write every response of the sheet to `path` as `csv` or `xlsx`; how many there were.

    The connection should see one moment (`core.db.reading`): else what is replaced meanwhile comes twice.
    `progress` is told how many rows were written since it was last called. ExportFailed when the disk is
    full or the folder is not there.
    """
    opened = _csv_file if file_format == "csv" else _xlsx_file
    count = 0
    try:
        # Everything is written beside its final place, where there is room for it or nowhere.
        with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
            whole = Path(folder) / path.name
            with opened(whole, sheet.header) as write:
                for row in _rows(connection, sheet):
                    write(row)
                    count += 1
                    if count % BATCH == 0:
                        progress(BATCH)
            progress(count % BATCH)
            whole.replace(path)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise ExportFailed(
            f"写不了文件 {path.name}：{_reason(error)}。没有留下半个文件，请换个地方再导出。"
        ) from error
    return count


def count_responses(connection: Connection, sheet: Sheet) -> int:
    """How many rows an export will have."""
    return connection.scalar(select(func.count()).select_from(Response).where(*_scope(sheet))) or 0


def _scope(sheet: Sheet) -> tuple[Any, ...]:
    return (
        Response.round_id == sheet.round_id,
        Response.questionnaire_id.in_(list(sheet.cells)),
    )


def _rows(connection: Connection, sheet: Sheet) -> Iterator[list[Cell]]:
    """The rows in order of their numbers, a batch of responses and then their answers at a time."""
    last = -1
    while True:
        responses = connection.execute(
            select(Response.__table__)
            .where(*_scope(sheet), Response.id > last)
            .order_by(Response.id)
            .limit(BATCH)
        ).all()
        if not responses:
            return
        last = responses[-1].id
        answers: dict[int, dict[str, Answer]] = {}
        for found in connection.execute(
            select(AnswerRow.__table__).where(AnswerRow.response_id.in_([each.id for each in responses]))
        ):
            key = f"{found.question}@{found.item}" if found.item else found.question
            answers.setdefault(found.response_id, {})[key] = stored_answer(found)
        for response in responses:
            yield _row(sheet, response, answers.get(response.id, {}))


def _row(sheet: Sheet, response: Any, answers: Mapping[str, Answer]) -> list[Cell]:
    row: list[Cell] = [
        public_id(response.id),
        _time(response.started_at),
        _time(response.finished_at),
        response.channel,
        response.code,
        response.place_code,
        response.subject_code if response.subject_kind == "unit" else "",
        response.questionnaire_id,
        response.questionnaire_version,
        "superseded" if response.superseded_by is not None else response.status,
        response.flags,
    ]
    row += [None] * (len(sheet.header) - len(HEAD))
    slots = sheet.cells[response.questionnaire_id]
    for key, answer in answers.items():
        for place, column in slots.get(key, ()):
            row[place] = column.cell(answer)
    return row


def stored_answer(found: Any) -> Answer:
    """A row of `answer`, as the conversation holds an answer."""
    media = json.loads(found.media) if found.media else []
    return Answer(
        codes=tuple(found.codes.split(";")) if found.codes else (),
        text=found.text or "",
        number=found.number,
        voices=tuple(item["media_id"] for item in media if item["kind"] == "voice"),
        photos=tuple(item["media_id"] for item in media if item["kind"] == "photo"),
    )


def _time(moment: datetime) -> str:
    return local(moment).strftime("%Y-%m-%d %H:%M:%S")


def defuse(cell: Cell) -> Cell:
    """The cell, with an apostrophe in front when a spreadsheet program might run it as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


@contextmanager
def _csv_file(path: Path, header: Sequence[str]) -> Iterator[RowWriter]:
    """UTF-8 with a byte order mark, so that spreadsheet programs read the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        yield lambda row: writer.writerow([defuse(cell) for cell in row]) and None


@contextmanager
def _xlsx_file(path: Path, header: Sequence[str]) -> Iterator[RowWriter]:
    """Row by row in constant memory; a new sheet where one is full. Strings stay strings."""
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        state: dict[str, Any] = {"sheet": None, "row": XLSX_SHEET_ROWS}

        def write(row: Sequence[Cell]) -> None:
            if state["row"] >= XLSX_SHEET_ROWS:
                number = len(book.worksheets()) + 1
                state["sheet"] = book.add_worksheet("答卷" if number == 1 else f"答卷{number}")
                state["sheet"].freeze_panes(1, 1)
                state["sheet"].set_column(0, len(header) - 1, 16)
                state["sheet"].write_row(0, 0, header, bold)
                state["row"] = 1
            state["sheet"].write_row(state["row"], 0, row)
            state["row"] += 1

        yield write
        if state["sheet"] is None:
            sheet = book.add_worksheet("答卷")
            sheet.write_row(0, 0, header, bold)


def _reason(error: BaseException) -> str:
    """What the operating system said, also behind the writer's own error."""
    for cause in (error, *error.args):
        if isinstance(cause, OSError) and cause.strerror:
            known = {errno.ENOSPC: "磁盘满了", errno.ENOENT: "没有这个文件夹", errno.EACCES: "没有权限"}
            return known.get(cause.errno or 0, cause.strerror)
    return str(error)
