"""
Asking the residents of a place whether what an item was about is fixed, before the office closes it.

The office begins it once closing was applied for; residents who write or scan are asked
(`conversation.asks`), each once, their last answer counts. When many enough say no, reopening is proposed;
only the office decides.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.conversation.world import ClosingQuestion
from core.db.catalog_version import bump_catalog
from core.errors import NotFound, Refused
from core.opinions.models import ClosingAsk, ClosingVote
from core.people.keys import KEY_BYTES, KeyRing, person_hash
from core.places.models import Place
from core.rectification.models import Item, ItemAct
from core.rectification.words import IN_CHECK
from core.rectification.words import Act as OfficeAct
from core.rectification.words import State as ItemState

# Closing was applied for, or granted already.
MAY_BE_ASKED = IN_CHECK | {ItemState.CLOSED}
# Acts that settle a proposal to reopen: the work goes on, or somebody looked and let it be.
_UNDONE = {OfficeAct.RETURN.value, OfficeAct.REOPEN.value}
_LOOKED_INTO = {OfficeAct.CLOSE.value, OfficeAct.SUPERVISE.value, OfficeAct.RESEARCH.value}
MAX_WORDS_CHARS = 60
MAX_DAYS = 60
DAYS, LEAST_NO, LEAST_SHARE = 14, 5, 0.3


class CannotAsk(Refused):
    """The residents cannot be asked about this item now; the text says why."""


class NoSuchAsk(NotFound):
    """Nobody is being asked that."""

    say = "没有这次询问，或者它已经结束。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    What is asked where, for how many days; and from how many no, and what share of them, it is reopened.

    `least_share` is from 0 to 1.
    """

    place_code: str
    words: str
    days: int = DAYS
    least_no: int = LEAST_NO
    least_share: float = LEAST_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One asking and what came of it. `is_on`: residents are still asked."""

    id: int
    item_number: int
    place_code: str
    words: str
    asked_at: datetime
    until: datetime
    is_on: bool
    yes: int
    no: int
    least_no: int
    least_share: float

    @property
    def answered(self) -> int:
        """How many answered."""
        return self.yes + self.no

    @property
    def proposes_reopening(self) -> bool:
        """Whether enough say that it is not fixed."""
        return self.no >= self.least_no and self.no >= self.least_share * self.answered


def ask_residents(
    session: Session, keys: KeyRing, number: int, question: Question, staff_id: int, now: datetime
) -> int:
    """Begin asking; the asking's number. CannotAsk says what is missing."""
    bump_catalog(session)
    item = session.get(Item, number)
    if item is None or ItemState(item.state) not in MAY_BE_ASKED:
        raise CannotAsk("要等单位申请销号以后，才能问群众办好了没有。")
    words = " ".join(question.words.split())
    if not 0 < len(words) <= MAX_WORDS_CHARS:
        raise CannotAsk(f"请用一句话写清楚问的是什么事，最多{MAX_WORDS_CHARS}个字。")
    place = session.get(Place, question.place_code)
    if place is None or place.retired or place.level not in ("county", "township"):
        raise CannotAsk("请选要问的乡镇（街道）或县（区）。")
    if not 1 <= question.days <= MAX_DAYS:
        raise CannotAsk(f"问的天数是1到{MAX_DAYS}天。")
    if question.least_no < 1 or not 0 <= question.least_share <= 1:
        raise CannotAsk("提议重开的人数至少1人，比例是0到100%。")
    if any(asked.is_on for asked in asked_about(session.connection(), number, now)):
        raise CannotAsk("这件事正在问。要改问法，请先停止这一次。")
    row = ClosingAsk(
        item_number=number,
        place_code=question.place_code,
        words=words,
        least_no=question.least_no,
        least_share=question.least_share,
        voter_key=keys.wrap(secrets.token_bytes(KEY_BYTES)),
        asked_at=now,
        asked_by=staff_id,
        until=now + timedelta(days=question.days),
    )
    session.add(row)
    session.flush()
    return row.id


def stop_asking(session: Session, number: int, ask_id: int, now: datetime) -> None:
    """Ask nobody any more. NoSuchAsk when nobody is asked."""
    bump_catalog(session)
    stopped = session.scalars(
        update(ClosingAsk)
        .where(
            ClosingAsk.id == ask_id,
            ClosingAsk.item_number == number,
            ClosingAsk.stopped_at.is_(None),
            ClosingAsk.until > now,
        )
        .values(stopped_at=now)
        .returning(ClosingAsk.id)
    ).all()
    if not stopped:
        raise NoSuchAsk


