"""
`export answers`: one row a response, streamed, in the contract's columns.

Superseded responses are in it, with the status `superseded`; filtering `complete` leaves exactly one for
each respondent, questionnaire and subject. There is no openid to export, and no keyed hash either.

The file appears under its name only when it is whole.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from sqlalchemy import Connection, func, select

from core.clock import local
from core.conversation.state import Answer
from core.errors import SurveyError
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire
from core.responses.columns import AnswerColumn, Cell, answer_columns
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
# A cell that begins with one of these may be run as a formula by a spreadsheet program (OWASP, "CSV
# Injection"); an apostrophe in front makes it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class ExportFailed(SurveyError):
    """The file could not be written; nothing of it is left behind."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is exported: the questionnaires of one round, with their columns in order."""

    round_id: int
    questionnaires: Mapping[str, Mapping[str, AnswerColumn]]
    keys: tuple[str, ...]
    gazetteer: Gazetteer

    @classmethod
    def of(cls, round_id: int, questionnaires: Sequence[Questionnaire], gazetteer: Gazetteer) -> "Sheet":
        """The sheet of a round's questionnaires (all of them, or those asked for)."""
        by_id = {
            questionnaire.id: {column.key: column for column in answer_columns(questionnaire, gazetteer)}
            for questionnaire in questionnaires
        }
        keys: dict[str, None] = {}
        for columns in by_id.values():
            keys.update(dict.fromkeys(columns))
        return cls(round_id, by_id, tuple(keys), gazetteer)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of all columns."""
        return (*HEAD, *(name for key in self.keys for name in (key, f"{key}_label")))


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

    `progress` is told how many rows were written since it was last called. ExportFailed when the disk is
    full or the folder is not there.
    """
    opened = _csv_file if file_format == "csv" else _xlsx_file
    partial = path.with_name(f".{path.name}.part")
    count = 0
    try:
        with opened(partial, sheet.header) as write:
            for row in _rows(connection, sheet):
                write(row)
                count += 1
                if count % BATCH == 0:
                    progress(BATCH)
        progress(count % BATCH)
        partial.replace(path)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise ExportFailed(
            f"写不了文件 {path}：{_reason(error)}。没有留下半个文件，请换个地方再导出。"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def count_responses(connection: Connection, sheet: Sheet) -> int:
    """How many rows an export will have."""
    return connection.scalar(select(func.count()).select_from(Response).where(*_scope(sheet))) or 0


def _scope(sheet: Sheet) -> tuple[Any, ...]:
    return (
        Response.round_id == sheet.round_id,
        Response.questionnaire_id.in_(list(sheet.questionnaires)),
    )


def _rows(connection: Connection, sheet: Sheet) -> Iterator[list[Cell]]:
    """The rows in order of their ids, a batch of responses and then their answers at a time."""
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
        first, last = responses[0].id, responses[-1].id
        answers: dict[int, dict[str, Answer]] = {}
        for found in connection.execute(
            select(AnswerRow.__table__).where(AnswerRow.response_id.between(first, last))
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
    columns = sheet.questionnaires[response.questionnaire_id]
    for key in sheet.keys:
        answer, column = answers.get(key), columns.get(key)
        if answer is None or column is None:
            row += (None, None)
        else:
            row += (column.value(answer), column.label(answer, sheet.gazetteer))
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
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
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
    cause = error.__cause__ or error
    if isinstance(cause, OSError) and cause.strerror:
        return {28: "磁盘满了", 2: "没有这个文件夹", 13: "没有权限"}.get(cause.errno or 0, cause.strerror)
    return str(error)
