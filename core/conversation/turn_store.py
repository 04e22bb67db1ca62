"""
The rows of a group of turns: read together, written together. Driver-level SQL, because this is the path
every message takes.

Two stores of one shape. Rows of the persons concerned are locked by the time `load` returns: on SQLite
because the transaction began with `BEGIN IMMEDIATE`, on PostgreSQL row by row, in the order of their keys,
so that two processes never wait for each other in a circle. What `load` reads besides is read after that.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from core.funnel.events import FunnelEvent, hour_of

# Time formats differ: SQLAlchemy keeps SQLite times as naive UTC text.
SQLITE_TIME = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person's stored state (JSON) and when they were last heard, or None for somebody new."""

    state: str
    typed_at: int
    updated_at: datetime


@dataclass(slots=True)
class Loaded:
    """What a group of turns starts from. `made` are persons who got an empty row only now, to be locked."""

    made: set[str] = field(default_factory=set)
    persons: dict[str, PersonRow] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)
    shed: set[str] = field(default_factory=set)
    catalog_stamp: str = ""


@dataclass(slots=True)
class Written:
    """
    What a group of turns leaves behind.

    `persons`: person → (state, round id, typed_at); `replies`: delivery key → words; `stamps`: stamp → key;
    `shed` and `unshed`: persons to mark and unmark; `unmade`: persons whose empty row goes again; `events`:
    what is counted; `unlinked`: hashes in `funnel_event` → the random words that take their place.
    """

    persons: dict[str, tuple[str, int | None, int]] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)
    shed: set[str] = field(default_factory=set)
    unshed: set[str] = field(default_factory=set)
    unmade: set[str] = field(default_factory=set)
    events: list[FunnelEvent] = field(default_factory=list)
    unlinked: dict[str, str] = field(default_factory=dict)


class TurnStore(Protocol):
    """Reads and writes the rows of a group of turns, inside the caller's transaction."""

    def load(
        self, connection: Connection, persons: Sequence[str], keys: Sequence[str], stamps: Sequence[str]
    ) -> Loaded:
        """Lock the persons' rows and read everything the turns need."""
        ...

    def save(self, connection: Connection, written: Written, now: datetime) -> None:
        """Write what the turns left."""
        ...


def store_for(dialect_name: str) -> TurnStore:
    """The store for SQLAlchemy's name of the database."""
    return SqliteTurnStore() if dialect_name == "sqlite" else PostgresTurnStore()


_PERSONS = "SELECT person, state, typed_at, updated_at FROM conversation WHERE person {persons}"
_SEEN = """
    SELECT 1, key, reply FROM delivery WHERE key {keys}
    UNION ALL SELECT 2, stamp, key FROM delivery_stamp WHERE stamp {stamps}
    UNION ALL SELECT 3, person, '' FROM shed_mark WHERE person {persons}
    UNION ALL SELECT 4, CAST(version AS VARCHAR(20)), '' FROM catalog_version
"""
_EVENT = (
    "INSERT INTO funnel_event (round_id, kind, owner, township, scene, material, question, person, hour, at)"
)
_EVENT_ARRAYS = "%s::int[], " + "%s::text[], " * 7 + "%s::int[], %s::timestamptz[]"


def _event_row(event: FunnelEvent, at: Any) -> tuple[Any, ...]:
    credit = event.credit
    told = (event.round_id, event.kind.value, credit.owner, credit.township, credit.scene, credit.material)
    return (*told, event.question, event.person, hour_of(event.at), at)


def _sort_in(loaded: Loaded, rows: Iterable[tuple[int, str, str]]) -> None:
    for kind, first, second in rows:
        if kind == 1:
            loaded.replies[first] = second
        elif kind == 2:
            loaded.stamps[first] = second
        elif kind == 3:
            loaded.shed.add(first)
        else:
            loaded.catalog_stamp = first


