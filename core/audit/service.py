"""
Writing acts down: one call, in the transaction of what was done, so that neither is stored without the other.

What a session was told is linked to the chain just before it commits: the chain's one lock is then held for
the shortest time and taken after all others, so that it can be no part of a deadlock. What a savepoint takes
back is not written.
"""

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, select, update
from sqlalchemy.orm import Session, SessionTransaction

from core.audit.acts import Act, about
from core.audit.chain import AuditLog, Content, Details, log_of
from core.audit.kept_head import BrokenFile, Link
from core.audit.models import ONLY_ROW, AuditEntry, AuditHead
from core.audit.who import Who

log = logging.getLogger(__name__)

MAX_DETAILS_CHARS = 2000
# Details hold no personal data. A mobile number is the one kind that a mistake brings in and a program knows.
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_WAITING, _LINKED, _REPLACING = "audit_waiting", "audit_linked", "audit_replacing"


@dataclass(frozen=True, slots=True)
class Done:
    """
    An act that is to be written down at the end of a transaction that has no session; see `record_all`.

    Fields as those of `record`.
    """

    act: Act
    who: Who
    about: str = ""
    details: Details | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """An act that a session was told of and that is not linked yet; `within` is the savepoint it came in."""

    act: Act
    who: Who
    about: str
    details: str
    within: SessionTransaction | None


def record(session: Session, act: Act, who: Who, about: str = "", details: Details | None = None) -> None:
    """
    Write down that `who` did this, in the session's transaction.

    `about` comes from `acts.about(kind, number)`. `details` are short Chinese words and figures
    (`{"格式": "xlsx", "份数": 1200}`), never names, numbers or words of respondents or liaisons.
    """
    waiting = session.info.get(_WAITING)
    if waiting is None:
        waiting = session.info[_WAITING] = []
        event.listen(session, "before_commit", _link_all)
        event.listen(session, "after_commit", _keep_newest)
        event.listen(session, "after_soft_rollback", _forget)
        event.listen(session, "after_transaction_end", _forget_all)
    log_of(session.connection())  # a bug is told where it is, not at the commit
    within = session.get_nested_transaction() or session.get_transaction()
    waiting.append(_Told(act, who, about, _written(details), within))


def record_all(connection: Connection, done: Sequence[Done]) -> None:
    """
    The same for a transaction without a session: called last in it, since the chain is locked from here on.

    The newest link is kept outside by the worker, within a minute.
    """
    told = [_Told(each.act, each.who, each.about, _written(each.details), None) for each in done]
    if told:
        _link(connection, log_of(connection), told)


def newest(connection: Connection) -> Link:
    """The newest link as the database has it."""
    row = connection.execute(select(AuditHead.number, AuditHead.mac)).first()
    return Link(row.number, row.mac) if row else Link(0, "")


def catch_up(engine: Engine) -> bool:
    """Keep the newest link outside, if the file lags behind; False when it does not fit the database."""
    with engine.connect().execution_options(read_only=True) as connection:
        audit_log, link = log_of(connection), newest(connection)
        fits = _fits(connection, audit_log)
    if fits and link.number:
        _advance(audit_log, link)
    return fits


def accept(session: Session, who: Who, reason: str) -> None:
    """
    Go on from the log as it is now, because somebody answers for it: a backup was restored.

    The act itself is written down, with what the file outside said. Nothing is deleted or sealed anew:
    `verify` goes on telling of what was changed before.
    """
    audit_log = log_of(session.connection())
    try:
        kept = audit_log.kept.read()
    except (BrokenFile, OSError):
        kept = None
    details = {"理由": reason, "外面记着的": kept.number if kept else None}
    record(session, Act.CHAIN_ACCEPTED, who, about("audit", newest(session.connection()).number), details)
    session.info[_REPLACING] = True


