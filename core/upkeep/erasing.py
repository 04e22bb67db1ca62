"""
Deleting one person's data when they ask the office instead of the chat.

The office knows nobody by name. Whoever asks does so from their own chat: they reply 人工, which puts a
request into the office's list; the office calls, makes sure what is wanted, and deletes the data of whoever
made that request. What goes is what 删除我的数据 deletes: the tie to their account, texts, voice, photos,
personal questions, the telephone number, what is under way. Coded answers stay, tied to nobody, and so does
that this account has answered, until the round is over.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from core.conversation.book import ResponseBook
from core.conversation.counting import UNLINKED_BYTES
from core.conversation.keeping import from_text, to_text
from core.conversation.models import Conversation, HelpRequest
from core.conversation.person import Person
from core.conversation.records import Erase
from core.conversation.turn_store import store_for
from core.conversation.world import World
from core.errors import Refused
from core.funnel.events import counted_as
from core.funnel.models import FunnelEventRow
from core.helpdesk.service import NoSuchRequest
from core.people.keys import PERSON_KEY, KeyRing, named_key
from core.responses.models import Response


class AlreadyErased(Refused):
    """Nobody hangs on this request any more."""

    say = "这个人的数据已经删掉了。"


@dataclass(frozen=True, slots=True)
class Erased:
    """How many responses were cut loose, and how many questionnaires under way were dropped."""

    responses: int
    under_way: int


def erase_by_request(
    session: Session, world: World, book: ResponseBook, keys: KeyRing, request_id: int, now: datetime
) -> Erased:
    """
    Forget whoever made this request for a human, in the session's transaction.

    NoSuchRequest; AlreadyErased when they had it done before, or were swept away.
    """
    connection = session.connection()
    person_key = connection.scalar(select(HelpRequest.person).where(HelpRequest.id == request_id))
    if person_key is None:
        raise NoSuchRequest
    if not person_key:
        raise AlreadyErased
    locked = store_for(connection.dialect.name).load(connection, [person_key], [], []).persons.get(person_key)
    person = from_text(locked.state) if locked is not None else Person()
    known = _known_accounts(connection, person)
    accounts = tuple({account for _round, account in known})
    count = len(connection.scalars(select(Response.id).where(Response.account_hash.in_(accounts))).all())
    media = tuple(media_id for run in person.open_runs for media_id in run.state.media_ids)
    book.record(connection, world, [Erase(accounts, media)], person_key, now)
    _unlink_events(session, world, keys, known, person_key, now)
    if locked is not None:
        connection.execute(
            update(Conversation)
            .where(Conversation.person == person_key)
            .values(state=to_text(person.forgotten()), round_id=None)
        )
    return Erased(count, len(person.open_runs))


def _known_accounts(connection: Connection, person: Person) -> set[tuple[int, str]]:
    """
    (round, hash) under which this person answered: of what is under way, and of every response their
    conversation remembers.
    """
    responses = [done.response_id for done in person.done if done.response_id is not None]
    responses += person.broken_off
    stored = select(Response.round_id, Response.account_hash).where(
        Response.id.in_(responses), Response.account_hash.is_not(None)
    )
    found = {(run.goal.round_id, run.account) for run in person.open_runs}
    return found | {(row.round_id, row.account_hash) for row in connection.execute(stored)}


def _unlink_events(
    session: Session,
    world: World,
    keys: KeyRing,
    known: set[tuple[int, str]],
    person_key: str,
    now: datetime,
) -> None:
    """What they were counted under on the way from a code to the end becomes a random word each."""
    hashes = [counted_as(named_key(session, keys, PERSON_KEY, now), person_key)]
    for round_id, account in known:
        entry = world.catalog.round(round_id)
        if entry is not None:
            hashes.append(counted_as(entry.account_key, account))
    for each in hashes:
        session.execute(
            update(FunnelEventRow)
            .where(FunnelEventRow.person == each)
            .values(person=secrets.token_hex(UNLINKED_BYTES))
            .execution_options(synchronize_session=False)
        )
