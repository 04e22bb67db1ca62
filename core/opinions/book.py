"""
The inbox's part of a turn: what people have deleted leaves it in the very transaction that deletes it, and
who wants to hear what becomes of their opinion is kept.

Wraps the book that stores responses, so that a conversation needs to know of one book only.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from core.conversation.book import ResponseBook
from core.conversation.records import (
    Erase,
    OpenidUnwanted,
    OutcomeTold,
    OutcomeUnwanted,
    OutcomeWanted,
    Record,
    Vote,
)
from core.conversation.world import World
from core.opinions.asking import count_vote, forget_voter
from core.opinions.leaving import drop
from core.opinions.models import WISH, Opinion, OutcomeWish
from core.opinions.words import forget
from core.outbox.queueing import withdraw_from
from core.people.keys import KeyRing
from core.responses.models import Response
from core.tasks.service import expire_by

# Kinds of long work whose files hold what people said; these folders stand above this one.
FILES_WITH_WORDS = ("export.answers", "feedback.reports")
FILES_STAY = timedelta(hours=12)


class OpinionBook:
    """A `ResponseBook` that also keeps the inbox; everything else is the other book's."""

    def __init__(self, responses: ResponseBook, keys: KeyRing) -> None:
        self._responses = responses
        self._keys = keys

    def new_id(self, now: datetime) -> int:
        """See `ResponseBook.new_id`."""
        return self._responses.new_id(now)

    def record(
        self, connection: Connection, world: World, records: Sequence[Record], person: str, now: datetime
    ) -> None:
        """See `ResponseBook.record`."""
        for item in records:
            if isinstance(item, Erase):
                # First, while it can still be told which responses are theirs.
                _forget(connection, item.accounts, person, now)
                forget_voter(connection, self._keys, person)
        self._responses.record(connection, world, records, person, now)
        for item in records:
            match item:
                case OutcomeWanted(response_id, openid):
                    _keep_wish(connection, response_id, openid, person, now)
                case OutcomeUnwanted(response_id):
                    connection.execute(delete(OutcomeWish).where(OutcomeWish.response_id == response_id))
                case OutcomeTold(response_ids):
                    told = update(OutcomeWish).where(OutcomeWish.response_id.in_(response_ids))
                    connection.execute(told.values(told_at=now, openid=None))
                    withdraw_from(connection, WISH, response_ids, now)
                case OpenidUnwanted():
                    mine = update(OutcomeWish).where(OutcomeWish.person == person)
                    connection.execute(mine.values(openid=None))
                case Vote(question_id, is_fixed):
                    count_vote(connection, self._keys, question_id, person, is_fixed, now)
                case _:
                    pass


def _keep_wish(connection: Connection, response_id: int, openid: bytes, person: str, now: datetime) -> None:
    values = {"response_id": response_id, "person": person, "openid": openid, "wished_at": now}
    connection.execute(insert(OutcomeWish), [{**values, "state": "waiting", "by": ""}])


def _forget(connection: Connection, accounts: Sequence[str], person: str, now: datetime) -> None:
    """
    Their opinions go, and their openid. Where an item was made of an opinion, only that there was one stays.

    Files that were made before may hold their words. Whoever waits for one may still take it today; it goes
    with the next night's, not after a week.
    """
    gone = delete(OutcomeWish).where(OutcomeWish.person == person).returning(OutcomeWish.response_id)
    if response_ids := connection.scalars(gone).all():
        withdraw_from(connection, WISH, response_ids, now)
    theirs = select(Response.id).where(Response.account_hash.in_(accounts))
    if connection.execute(theirs.limit(1)).first() is not None:
        expire_by(connection, FILES_WITH_WORDS, now + FILES_STAY)
    mine = Opinion.response_id.in_(theirs)
    drop(connection, connection.scalars(select(Opinion.id).where(mine, Opinion.item_number.is_(None))).all())
    forget(connection, connection.scalars(select(Opinion.id).where(mine)).all())
    connection.execute(update(Opinion).where(mine).values(gone="erased", original=None, typed=None))