def _written(details: Details | None) -> str:
    text = json.dumps(details or {}, ensure_ascii=False, sort_keys=True)
    if len(text) > MAX_DETAILS_CHARS:
        raise ValueError(f"details of {len(text)} characters; at most {MAX_DETAILS_CHARS}")
    return _MOBILE.sub("1**********", text)


def _link_all(session: Session) -> None:
    """Before a commit. Releasing a savepoint comes here too, and leaves everything for the real one."""
    waiting: list[_Told] = session.info[_WAITING]
    if session.in_nested_transaction() or not waiting:
        return
    connection = session.connection()
    audit_log = log_of(connection)
    link = _link(connection, audit_log, waiting)
    waiting.clear()
    # A session inside somebody else's transaction does not know whether that will be committed.
    if isinstance(session.get_bind(), Engine) and (
        _REPLACING in session.info or _fits(connection, audit_log)
    ):
        session.info[_LINKED] = (audit_log, link)


def _link(connection: Connection, audit_log: AuditLog, told: list[_Told]) -> Link:
    """Lock the chain's end and put these behind it."""
    head = connection.execute(
        select(AuditHead.number, AuditHead.mac).where(AuditHead.id == ONLY_ROW).with_for_update()
    ).one()
    number, mac = head.number, head.mac
    rows: list[dict[str, Any]] = []
    now = audit_log.clock()
    for each in told:
        number += 1
        who_id = each.who.id if each.who.id is not None else -1
        content = Content(
            number, now, each.act.value, each.who.kind, who_id, each.who.name, each.about, each.details
        )
        mac = audit_log.mac(mac, content)
        fields = {name: getattr(content, name) for name in Content.__slots__}
        rows.append(fields | {"key_id": audit_log.key_id, "mac": mac})
    connection.execute(insert(AuditEntry), rows)
    connection.execute(update(AuditHead).where(AuditHead.id == ONLY_ROW).values(number=number, mac=mac))
    return Link(number, mac)


def _fits(connection: Connection, audit_log: AuditLog) -> bool:
    """
    Whether the kept link is in the database as it was kept.

    If not, it must not be overwritten: it is what tells that entries were cut off and others put there.
    """
    try:
        kept = audit_log.kept.read()
    except (BrokenFile, OSError) as error:
        log.error("audit_newest_unreadable", extra={"reason": type(error).__name__})
        return False
    if kept is None:
        return True
    there = connection.scalar(select(AuditEntry.mac).where(AuditEntry.number == kept.number))
    if there != kept.mac:
        log.error("audit_chain_broken", extra={"number": kept.number})
        return False
    return True


def _keep_newest(session: Session) -> None:
    linked: tuple[AuditLog, Link] | None = session.info.pop(_LINKED, None)
    if linked is None:
        return
    if session.info.pop(_REPLACING, False):
        audit_log, link = linked
        audit_log.kept.replace(link)
    else:
        _advance(*linked)


def _advance(audit_log: AuditLog, link: Link) -> None:
    # A second trace outside the database, wherever the log lines go.
    log.info("audit_linked", extra={"number": link.number, "mac": link.mac[:16]})
    try:
        audit_log.kept.advance(link)
    except (BrokenFile, OSError) as error:
        # The act is done and written down; that the file lags behind is caught up with, or told by `doctor`.
        log.error("audit_newest_not_kept", extra={"reason": type(error).__name__})


def _forget(session: Session, previous: SessionTransaction) -> None:
    """What was told inside a transaction that was taken back did not happen."""
    session.info.pop(_LINKED, None)
    waiting: list[_Told] = session.info[_WAITING]
    waiting[:] = [each for each in waiting if not _is_inside(each.within, previous)]


def _forget_all(session: Session, ended: SessionTransaction) -> None:
    """A session that is closed without a commit takes nothing into its next transaction."""
    if ended.parent is None:
        session.info[_WAITING].clear()


def _is_inside(within: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while within is not None:
        if within is outer:
            return True
        within = within.parent
    return False
