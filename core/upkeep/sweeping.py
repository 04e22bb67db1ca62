"""
Deleting what was kept long enough, at night: kind by kind, a batch and a transaction at a time.

Each batch may run twice without harm, so a sweep that was broken off is simply run again. Coded answers are
never deleted: they say what was answered, and of whom nothing is left.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from core.audit.acts import Act, about
from core.audit.service import record
from core.audit.who import PROGRAM, Who
from core.ballots.models import RosterName
from core.conversation.keeping import from_text, to_text
from core.conversation.models import Conversation, HelpRequest
from core.conversation.person import Person
from core.media.models import Media
from core.media.receiving import forget_media
from core.opinions.leaving import drop_wordless
from core.opinions.models import Opinion, OutcomeWish
from core.outbox.models import OutboxEvent, OutboxMessage
from core.outbox.states import WAITING
from core.responses.models import AnswerRow, Response
from core.rounds.models import Round
from core.upkeep.models import RetentionSweep
from core.upkeep.retention import Days

BATCH = 500

log = logging.getLogger(__name__)

# The keys of rows that are due, at most `BATCH` of them; and what is done with them.
Due = Callable[[datetime], Select[Any]]
Delete = Callable[[Connection, Sequence[Any]], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One kind of data. `title`, `since` and `then` are what people read: what it is, from when its days are
    counted, what happens at their end. `due` selects rows that are older than a moment.
    """

    kind: str
    title: str
    since: str
    then: str
    due: Due
    delete: Delete


def _closed_before(before: datetime) -> Select[Any]:
    """Rounds that took their last answer before that."""
    return select(Round.id).where(Round.closes_at < before, Round.state != "draft")


def _phones(condition: Callable[[datetime], ColumnElement[bool]]) -> Due:
    return lambda before: select(HelpRequest.id).where(HelpRequest.phone.is_not(None), condition(before))


def _drop_phones(connection: Connection, ids: Sequence[Any]) -> None:
    connection.execute(update(HelpRequest).where(HelpRequest.id.in_(ids)).values(phone=None, person=""))


# As `Person.dump` writes them.
_MUST_STAY = or_(Conversation.state.contains('"wants_no_more":'), Conversation.state.contains('"notes":'))
_OF_ANSWERS = ('"done":[[', '"origins":{"', '"broken_off":[', '"wishes":[[', '"home":"')


def _due_conversations(before: datetime) -> Select[Any]:
    """
    Of those who were last heard before that, when no round was open that is open still.

    While a round is open its rows stay: they tell who has answered. Of those who want to be left alone, and
    of those whom a side desk (ballots, liaisons) keeps notes of, only what they answered goes.
    """
    still_open = select(Round.id).where(
        Round.state == "open", Round.closes_at > before, Round.opens_at <= Conversation.updated_at
    )
    return select(Conversation.person).where(
        Conversation.updated_at < before,
        Conversation.round_id.is_(None),
        ~still_open.exists(),
        or_(~_MUST_STAY, *(Conversation.state.contains(each) for each in _OF_ANSWERS)),
    )


def _drop_conversations(connection: Connection, persons: Sequence[Any]) -> None:
    these = Conversation.person.in_(persons)
    connection.execute(delete(Conversation).where(these, ~_MUST_STAY))
    for row in connection.execute(select(Conversation.person, Conversation.state).where(these)).all():
        person = from_text(row.state)
        left = Person(
            runs=person.runs,
            is_paused=person.is_paused,
            wants_no_more=person.wants_no_more,
            notes=person.notes,
        )
        only = update(Conversation).where(Conversation.person == row.person)
        connection.execute(only.values(state=to_text(left)))


def _due_hashes(before: datetime) -> Select[Any]:
    return select(Response.id).where(
        Response.round_id.in_(_closed_before(before)), Response.account_hash.is_not(None)
    )


def _drop_hashes(connection: Connection, ids: Sequence[Any]) -> None:
    """And who wished to hear of it: that names the response beside the conversation's hash."""
    connection.execute(delete(OutcomeWish).where(OutcomeWish.response_id.in_(ids)))
    connection.execute(update(Response).where(Response.id.in_(ids)).values(account_hash=None))


def _due_media(before: datetime) -> Select[Any]:
    return (
        select(Media.response_id)
        .join(Response, Response.id == Media.response_id)
        .where(Response.round_id.in_(_closed_before(before)), Media.state != "forgotten")
        .distinct()
    )


def _drop_media(connection: Connection, ids: Sequence[Any]) -> None:
    forget_media(connection, ids)
    connection.execute(update(AnswerRow).where(AnswerRow.response_id.in_(ids)).values(media=None))
    drop_wordless(connection, ids)


def _due_texts(before: datetime) -> Select[Any]:
    return (
        select(AnswerRow.response_id)
        .join(Response, Response.id == AnswerRow.response_id)
        .where(Response.round_id.in_(_closed_before(before)), AnswerRow.text.is_not(None))
        .distinct()
    )


