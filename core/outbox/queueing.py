"""
Putting messages into the outbox, in the transaction that causes them, and taking them back before they
leave.

A key says what a message is for; whoever writes it again changes nothing. Commits nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.outbox.kinds import MAX_SUMMARY_CHARS, Kind, fields_of
from core.outbox.models import OutboxEvent, OutboxMessage
from core.outbox.recipients import Recipient
from core.outbox.states import Happened, State

MAX_KEY_CHARS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    What is to be said to whom.

    `about_code`: the county's or unit's code it is about. `fields`: a value for each of `kinds.fields_of`.
    `body`: the full text; no more of a person than is needed. `link`: a path of ours that it opens, '' for
    none. `not_before` None: at once. `send_before` None: it never becomes useless.
    """

    key: str
    kind: Kind
    to: Recipient
    about_code: str
    fields: Mapping[str, str]
    body: str
    link: str = ""
    not_before: datetime | None = None
    send_before: datetime | None = None

    def __post_init__(self) -> None:
        """A message that could never be sent is a bug of whoever made it."""
        wanted = set(fields_of(self.kind))
        if set(self.fields) != wanted or not all(self.fields.values()):
            raise ValueError(f"a message needs a value for each of {wanted}, got {set(self.fields)}")
        if len(self.fields["summary"]) > MAX_SUMMARY_CHARS:
            raise ValueError(f"longer than {MAX_SUMMARY_CHARS} characters: {self.fields['summary']!r}")
        if not 0 < len(self.key) <= MAX_KEY_CHARS or not self.body:
            raise ValueError(f"not a message: {self.key!r}")


def queue(connection: Connection, messages: Sequence[Message], now: datetime) -> set[str]:
    """Write those whose key is new; their keys."""
    if not messages:
        return set()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    # The order of the keys is the same for everybody: two writers that meet wait for one another and no
    # more.
    rows = [_row(message, now) for message in sorted(messages, key=lambda message: message.key)]
    statement = insert(OutboxMessage).on_conflict_do_nothing(index_elements=[OutboxMessage.key])
    return set(connection.scalars(statement.returning(OutboxMessage.key), rows))


def known_keys(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of them that were written before."""
    if not keys:
        return set()
    return set(connection.scalars(select(OutboxMessage.key).where(OutboxMessage.key.in_(keys))))


def withdraw(connection: Connection, keys: Sequence[str], now: datetime) -> int:
    """Take back those of them that have not left; how many."""
    return _withdraw(connection, OutboxMessage.key.in_(keys), now)


def withdraw_from(connection: Connection, kind: str, ids: Sequence[int], now: datetime) -> int:
    """Take back what has not left and goes to these recipients of one kind; how many."""
    to_them = and_(OutboxMessage.to_kind == kind, OutboxMessage.to_id.in_(ids))
    return _withdraw(connection, to_them, now)


def _withdraw(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    query = select(OutboxMessage.id, OutboxMessage.edition).where(
        which, OutboxMessage.state == State.QUEUED, OutboxMessage.unsure_since.is_(None)
    )
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    found = connection.execute(query).all()
    if not found:
        return 0
    connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_([row.id for row in found]))
        .values(state=State.WITHDRAWN, settled_at=now)
    )
    events = [
        {"message_id": row.id, "at": now, "what": Happened.WITHDRAWN, "edition": row.edition} for row in found
    ]
    connection.execute(insert(OutboxEvent), events)
    return len(found)


def _row(message: Message, now: datetime) -> dict[str, Any]:
    return {
        "key": message.key,
        "kind": message.kind,
        "to_kind": message.to.kind,
        "to_id": message.to.id,
        "about_code": message.about_code,
        "fields": json.dumps(dict(message.fields), ensure_ascii=False),
        "body": message.body,
        "link": message.link,
        "state": State.QUEUED,
        "channel": "",
        "refused": "",
        "edition": 1,
        "attempts": 0,
        "tries": 0,
        "queued_at": now,
        "next_try_at": max(message.not_before or now, now),
        "send_before": message.send_before,
        "platform_id": "",
        "reason": "",
        "call": "",
    }
