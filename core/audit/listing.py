"""Reading the audit log for a screen or a file, newest first."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from core.audit.acts import ACTS, Act, ActKind, about_in_words
from core.audit.models import AuditEntry
from core.audit.who import WHO_TITLES, WhoKind

BATCH = 1000
_WORDS: dict[str, tuple[ActKind | None, str]] = {act.value: words for act, words in ACTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedEntries:
    """Which entries; None and '' ask for all. `since` is included, `until` is not."""

    kind: ActKind | None = None
    act: Act | None = None
    who_kind: WhoKind | None = None
    who_id: int | None = None
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One act, in words. `what` is '' for an act that only a newer program knows; then `act` says it.

    `about_key` is what `WantedEntries.about` takes.
    """

    number: int
    at: datetime
    act: str
    what: str
    kind: ActKind | None
    who: str
    about: str
    about_key: str
    details: tuple[tuple[str, str], ...]


def count_entries(connection: Connection, wanted: WantedEntries) -> int:
    """How many there are."""
    return connection.scalar(select(func.count()).select_from(AuditEntry).where(*_where(wanted))) or 0


def list_entries(connection: Connection, wanted: WantedEntries, offset: int, limit: int) -> list[Entry]:
    """A page of them."""
    found = (
        select(AuditEntry.__table__)
        .where(*_where(wanted))
        .order_by(AuditEntry.number.desc())
        .offset(offset)
        .limit(limit)
    )
    return [_entry(row) for row in connection.execute(found)]


def count_by_who(connection: Connection, wanted: WantedEntries) -> list[tuple[str, int]]:
    """Who did so many of them, the one with most first."""
    columns = (AuditEntry.who_kind, AuditEntry.who_name, AuditEntry.who_id)
    done = func.count().label("done")
    found = select(*columns, done).where(*_where(wanted)).group_by(*columns).order_by(done.desc(), *columns)
    return [
        (who_in_words(row.who_kind, row.who_name, row.who_id if row.who_id >= 0 else None), row.done)
        for row in connection.execute(found)
    ]


def all_entries(connection: Connection, wanted: WantedEntries) -> Iterator[Entry]:
    """All of them, oldest first, a batch at a time."""
    found = select(AuditEntry.__table__).where(*_where(wanted)).order_by(AuditEntry.number)
    for row in connection.execution_options(yield_per=BATCH).execute(found):
        yield _entry(row)


def who_in_words(kind: WhoKind, name: str, number: int | None) -> str:
    """`王小明`, `命令行（root）`, `联络员（微信里）12`."""
    if kind == "staff":
        return name
    title = WHO_TITLES.get(kind, kind)
    return f"{title}（{name}）" if name else f"{title}{number}" if number is not None else title


def _where(wanted: WantedEntries) -> list[Any]:
    found: list[Any] = []
    if wanted.act is not None:
        found.append(AuditEntry.act == wanted.act.value)
    elif wanted.kind is not None:
        found.append(
            AuditEntry.act.in_([act.value for act, (kind, _) in ACTS.items() if kind == wanted.kind])
        )
    if wanted.who_kind is not None:
        found.append(AuditEntry.who_kind == wanted.who_kind)
    if wanted.who_id is not None:
        found.append(AuditEntry.who_id == wanted.who_id)
    if wanted.about:
        found.append(AuditEntry.about == wanted.about)
    if wanted.since is not None:
        found.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEntry.at < wanted.until)
    return found


def _entry(row: Row[Any]) -> Entry:
    kind, what = _WORDS.get(row.act, (None, ""))
    details = json.loads(row.details)
    return Entry(
        number=row.number,
        at=row.at,
        act=row.act,
        what=what,
        kind=kind,
        who=who_in_words(row.who_kind, row.who_name, row.who_id if row.who_id >= 0 else None),
        about=about_in_words(row.about),
        about_key=row.about,
        details=tuple((str(name), _said(value)) for name, value in details.items()),
    )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "无" if value is None else str(value)
