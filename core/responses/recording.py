"""
Storing what the desk decided: responses and their answers, files to be fetched, erasures, wishes for a human.

Runs inside the turn's own transaction and commits nothing. Knows no rules: what counts, what supersedes and
what is erased was decided before.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, insert, select, update

from core.conversation.models import HelpRequest
from core.conversation.records import Erase, HelpAsked, MediaReceived, PhoneGiven, Record, ResponseRecord
from core.conversation.state import Answer
from core.conversation.world import World
from core.media.receiving import (
    Mention,
    attach_to_response,
    forget_media,
    forget_received,
    note_received,
)
from core.questionnaires.model import Answerable, Place, Questionnaire, Text
from core.responses.consents import Consents, consent_words
from core.responses.ids import new_response_id
from core.responses.models import AnswerRow, Response


class Recorder:
    """The `ResponseBook` of conversations: writes to the tables of responses."""

    def __init__(self, seal: Callable[[bytes], bytes]) -> None:
        """`seal` encrypts what must not lie open, such as telephone numbers."""
        self._seal = seal
        self._consents = Consents()

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
                    _store_response(connection, world, item, self._agreed_to(connection, world, item))
                case MediaReceived(kind, media_id):
                    note_received(connection, kind, media_id, now)
                case Erase(accounts, media_ids):
                    forget_received(connection, media_ids)
                    _erase_responses(connection, world, accounts)
                    _erase_wishes(connection, person)
                case HelpAsked(place_code, question):
                    _note_wish(connection, person, now, place_code=place_code, question=question)
                case PhoneGiven(phone):
                    _note_wish(connection, person, now, phone=self._seal(phone.encode()))

    def _agreed_to(self, connection: Connection, world: World, item: ResponseRecord) -> str | None:
        """The wording they agreed to, stored; None for who declined."""
        run = item.run
        form = world.form(run.goal.round_id, run.goal.questionnaire_id)
        if form is None or item.status == "refused":
            return None
        prompt = world.script(form.questionnaire).consent(run.state, 0)
        return self._consents.store(connection, consent_words(prompt), item.finished_at)


def slot_key(question: str, item: str = "") -> str:
    """`question`, or `question@item` inside a repeat: the key of an answer and the column of an export."""
    return f"{question}@{item}" if item else question


def split_slot_key(key: str) -> tuple[str, str]:
    """(question, item) of a slot key; item is '' outside a repeat."""
    question, _, item = key.partition("@")
    return question, item


def _store_response(
    connection: Connection, world: World, item: ResponseRecord, consent_id: str | None
) -> None:
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
                "consent_id": consent_id,
            }
        ],
    )
    rows = [answer_row(item.response_id, key, answer) for key, answer in item.answers.items()]
    if rows:
        connection.execute(insert(AnswerRow), rows)
    attach_to_response(connection, item.response_id, _mentions(item))
    if item.supersedes is not None:
        connection.execute(
            update(Response).where(Response.id == item.supersedes).values(superseded_by=item.response_id)
        )


def _mentions(item: ResponseRecord) -> Iterator[Mention]:
    for key, answer in item.answers.items():
        for media_id in answer.media_ids:
            yield Mention(media_id, *split_slot_key(key))


def answer_row(response_id: int, key: str, answer: Answer) -> dict[str, Any]:
    """An answer, as a row of the table of answers."""
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
    for question in form.questionnaire.walk() if form is not None else ():
        answer = item.answers.get(question.id) if isinstance(question, Place) else None
        if answer is not None and answer.codes:
            return answer.codes[0]
    owner = item.run.origin.owner
    return owner.code if owner.kind == "place" else ""


def _erase_responses(connection: Connection, world: World, accounts: Sequence[str]) -> None:
    """Hash, texts, media and personal answers go; other coded answers stay, tied to nobody."""
    mine = select(Response.id).where(Response.account_hash.in_(accounts))
    asked = connection.execute(
        select(Response.round_id, Response.questionnaire_id)
        .where(Response.account_hash.in_(accounts))
        .distinct()
    ).all()
    forget_media(connection, connection.scalars(mine).all())
    connection.execute(update(AnswerRow).where(AnswerRow.response_id.in_(mine)).values(text=None, media=None))
    for round_id, questionnaire_id in asked:
        form = world.form(round_id, questionnaire_id)
        if form is None:
            continue
        these = (Response.round_id == round_id, Response.questionnaire_id == questionnaire_id)
        connection.execute(
            delete(AnswerRow).where(
                AnswerRow.response_id.in_(mine.where(*these)),
                AnswerRow.question.in_(personal_or_open(form.questionnaire)),
            )
        )
        if _place_is_personal(form.questionnaire):
            code_place = case((Response.source_kind == "place", Response.source_code), else_="")
            connection.execute(
                update(Response)
                .where(Response.account_hash.in_(accounts), *these)
                .values(place_code=code_place)
            )
    connection.execute(update(Response).where(Response.account_hash.in_(accounts)).values(account_hash=None))


def personal_or_open(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Ids of the questions whose answers go when somebody asks for deletion."""
    return tuple(
        question.id
        for question in questionnaire.walk()
        if isinstance(question, Text) or (isinstance(question, Answerable) and question.personal)
    )


def _place_is_personal(questionnaire: Questionnaire) -> bool:
    return any(isinstance(question, Place) and question.personal for question in questionnaire.walk())


def _note_wish(connection: Connection, person: str, now: datetime, **told: str | bytes) -> None:
    """One open wish a person: who asks again, or sends a number, keeps their place in the office's list."""
    known = connection.execute(
        update(HelpRequest).where(HelpRequest.person == person, HelpRequest.done_at.is_(None)).values(**told)
    )
    if not known.rowcount:
        connection.execute(insert(HelpRequest).values(person=person, at=now, **told))


def _erase_wishes(connection: Connection, person: str) -> None:
    """That somebody at that place asked for a human stays; who it was does not."""
    connection.execute(update(HelpRequest).where(HelpRequest.person == person).values(person="", phone=None))
