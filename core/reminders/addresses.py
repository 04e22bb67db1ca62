"""Where liaisons are reached: the outbox's `Recipients`, out of bindings and conversations."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from core.conversation.models import Conversation
from core.liaisons.binding import note_following
from core.liaisons.models import Binding
from core.outbox.recipients import Address, Recipient
from core.people.keys import KeyRing
from core.reminders.planning import LIAISON

# Longer ago than any window of the platform's.
LONG_AGO = timedelta(days=3)


class LiaisonAddresses:
    """See `Recipients`. Opens openids for the moment of sending."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def find(
        self, connection: Connection, wanted: Collection[Recipient], now: datetime
    ) -> Mapping[Recipient, Address]:
        """See `Recipients`."""
        ids = [each.id for each in wanted if each.kind == LIAISON]
        rows = connection.execute(
            select(Binding.liaison_id, Binding.openid, Binding.unfollowed_at, Conversation.typed_at)
            .outerjoin(Conversation, Conversation.person == Binding.person)
            .where(Binding.liaison_id.in_(ids), Binding.ended_at.is_(None), Binding.openid.is_not(None))
        )
        found: dict[Recipient, Address] = {}
        for row in rows:
            wrote_at = datetime.fromtimestamp(row.typed_at, UTC) if row.typed_at else None
            found[Recipient(LIAISON, row.liaison_id)] = Address(
                self._keys.unwrap(row.openid).decode(),
                row.unfollowed_at is None,
                wrote_at if wrote_at is not None and now - wrote_at < LONG_AGO else None,
            )
        return found

    def mark_unfollowed(self, connection: Connection, recipient: Recipient, now: datetime) -> None:
        """See `Recipients`."""
        person = connection.scalar(
            select(Binding.person).where(Binding.liaison_id == recipient.id, Binding.ended_at.is_(None))
        )
        if recipient.kind == LIAISON and person is not None:
            note_following(connection, person, follows=False, now=now)