def closing_questions(connection: Connection) -> tuple[ClosingQuestion, ...]:
    """What residents are asked, for the world; those whose time is over by then nobody is asked."""
    rows = connection.execute(
        select(ClosingAsk.__table__).where(ClosingAsk.stopped_at.is_(None)).order_by(ClosingAsk.id)
    )
    return tuple(
        ClosingQuestion(row.id, row.item_number, row.place_code, row.words, row.until) for row in rows
    )


def asked_about(connection: Connection, number: int, now: datetime) -> list[Asked]:
    """Every asking about an item, newest first."""
    yes = func.count().filter(ClosingVote.is_fixed)
    rows = connection.execute(
        select(ClosingAsk.__table__, yes.label("yes"), func.count(ClosingVote.voter).label("answered"))
        .outerjoin(ClosingVote, ClosingVote.ask_id == ClosingAsk.id)
        .where(ClosingAsk.item_number == number)
        .group_by(*ClosingAsk.__table__.c)
        .order_by(ClosingAsk.id.desc())
    )
    return [
        Asked(
            id=row.id,
            item_number=row.item_number,
            place_code=row.place_code,
            words=row.words,
            asked_at=row.asked_at,
            until=row.until,
            is_on=row.stopped_at is None and now < row.until,
            yes=row.yes,
            no=row.answered - row.yes,
            least_no=row.least_no,
            least_share=row.least_share,
        )
        for row in rows
    ]


def proposed_reopenings(connection: Connection) -> list[int]:
    """
    The items whose reopening is proposed and not decided yet, by number.

    Decided: the office returned or reopened the item after residents were asked; or closed it, or noted that
    it looked into it (督办, 调研), after the last no. One more no proposes it again.
    """
    yes = func.count().filter(ClosingVote.is_fixed)
    last_no = func.max(ClosingVote.at).filter(~ClosingVote.is_fixed)
    rows = connection.execute(
        select(
            ClosingAsk.item_number,
            ClosingAsk.asked_at,
            ClosingAsk.least_no,
            ClosingAsk.least_share,
            yes.label("yes"),
            func.count().label("answered"),
            last_no.label("last_no"),
        )
        .join(ClosingVote, ClosingVote.ask_id == ClosingAsk.id)
        .join(Item, Item.number == ClosingAsk.item_number)
        .where(Item.state.in_(sorted(state.value for state in MAY_BE_ASKED)))
        .group_by(*ClosingAsk.__table__.c)
        .having(func.count() - yes >= ClosingAsk.least_no)
        .order_by(ClosingAsk.item_number)
    ).all()
    decided = _decided(connection, {row.item_number for row in rows})
    return sorted(
        {
            row.item_number
            for row in rows
            if row.answered - row.yes >= row.least_share * row.answered
            and not any(
                at > (row.asked_at if act in _UNDONE else row.last_no)
                for act, at in decided.get(row.item_number, ())
            )
        }
    )


def _decided(connection: Connection, numbers: set[int]) -> dict[int, list[tuple[str, datetime]]]:
    """Acts of the office that decide a proposal, and when."""
    acts = sorted(_UNDONE | _LOOKED_INTO)
    found: dict[int, list[tuple[str, datetime]]] = {}
    rows = connection.execute(
        select(ItemAct.item_number, ItemAct.act, ItemAct.at).where(
            ItemAct.item_number.in_(numbers), ItemAct.act.in_(acts)
        )
    )
    for row in rows:
        found.setdefault(row.item_number, []).append((row.act, row.at))
    return found


def count_vote(
    connection: Connection, keys: KeyRing, ask_id: int, person: str, is_fixed: bool, now: datetime
) -> None:
    """Count a person's answer once; a later one takes its place."""
    key = connection.scalar(select(ClosingAsk.voter_key).where(ClosingAsk.id == ask_id))
    if key is None:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    voter = person_hash(keys.unwrap(key), person)
    vote = insert(ClosingVote).values(ask_id=ask_id, voter=voter, is_fixed=is_fixed, at=now)
    columns = [ClosingVote.ask_id, ClosingVote.voter]
    connection.execute(
        vote.on_conflict_do_update(index_elements=columns, set_={"is_fixed": is_fixed, "at": now})
    )


def forget_voter(connection: Connection, keys: KeyRing, person: str) -> None:
    """Cut a person's answers loose from them; they stay counted."""
    for ask_id, key in connection.execute(select(ClosingAsk.id, ClosingAsk.voter_key)).all():
        voter = person_hash(keys.unwrap(key), person)
        mine = (ClosingVote.ask_id == ask_id, ClosingVote.voter == voter)
        connection.execute(update(ClosingVote).where(*mine).values(voter=secrets.token_hex(16)))
