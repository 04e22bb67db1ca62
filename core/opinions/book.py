"""
The inbox's part of a turn: what people have deleted leaves it in the very transaction that deletes it.

Wraps the book that stores responses, so that a conversation needs to know of one book only.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from core.conversation.book import ResponseBook
from core.conversation.records import Erase, Record
from core.conversation.world import World
from core.opinions.arriving import drop
from core.opinions.models import Opinion
from core.responses.models import Response


class OpinionBook:
    """A `ResponseBook` that also keeps the inbox; everything else is the other book's."""

    def __init__(self, responses: ResponseBook) -> None:
        self._responses = responses

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
                _forget(connection, item.accounts)
        self._responses.record(connection, world, records, person, now)


def _forget(connection: Connection, accounts: Sequence[str]) -> None:
    """
    Their opinions go. Where an item was made of one, only that there was one stays: place, question, item.
    """
    theirs = select(Response.id).where(Response.account_hash.in_(accounts))
    mine = Opinion.response_id.in_(theirs)
    drop(connection, connection.scalars(select(Opinion.id).where(mine, Opinion.item_number.is_(None))).all())
    connection.execute(update(Opinion).where(mine).values(gone="erased", original=None, typed=None))