class SqliteTurnStore:
    """On SQLite: the process holds the only write lock, statements cost microseconds each."""

    _IN = "IN (SELECT value FROM json_each(?))"
    _PERSONS = _PERSONS.format(persons=_IN)
    _SEEN = _SEEN.format(keys=_IN, stamps=_IN, persons=_IN)

    def load(
        self, connection: Connection, persons: Sequence[str], keys: Sequence[str], stamps: Sequence[str]
    ) -> Loaded:
        """See `TurnStore.load`."""
        cursor = connection.connection.cursor()
        loaded = Loaded()
        listed = json.dumps(persons)
        cursor.execute(self._PERSONS, (listed,))
        for person, state, typed_at, updated_at in cursor.fetchall():
            moment = datetime.fromisoformat(updated_at).replace(tzinfo=UTC)
            loaded.persons[person] = PersonRow(state, typed_at, moment)
        cursor.execute(self._SEEN, (json.dumps(keys), json.dumps(stamps), listed))
        _sort_in(loaded, cursor.fetchall())
        return loaded

    def save(self, connection: Connection, written: Written, now: datetime) -> None:
        """See `TurnStore.save`."""
        cursor = connection.connection.cursor()
        at = now.astimezone(UTC).strftime(SQLITE_TIME)
        if written.persons:
            cursor.executemany(
                "INSERT INTO conversation (person, state, round_id, typed_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (person) DO UPDATE SET state = excluded.state,"
                " round_id = excluded.round_id, typed_at = excluded.typed_at,"
                " updated_at = excluded.updated_at",
                [(person, *row, at) for person, row in written.persons.items()],
            )
        if written.replies:
            cursor.executemany(
                "INSERT INTO delivery (key, reply, at) VALUES (?, ?, ?)",
                [(key, reply, at) for key, reply in written.replies.items()],
            )
        if written.stamps:
            cursor.executemany(
                "INSERT INTO delivery_stamp (stamp, key, at) VALUES (?, ?, ?)",
                [(stamp, key, at) for stamp, key in written.stamps.items()],
            )
        if written.unshed:
            cursor.executemany("DELETE FROM shed_mark WHERE person = ?", [(p,) for p in written.unshed])
        if written.shed:
            cursor.executemany(
                "INSERT INTO shed_mark (person, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(person, at) for person in written.shed],
            )
        if written.events:
            cursor.executemany(
                f"{_EVENT} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    _event_row(event, event.at.astimezone(UTC).strftime(SQLITE_TIME))
                    for event in written.events
                ],
            )
        if written.unlinked:
            cursor.executemany(
                "UPDATE funnel_event SET person = ? WHERE person = ?",
                [(word, person) for person, word in written.unlinked.items()],
            )


class PostgresTurnStore:
    """On PostgreSQL: whole groups go over in single statements, since each costs a round trip."""

    _PERSONS = _PERSONS.format(persons="= ANY(%s)") + " ORDER BY person FOR UPDATE"
    _SEEN = _SEEN.format(keys="= ANY(%s)", stamps="= ANY(%s)", persons="= ANY(%s)")

    def load(
        self, connection: Connection, persons: Sequence[str], keys: Sequence[str], stamps: Sequence[str]
    ) -> Loaded:
        """See `TurnStore.load`. Somebody new gets an empty row first, so that there is one to lock."""
        cursor: Any = connection.connection.cursor()
        loaded = Loaded()
        listed = sorted(persons)
        if listed:
            self._lock(cursor, listed, loaded)
            new = [person for person in listed if person not in loaded.persons]
            if new:
                cursor.execute(
                    "INSERT INTO conversation (person, state, typed_at, updated_at)"
                    " SELECT unnest(%s::text[]), '', 0, now() ON CONFLICT DO NOTHING",
                    (new,),
                )
                self._lock(cursor, new, loaded)
        cursor.execute(self._SEEN, (list(keys), list(stamps), listed))
        _sort_in(loaded, cursor.fetchall())
        loaded.made = {person for person, row in loaded.persons.items() if not row.state}
        loaded.persons = {person: row for person, row in loaded.persons.items() if row.state}
        return loaded

    def _lock(self, cursor: Any, persons: list[str], loaded: Loaded) -> None:
        cursor.execute(self._PERSONS, (persons,))
        for person, state, typed_at, updated_at in cursor.fetchall():
            loaded.persons[person] = PersonRow(state, typed_at, updated_at)

    def save(self, connection: Connection, written: Written, now: datetime) -> None:
        """See `TurnStore.save`."""
        cursor: Any = connection.connection.cursor()
        if written.persons:
            rows = written.persons
            cursor.execute(
                "UPDATE conversation SET state = v.state, round_id = v.round_id, typed_at = v.typed_at,"
                " updated_at = %s FROM unnest(%s::text[], %s::text[], %s::int[], %s::bigint[])"
                " AS v (person, state, round_id, typed_at) WHERE conversation.person = v.person",
                (now, list(rows), *(list(column) for column in zip(*rows.values(), strict=True))),
            )
        if written.unmade:
            cursor.execute("DELETE FROM conversation WHERE person = ANY(%s)", (sorted(written.unmade),))
        for table, column, value, pairs in (
            ("delivery", "key", "reply", written.replies),
            ("delivery_stamp", "stamp", "key", written.stamps),
        ):
            if pairs:
                cursor.execute(
                    f"INSERT INTO {table} ({column}, {value}, at)"  # noqa: S608 - names from the line above
                    " SELECT *, %s FROM unnest(%s::text[], %s::text[])",
                    (now, list(pairs), list(pairs.values())),
                )
        if written.unshed:
            cursor.execute("DELETE FROM shed_mark WHERE person = ANY(%s)", (list(written.unshed),))
        if written.shed:
            cursor.execute(
                "INSERT INTO shed_mark (person, at) SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING",
                (sorted(written.shed), now),
            )
        if written.events:
            rows_of_events = [_event_row(event, event.at) for event in written.events]
            cursor.execute(
                f"{_EVENT} SELECT * FROM unnest({_EVENT_ARRAYS})",  # noqa: S608 - constants from above
                [list(column) for column in zip(*rows_of_events, strict=True)],
            )
        if written.unlinked:
            cursor.execute(
                "UPDATE funnel_event SET person = v.word FROM unnest(%s::text[], %s::text[])"
                " AS v (person, word) WHERE funnel_event.person = v.person",
                (list(written.unlinked), list(written.unlinked.values())),
            )
