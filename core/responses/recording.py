"""
Storing what the desk decided: responses and their answers, erasures, wishes for a human.

Runs inside the turn's own transaction and commits nothing. Knows no rules: what counts, what supersedes and
what is erased was decided before.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from core.conversation.models import HelpRequest
from core.conversation.person import Erase, HelpAsked, PhoneGiven, Record, ResponseRecord
from core.conversation.state import Answer
from core.conversation.world import World
from core.questionnaires.model import Answerable, Place, Questionnaire, Text
from core.responses.ids import new_response_id
from core.responses.models import AnswerRow, Response


class Recorder:
    """The `ResponseBook` of conversations: writes to the tables of responses."""

    def __init__(self, seal: Callable[[bytes], bytes]) -> None:
        """`seal` encrypts what must not lie open, such as telephone numbers."""
        self._seal = seal

    def new_id(self, now: datetime) -> int:
        """See `ResponseBook.new_id`."""
        return new_response_id(now)

    def record(
        self, connection: Connection, world: World, records: Sequence[Record], person: str, now: datetime
    ) -> None:
        """See `ResponseBook.record`."""
        for item in records:
            match item:
                case ResponseRecord():
                    _store_response(connection, world, item)
                case Erase(response_ids):
                    _erase(connection, world, response_ids)
                case HelpAsked(place_code, question):
                    connection.execute(
                        insert(HelpRequest).values(
                            person=person, at=now, place_code=place_code, question=question
                        )
                    )
                case PhoneGiven(phone):
                    _attach_phone(connection, person, self._seal(phone.encode()))


def slot_key(question: str, item: str = "") -> str:
    """`question`, or `question@item` inside a repeat: the key of an answer and the column of an export."""
    return f"{question}@{item}" if item else question


def split_slot_key(key: str) -> tuple[str, str]:
    """(question, item) of a slot key; item is '' outside a repeat."""
    question, _, item = key.partition("@")
    return question, item


def _store_response(connection: Connection, world: World, item: ResponseRecord) -> None:
    run = item.run
    connection.execute(
        insert(Response),
        [
            {
                "id": item.response_id,
                "round_id": run.goal.round_id,
                "questionnaire_id": run.goal.questionnaire_id,
                "questionnaire_version": run.version,
                "status": item.status,
                "channel": run.state.channel,
                "account_hash": run.account,
                "code": run.origin.raw,
                "source_kind": run.origin.owner.kind,
                "source_code": run.origin.owner.code,
                "subject_kind": run.goal.subject.kind,
                "subject_code": run.goal.subject.code,
                "place_code": _place_of(world, item),
                "started_at": run.started_at,
                "finished_at": item.finished_at,
                "last_question": item.last_question,
                "flags": "",
            }
        ],
    )
    rows = [_answer_row(item.response_id, key, answer) for key, answer in item.answers.items()]
    if rows:
        connection.execute(insert(AnswerRow), rows)
    if item.status == "complete" and run.replaces is not None:
        connection.execute(
            update(Response).where(Response.id == run.replaces).values(superseded_by=item.response_id)
        )


def _answer_row(response_id: int, key: str, answer: Answer) -> dict[str, Any]:
    question, item = split_slot_key(key)
    media = [{"kind": "voice", "media_id": voice} for voice in answer.voices]
    media += [{"kind": "photo", "media_id": photo} for photo in answer.photos]
    return {
        "response_id": response_id,
        "question": question,
        "item": item,
        "codes": ";".join(answer.codes) or None,
        "text": answer.text or None,
        "number": answer.number,
        "media": json.dumps(media) if media else None,
    }


def _place_of(world: World, item: ResponseRecord) -> str:
    """Where the respondent lives, as far as known: what they answered, else whose code they scanned."""
    form = world.form(item.run.goal.round_id, item.run.goal.questionnaire_id)
    if form is not None:
        for question in form.questionnaire.walk():
            answer = item.answers.get(question.id) if isinstance(question, Place) else None
            if answer is not None and answer.codes:
                return answer.codes[0]
    owner = item.run.origin.owner
    return owner.code if owner.kind == "place" else ""


def _erase(connection: Connection, world: World, response_ids: Sequence[int]) -> None:
    """Hash, texts, media and personal questions go; coded answers stay, tied to nobody."""
    found = connection.execute(
        select(Response.id, Response.round_id, Response.questionnaire_id).where(Response.id.in_(response_ids))
    ).all()
    connection.execute(update(Response).where(Response.id.in_(response_ids)).values(account_hash=None))
    connection.execute(
        update(AnswerRow).where(AnswerRow.response_id.in_(response_ids)).values(text=None, media=None)
    )
    for response_id, round_id, questionnaire_id in found:
        form = world.form(round_id, questionnaire_id)
        going = personal_or_open(form.questionnaire) if form else ()
        connection.execute(
            delete(AnswerRow).where(AnswerRow.response_id == response_id, AnswerRow.question.in_(going))
        )


def personal_or_open(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Ids of the questions whose answers go when somebody asks for deletion."""
    return tuple(
        question.id
        for question in questionnaire.walk()
        if isinstance(question, Text) or (isinstance(question, Answerable) and question.personal)
    )


def _attach_phone(connection: Connection, person: str, sealed_phone: bytes) -> None:
    """Keep the number, encrypted, with the person's latest wish for a human."""
    latest = connection.execute(
        select(HelpRequest.id)
        .where(HelpRequest.person == person, HelpRequest.done_at.is_(None))
        .order_by(HelpRequest.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if latest is not None:
        connection.execute(update(HelpRequest).where(HelpRequest.id == latest).values(phone=sealed_phone))
