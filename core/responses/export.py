"""
`export answers`: one row a response, streamed, in the contract's columns.

Superseded responses are in it, with the status `superseded`; filtering `complete` leaves exactly one for
each respondent, questionnaire and subject. There is no openid to export, and no keyed hash either.

The file appears under its name only when it is whole.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from core.conversation.kinds.base import Column
from core.conversation.state import Answer
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire
from core.responses.columns import answer_columns
from core.responses.ids import public_id
from core.responses.models import AnswerRow, Response
from core.sheets.out_columns import Cell, ColumnKind, OutColumn
from core.sheets.writing import table_file

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
TIMES = ("started", "finished")
BATCH = 1000
TITLE = "答卷"


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    What is exported: the questionnaires of one round, and all columns.

    `cells`: for each questionnaire and slot key, the columns' places in a row and what stands in them.
    """

    round_id: int
    columns: tuple[OutColumn, ...]
    cells: Mapping[str, Mapping[str, tuple[tuple[int, Column], ...]]]

    @classmethod
    def of(cls, round_id: int, questionnaires: Sequence[Questionnaire], gazetteer: Gazetteer) -> "Sheet":
        """The sheet of a round's questionnaires (all of them, or those asked for)."""
        declared = {each.id: answer_columns(each, gazetteer) for each in questionnaires}
        columns = {column.name: column for column in _head()}
        for slots in declared.values():
            for slot in slots:
                for name, column in zip(slot.names, slot.columns, strict=True):
                    new = OutColumn(name=name, title=slot.title, kind=column.holds, options=column.options)
                    columns[name] = _shared(columns.get(name, new), new)
        places = {name: place for place, name in enumerate(columns)}
        cells = {
            questionnaire_id: {
                slot.key: tuple(
                    (places[name], column) for name, column in zip(slot.names, slot.columns, strict=True)
                )
                for slot in slots
            }
            for questionnaire_id, slots in declared.items()
        }
        return cls(round_id, tuple(columns.values()), cells)


def _head() -> Iterator[OutColumn]:
    """The columns every response has."""
    for name in HEAD:
        kind: ColumnKind = "time" if name in TIMES else "number" if name == "version" else "text"
        yield OutColumn(name=name, kind=kind)


def _shared(one: OutColumn, other: OutColumn) -> OutColumn:
    """One column for questions of the same id in two questionnaires; text where they do not hold the same."""
    return one if (one.kind, one.options) == (other.kind, other.options) else OutColumn(name=one.name)


def export_answers(
    connection: Connection,
    sheet: Sheet,
    path: Path,
    file_format: str,
    progress: Callable[[int], None] = lambda _count: None,
    words: Callable[[str], str] = lambda said: said,
) -> int:
    """
    Write every response of the sheet to `path` as `csv`, `xlsx` or `sav`; how many there were.

    `words` is what becomes of people's own words; whoever exports for others strikes numbers and names out
    of them (`core.opinions.striking.masked`).

    The connection should see one moment (`core.db.reading`): else what is replaced meanwhile comes twice.
    `progress` is told how many rows were written since it was last called. ExportFailed when the disk is
    full or the folder is not there.
    """
    count = 0
    with table_file(path, file_format, sheet.columns, TITLE) as write:
        for row in _rows(connection, sheet, words):
            write(row)
            count += 1
            if count % BATCH == 0:
                progress(BATCH)
        progress(count % BATCH)
    return count


def count_responses(connection: Connection, sheet: Sheet) -> int:
    """How many rows an export will have."""
    return connection.scalar(select(func.count()).select_from(Response).where(*_scope(sheet))) or 0


def _scope(sheet: Sheet) -> tuple[Any, ...]:
    return (
        Response.round_id == sheet.round_id,
        Response.questionnaire_id.in_(list(sheet.cells)),
    )


def _rows(connection: Connection, sheet: Sheet, words: Callable[[str], str]) -> Iterator[list[Cell]]:
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
            answer = stored_answer(found)
            if answer.text:
                answer = replace(answer, text=words(answer.text))
            answers.setdefault(found.response_id, {})[key] = answer
        for response in responses:
            yield _row(sheet, response, answers.get(response.id, {}))


def _row(sheet: Sheet, response: Any, answers: Mapping[str, Answer]) -> list[Cell]:
    row: list[Cell] = [
        public_id(response.id),
        response.started_at,
        response.finished_at,
        response.channel,
        response.code,
        response.place_code,
        response.subject_code if response.subject_kind == "unit" else "",
        response.questionnaire_id,
        response.questionnaire_version,
        "superseded" if response.superseded_by is not None else response.status,
        response.flags,
    ]
    row += [None] * (len(sheet.columns) - len(HEAD))
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
