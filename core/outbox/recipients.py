"""
Whom a message goes to, and how the outbox finds them: a port that the folders of liaisons and of opinions
fill.

Outbox rows name a recipient by kind and number only. The openid is read when a message is about to leave,
lives in memory for that long, and is never logged.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody messages go to: `kind` says in whose table `id` stands (`liaison`, `wish`)."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Address:
    """
    Where a recipient is reached. `follows`: whether the account is still followed, as far as we know.

    `wrote_at`: when they last sent the account a message; None when never or long ago. Within 48 hours of
    it customer-service messages are allowed.
    """

    openid: str = field(repr=False)
    follows: bool
    wrote_at: datetime | None


class Recipients(Protocol):
    """Finds recipients, and is told when one can no longer be reached."""

    def find(
        self, connection: Connection, wanted: Collection[Recipient], now: datetime
    ) -> Mapping[Recipient, Address]:
        """The addresses of those who are bound to a WeChat account; the others are left out."""
        ...

    def mark_unfollowed(self, connection: Connection, recipient: Recipient, now: datetime) -> None:
        """The platform says that they do not follow the account (any more)."""
        ...


class ByKind:
    """Finds each kind of recipient where it stands. A kind nobody knows is not found."""

    def __init__(self, kinds: Mapping[str, Recipients]) -> None:
        self._kinds = kinds

    def find(
        self, connection: Connection, wanted: Collection[Recipient], now: datetime
    ) -> Mapping[Recipient, Address]:
        """See `Recipients`."""
        found: dict[Recipient, Address] = {}
        for kind in {each.kind for each in wanted} & set(self._kinds):
            theirs = [each for each in wanted if each.kind == kind]
            found |= self._kinds[kind].find(connection, theirs, now)
        return found

    def mark_unfollowed(self, connection: Connection, recipient: Recipient, now: datetime) -> None:
        """See `Recipients`."""
        if recipient.kind in self._kinds:
            self._kinds[recipient.kind].mark_unfollowed(connection, recipient, now)


class NoRecipients:
    """Nobody is bound."""

    def find(
        self, connection: Connection, wanted: Collection[Recipient], now: datetime
    ) -> Mapping[Recipient, Address]:
        """See `Recipients`."""
        return {}

    def mark_unfollowed(self, connection: Connection, recipient: Recipient, now: datetime) -> None:
        """See `Recipients`."""
