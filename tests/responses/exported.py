"""Exports for tests: responses stored without a conversation, and the rows of the files made of them."""

import csv
import itertools
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import insert

from core.conversation.state import Answer
from core.db.reading import reading
from core.questionnaires.model import Questionnaire
from core.responses.export import export_answers
from core.responses.ids import new_response_id
from core.responses.models import AnswerRow, Response
from core.responses.recording import answer_row
from core.responses.sheet import Sheet
from tests.turns.town import RESIDENTS, Town

_seconds = itertools.count()


def store(town: Town, answers: Mapping[str, Answer], questionnaire: str = RESIDENTS, **having: Any) -> int:
    """One response with these answers by slot key; its number. Unless said otherwise it is complete."""
    now = town.clock() + timedelta(seconds=next(_seconds))
    response_id = new_response_id(now)
    row = {
        "id": response_id,
        "round_id": 1,
        "questionnaire_id": questionnaire,
        "questionnaire_version": 1,
        "status": "complete",
        "channel": "wechat",
        "account_hash": "a" * 32,
        "code": "p_451203100",
        "source_kind": "place",
        "source_code": "451203100",
        "subject_kind": "none",
        "subject_code": "",
        "place_code": "451203100",
        "started_at": now,
        "finished_at": now,
        "last_question": "",
        "flags": "",
    }
    with town.engine.begin() as connection:
        connection.execute(insert(Response).values(row | having))
        for key, answer in answers.items():
            connection.execute(insert(AnswerRow).values(answer_row(response_id, key, answer)))
    return response_id


def sheet_of(town: Town, *questionnaires: str, round_id: int = 1) -> Sheet:
    """The sheet of a round's questionnaires, or of those named."""
    world = town.world()
    entry = world.catalog.round(round_id)
    assert entry is not None
    chosen: list[Questionnaire] = [
        each for each in entry.questionnaires.values() if not questionnaires or each.id in questionnaires
    ]
    return Sheet.of(round_id, sorted(chosen, key=lambda each: each.id), world.gazetteer)


def export(town: Town, path: Path, *questionnaires: str, round_id: int = 1) -> int:
    """Write the file; how many rows there are."""
    with reading(town.engine) as connection:
        sheet = sheet_of(town, *questionnaires, round_id=round_id)
        return export_answers(connection, sheet, path, path.suffix[1:])


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, by the names of their columns."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    book = openpyxl.load_workbook(path)
    rows = []
    for sheet in book.worksheets:
        header, *lines = sheet.iter_rows(values_only=True)
        rows += [dict(zip(map(str, header), line, strict=True)) for line in lines]
    book.close()
    return rows


def exported(
    town: Town, folder: Path, *questionnaires: str, file_format: str = "csv"
) -> list[dict[str, Any]]:
    """The rows of a fresh export."""
    path = folder / f"answers.{file_format}"
    export(town, path, *questionnaires)
    return rows_of(path)
