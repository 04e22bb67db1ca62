"""
The rows of an export, read fast: a year has a million responses and twenty million answers.

An answer is mostly codes, and few different ones: the database joins a response's codes, and what they put
into a row is looked up. Words, media and numbers are read apart.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, case, cast, func, or_, select

from core.conversation.kinds.base import Column
from core.conversation.state import Answer
from core.responses.ids import public_id
from core.responses.models import AnswerRow, Response
from core.responses.recording import slot_key
from core.responses.sheet import Sheet
from core.sheets.out_columns import Cell

# What is read of a response.
READ = (
    "id",
    "started_at",
    "finished_at",
    "channel",
    "code",
    "place_code",
    "subject_kind",
    "subject_code",
    "questionnaire_id",
    "questionnaire_version",
    "status",
    "superseded_by",
    "flags",
)
# What stands between the parts of a joined text: ASCII's own separator, which no code has in it.
LINE_END = "\x1e"
QUESTIONNAIRE = READ.index("questionnaire_id")
BATCH = 5_000
# Different answers that are kept in memory for each questionnaire; more only makes it slower.
MOST_KNOWN = 50_000


def rows_of(connection: Connection, sheet: Sheet, words: Callable[[str], str]) -> Iterator[list[Cell]]:
    """
    The rows in order of their numbers, a batch of responses and then their answers at a time.

    While a batch is made into rows, a thread lets the database join the next: most of its work. So the
    connection belongs to this iterator until it is done; it is used by one thread at a time.
    """
    known = {questionnaire_id: KnownCells(slots) for questionnaire_id, slots in sheet.cells.items()}
    with ThreadPoolExecutor(1) as beside:
        batch, chosen = _joined(connection, sheet, -1)
        while batch:
            in_words = _in_words(connection, sheet, batch)
            following = beside.submit(_joined, connection, sheet, int(batch[-1][0]))
            for response in batch:
                cells = known.get(response[QUESTIONNAIRE])
                if cells is None:
                    continue
                number = int(response[0])
                row = _row(sheet, response, cells, chosen.get(number))
                for found in in_words.get(number, ()):
                    answer = stored_answer(found)
                    if answer.text:
                        answer = replace(answer, text=words(answer.text))
                    for place, column in cells.slots.get(slot_key(found.question, found.item), ()):
                        row[place] = column.cell(answer)
                yield row
            batch, chosen = following.result()


def _joined(connection: Connection, sheet: Sheet, after: int) -> tuple[list[tuple[str, ...]], dict[int, str]]:
    """The next batch of responses behind a number, and their codes; both empty at the end."""
    batch = _responses(connection, sheet, after)
    return batch, _codes(connection, sheet, batch) if batch else {}


def _responses(connection: Connection, sheet: Sheet, after: int) -> list[tuple[str, ...]]:
    """
    The next responses of the round behind a number, each in the words of `READ`, '' for none.

    They come as one row: for each that a driver hands over, this thread would wait for the other.
    """
    of_each = (
        select(*(getattr(Response, name) for name in READ))
        .where(Response.id > after, Response.round_id == sheet.round_id, *sheet.narrowed)
        .order_by(Response.id)
        .limit(BATCH)
        .subquery()
    )
    fields = (func.coalesce(cast(of_each.c[name], String), "") for name in READ)
    joined = connection.execute(select(*(func.aggregate_strings(each, LINE_END) for each in fields))).one()
    if joined[0] is None:
        return []
    # Each field of all responses together, in one order, which nobody promised to be that of the numbers.
    lines = zip(*(field.split(LINE_END) for field in joined), strict=True)
    return sorted(lines, key=lambda line: int(line[0]))


def _moment(stored: str) -> datetime:
    """Moments are stored in UTC; SQLite's do not say so."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def _codes(connection: Connection, sheet: Sheet, batch: Sequence[Any]) -> dict[int, str]:
    """For each response its answers' codes: `gov=s5 gov_why=slow;open economy@451202=s4`."""
    slot = case((AnswerRow.item == "", AnswerRow.question), else_=AnswerRow.question + "@" + AnswerRow.item)
    said = slot + "=" + func.coalesce(AnswerRow.codes, "")
    of_each = (
        select(AnswerRow.response_id.label("id"), func.aggregate_strings(said, " ").label("said"))
        .where(_of_batch(sheet, batch))
        .group_by(AnswerRow.response_id)
        .subquery()
    )
    joined = connection.scalar(
        select(func.aggregate_strings(cast(of_each.c.id, String) + " " + of_each.c.said, "\n"))
    )
    lines = (line.partition(" ") for line in (joined or "").split("\n") if line)
    return {int(response_id): said for response_id, _, said in lines}


def _in_words(connection: Connection, sheet: Sheet, batch: Sequence[Any]) -> dict[int, list[Any]]:
    """For each response its answers with words, voice, photos or numbers."""
    # In the very words of the partial index, or SQLite would not use it.
    more = or_(AnswerRow.text.is_not(None), AnswerRow.media.is_not(None))
    if sheet.has_numbers:
        more = or_(more, AnswerRow.number.is_not(None))
    found: dict[int, list[Any]] = {}
    for answer in connection.execute(select(AnswerRow.__table__).where(_of_batch(sheet, batch), more)):
        found.setdefault(answer.response_id, []).append(answer)
    return found


def _of_batch(sheet: Sheet, batch: Sequence[Any]) -> ColumnElement[bool]:
    """The answers of these responses; of a part of the round they lie far apart."""
    if sheet.narrowed:
        return AnswerRow.response_id.in_([int(each[0]) for each in batch])
    return AnswerRow.response_id.between(int(batch[0][0]), int(batch[-1][0]))


def _row(sheet: Sheet, response: Any, known: "KnownCells", chosen: str | None) -> list[Cell]:
    (number, started, finished, channel, code, place_code, subject_kind, subject_code,
     questionnaire_id, version, status, superseded_by, flags) = response  # fmt: skip
    row: list[Cell] = [
        public_id(int(number)),
        _moment(started),
        _moment(finished),
        channel,
        code,
        place_code,
        subject_code if subject_kind == "unit" else "",
        questionnaire_id,
        int(version),
        "superseded" if superseded_by else status,
        flags,
        *sheet.no_answers,
    ]
    for answer in chosen.split(" ") if chosen else ():
        for place, cell in known[answer]:
            row[place] = cell
    return row


class KnownCells(dict[str, tuple[tuple[int, Cell], ...]]):
    """
    What an answer that is only codes puts into a row, worked out once: a year has twenty million answers, and
    a few thousand different ones. A key is one of the parts `_codes` gives: `gov=s5`.
    """

    def __init__(self, slots: Mapping[str, tuple[tuple[int, Column], ...]]) -> None:
        super().__init__()
        self.slots = slots

    def __missing__(self, key: str) -> tuple[tuple[int, Cell], ...]:
        slot, _, codes = key.partition("=")
        answer = Answer(codes=tuple(codes.split(";"))) if codes else Answer()
        filled = [(place, column.cell(answer)) for place, column in self.slots.get(slot, ()) if codes]
        found = tuple((place, cell) for place, cell in filled if cell is not None)
        if len(self) < MOST_KNOWN:
            self[key] = found
        return found


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