def _drop_texts(connection: Connection, ids: Sequence[Any]) -> None:
    connection.execute(update(AnswerRow).where(AnswerRow.response_id.in_(ids)).values(text=None))
    connection.execute(update(Opinion).where(Opinion.response_id.in_(ids)).values(original=None, typed=None))
    drop_wordless(connection, ids)


def _due_rosters(before: datetime) -> Select[Any]:
    return select(RosterName.round_id).where(RosterName.round_id.in_(_closed_before(before))).distinct()


def _drop_rosters(connection: Connection, round_ids: Sequence[Any]) -> None:
    connection.execute(delete(RosterName).where(RosterName.round_id.in_(round_ids)))


def _due_messages(before: datetime) -> Select[Any]:
    """What is over, one way or another; what may still leave has no such day."""
    return select(OutboxMessage.id).where(
        OutboxMessage.state.not_in(WAITING), OutboxMessage.settled_at < before
    )


def _drop_messages(connection: Connection, ids: Sequence[Any]) -> None:
    connection.execute(delete(OutboxEvent).where(OutboxEvent.message_id.in_(ids)))
    connection.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))


RULES: tuple[Rule, ...] = (
    Rule(
        "help_phones",
        "等回电话的号码（办完的）",
        "办完",
        "删掉号码和是谁，只留“有人问过”",
        _phones(lambda before: HelpRequest.done_at < before),
        _drop_phones,
    ),
    Rule(
        "help_phones_waiting",
        "等回电话的号码（一直没办的）",
        "提出",
        "删掉号码和是谁",
        _phones(lambda before: and_(HelpRequest.done_at.is_(None), HelpRequest.at < before)),
        _drop_phones,
    ),
    Rule(
        "conversations",
        "聊天进度",
        "最后一次说话，且当时的调查都已关闭",
        "整行删掉；说过别再问他的、联络员的，只留这一点",
        _due_conversations,
        _drop_conversations,
    ),
    Rule(
        "account_hashes",
        "答卷同本人账号的联系",
        "调查关闭",
        "断开，再也对不上是谁，想听结果的记号也删掉；答案还在",
        _due_hashes,
        _drop_hashes,
    ),
    Rule("media", "语音和照片", "调查关闭", "连文件一起删掉", _due_media, _drop_media),
    Rule("outbox", "发件箱里发完了的消息", "发完", "连经过一起删掉", _due_messages, _drop_messages),
    Rule("rosters", "领导评价的名册", "调查关闭", "整份删掉", _due_rosters, _drop_rosters),
    Rule("answer_texts", "群众的原话", "调查关闭", "删掉文字，选的答案还在", _due_texts, _drop_texts),
)


def count_due(connection: Connection, days: Days, now: datetime) -> dict[str, int]:
    """How many rows (or responses) of each kind a sweep would delete now; changes nothing."""
    found = {}
    for rule in RULES:
        before = _before(rule, days, now)
        due = rule.due(before).subquery() if before is not None else None
        count = connection.scalar(select(func.count()).select_from(due)) if due is not None else 0
        found[rule.kind] = count or 0
    return found


def sweep(
    engine: Engine,
    days: Days,
    now: datetime,
    who: Who = PROGRAM,
    step: Callable[[int], None] = lambda _count: None,
) -> dict[str, int]:
    """
    Delete whatever is due; how much of each kind. Written down in the audit log when there was anything.

    `step` is told after each batch how much it deleted.
    """
    deleted = {}
    for rule in RULES:
        before = _before(rule, days, now)
        deleted[rule.kind] = _swept(engine, rule, before, step) if before is not None else 0
    with Session(engine) as session, session.begin():
        for kind, count in deleted.items():
            _note(session, kind, count, now)
        gone = {rule.title: deleted[rule.kind] for rule in RULES if deleted[rule.kind]}
        if gone:
            record(session, Act.DATA_SWEPT, who, about("system", "retention"), gone)
    log.info("retention_swept", extra=dict(deleted))
    return deleted


def _before(rule: Rule, days: Days, now: datetime) -> datetime | None:
    """What is older is due; None when it is kept for ever."""
    return now - timedelta(days=days[rule.kind]) if days[rule.kind] else None


def _swept(engine: Engine, rule: Rule, before: datetime, step: Callable[[int], None]) -> int:
    deleted = 0
    while True:
        with engine.begin() as connection:
            found = connection.scalars(rule.due(before).limit(BATCH)).all()
            if not found:
                return deleted
            rule.delete(connection, found)
        deleted += len(found)
        step(len(found))


def _note(session: Session, kind: str, count: int, now: datetime) -> None:
    row = session.get(RetentionSweep, kind)
    if row is None:
        row = RetentionSweep(kind=kind, last_at=now, last_count=0, total_count=0)
        session.add(row)
    row.last_at, row.last_count = now, count
    row.total_count += count


def last_sweeps(connection: Connection) -> Mapping[str, Any]:
    """The row of each kind that was swept before."""
    rows = connection.execute(select(RetentionSweep.__table__))
    return {row.kind: row for row in rows}
