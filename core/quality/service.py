"""
Looking through what was answered, hour by hour, and setting aside what no person answered.

`sweep`, run by the worker, looks at each hour once it and the hour after it have passed, so that a burst over
the edge is seen whole. Nothing is deleted: a response that is set aside carries the names of the rules it
met, and can be taken back by a person, with a reason. A person's decision stands; no rule changes it again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.orm import Session

from core.db.marks import ONLY_ROW, read_mark, upserting
from core.db.reading import reading
from core.errors import NotFound, Refused
from core.people.models import Staff
from core.quality.models import QualityChange, QualityMark
from core.quality.rules import HOUR, Flags, Seen, Usual, flags_of, is_set_aside
from core.quality.seeing import Seeing
from core.quality.thresholds import RULES, Thresholds
from core.responses.ids import first_id_at, moment_of
from core.responses.models import OF_RESPONSE_SET_ASIDE, Response

# A response's id is made a moment before its transaction ends.
SETTLED_AFTER = timedelta(minutes=5)
# How common answers are elsewhere is judged by this many of the newest.
SAMPLE = 2_000
HALF_A_DAY = timedelta(hours=12)
# Alone it says nothing, and a third of all honest people would carry it.
SAYS_NOTHING_ALONE = frozenset({"straight_line"})
MAX_REASON_CHARS = 200


class NoReason(Refused):
    """A person's decision needs a reason."""

    say = f"请写明理由，最多{MAX_REASON_CHARS}个字。"


class NothingToChange(Refused):
    """It is as they want it already."""

    say = "这份答卷已经是这样了。"


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: hours looked at, responses in them, how many it set aside and took back."""

    hours: int = 0
    responses: int = 0
    set_aside: int = 0
    taken_back: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(
            self.hours + other.hours,
            self.responses + other.responses,
            self.set_aside + other.set_aside,
            self.taken_back + other.taken_back,
        )


def sweep(engine: Engine, thresholds: Thresholds, now: datetime) -> Swept:
    """Look at every hour that has passed and was not looked at yet."""
    total = Swept()
    while (step := _step(engine, thresholds, now)) is not None:
        total += step
    return total


def recheck(
    engine: Engine,
    thresholds: Thresholds,
    round_id: int,
    now: datetime,
    progress: Callable[[int], None] = lambda _count: None,
) -> Swept:
    """
    Look again at all of a round's responses that were looked at, with thresholds that changed.

    What a person decided stays. `progress` is told how many responses were looked at since the last call.
    """
    total = Swept()
    with reading(engine) as connection:
        upto = read_mark(connection, QualityMark)
        ids = select(func.min(Response.id)).where(Response.round_id == round_id)
        first = connection.scalar(ids)
    while first is not None and first <= upto:
        lowest, highest = _hour_of(first)
        with reading(engine) as connection:
            judged = _judge(connection, thresholds, lowest, min(highest, upto), round_id)
        with engine.begin() as connection:
            _lock(connection)
            total += _store(connection, judged, thresholds, now)
        progress(len(judged.looked_at))
        with reading(engine) as connection:
            first = connection.scalar(ids.where(Response.id > highest))
    return total


def decide(
    session: Session, response_id: int, *, aside: bool, staff_id: int, reason: str, now: datetime
) -> None:
    """A person sets a response aside, or takes it back. NotFound, NoReason, NothingToChange."""
    reason = reason.strip()
    if not 0 < len(reason) <= MAX_REASON_CHARS:
        raise NoReason
    connection = session.connection()
    _lock(connection)
    found = connection.execute(
        select(Response.is_set_aside, Response.flags).where(Response.id == response_id)
    ).first()
    if found is None:
        raise NotFound("没有这份答卷。")
    if found.is_set_aside == aside:
        raise NothingToChange
    connection.execute(update(Response).where(Response.id == response_id).values(is_set_aside=aside))
    connection.execute(
        insert(QualityChange).values(
            response_id=response_id,
            is_set_aside=aside,
            flags=found.flags,
            thresholds_hash="",
            staff_id=staff_id,
            reason=reason,
            at=now,
        )
    )


@dataclass(frozen=True, slots=True)
class SetAside:
    """Of a round's complete responses, less the superseded: how many are set aside, by which rules."""

    count: int
    by_rule: dict[str, int]


def count_set_aside(connection: Connection, round_id: int) -> SetAside:
    """How much was set aside in a round. A response that met several rules counts for each."""
    carried = connection.execute(
        select(Response.flags, func.count())
        .where(
            Response.round_id == round_id,
            OF_RESPONSE_SET_ASIDE,
            Response.status == "complete",
            Response.superseded_by.is_(None),
        )
        .group_by(Response.flags)
    ).all()
    by_rule: Counter[str] = Counter()
    for flags, count in carried:
        by_rule.update({flag: count for flag in flags.split(";") if flag in RULES})
    return SetAside(sum(count for _flags, count in carried), dict(by_rule.most_common()))


@dataclass(frozen=True, slots=True)
class Decision:
    """A response was set aside or taken back; `by` is an account's name, '' when the rules did it."""

    is_set_aside: bool
    flags: str
    thresholds_hash: str
    by: str
    reason: str
    at: datetime


def decisions_on(connection: Connection, response_id: int) -> tuple[Decision, ...]:
    """What was decided about one response, oldest first."""
    rows = connection.execute(
        select(QualityChange.__table__, Staff.name)
        .outerjoin(Staff, Staff.id == QualityChange.staff_id)
        .where(QualityChange.response_id == response_id)
        .order_by(QualityChange.id)
    )
    return tuple(
        Decision(row.is_set_aside, row.flags, row.thresholds_hash, row.name or "", row.reason, row.at)
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """An hour's responses by id: whether each is set aside and which flags it carries; and what rules say."""

    looked_at: dict[int, tuple[bool, str]]
    flags: Flags


def _step(engine: Engine, thresholds: Thresholds, now: datetime) -> Swept | None:
    with reading(engine) as connection:
        mark = read_mark(connection, QualityMark)
        first = connection.scalar(select(func.min(Response.id)).where(Response.id > mark))
        if first is None:
            return None
        lowest, highest = _hour_of(first)
        if moment_of(highest) + HOUR + SETTLED_AFTER > now:
            return None
        judged = _judge(connection, thresholds, max(lowest, mark + 1), highest)
    with engine.begin() as connection:
        _lock(connection)
        if read_mark(connection, QualityMark) != mark:
            return Swept()  # another worker was quicker: look again from where it stopped
        swept = _store(connection, judged, thresholds, now)
        connection.execute(update(QualityMark).values(upto=highest))
    return swept


def _hour_of(response_id: int) -> tuple[int, int]:
    """The lowest and the highest id of the hour in which this one was made."""
    begins = moment_of(response_id).replace(minute=0, second=0, microsecond=0)
    return first_id_at(begins), first_id_at(begins + HOUR) - 1


def _judge(
    connection: Connection, thresholds: Thresholds, lowest: int, highest: int, round_id: int | None = None
) -> _Judged:
    """What the rules say of the complete responses with these ids."""
    seeing = Seeing(connection)
    around = (
        Response.id >= first_id_at(moment_of(lowest) - HOUR),
        Response.id < first_id_at(moment_of(highest) + HOUR),
    )
    inside = [Response.id >= lowest, Response.id <= highest, Response.status == "complete"]
    if round_id is not None:
        inside.append(Response.round_id == round_id)
    looked_at = {
        row.id: (row.is_set_aside, row.flags)
        for row in connection.execute(
            select(Response.id, Response.is_set_aside, Response.flags).where(*inside)
        )
    }
    seen = list(seeing.complete(*around)) if looked_at else []
    flags = flags_of(seen, thresholds, _usual(seeing, highest), _day_count(connection))
    return _Judged(looked_at, {number: flags[number] for number in looked_at if number in flags})


def _usual(seeing: Seeing, highest: int) -> Callable[[str], Usual]:
    """How common patterns are on other codes of the same questionnaire; read only when somebody asks."""
    sample: list[Seen] = []

    def usual(code: str) -> Usual:
        if not sample:
            sample.extend(seeing.newest(highest, SAMPLE))
        kind = code[:1]
        others = [each.pattern for each in sample if each.code != code and each.code[:1] == kind]
        return Usual(len(others), Counter(others))

    return usual


def _day_count(connection: Connection) -> Callable[[str, datetime], int]:
    def count(code: str, moment: datetime) -> int:
        return (
            connection.scalar(
                select(func.count())
                .select_from(Response)
                .where(
                    Response.id >= first_id_at(moment - HALF_A_DAY),
                    Response.id < first_id_at(moment + HALF_A_DAY),
                    Response.code == code,
                    Response.status == "complete",
                )
            )
            or 0
        )

    return count


def _store(connection: Connection, judged: _Judged, thresholds: Thresholds, now: datetime) -> Swept:
    decided = _decided_by_people(connection, judged)
    swept = Counter(hours=1, responses=len(judged.looked_at))
    for response_id, aside, flags in _changes(judged, thresholds):
        before, _ = judged.looked_at[response_id]
        if response_id in decided:
            aside = before
        connection.execute(
            update(Response).where(Response.id == response_id).values(flags=flags, is_set_aside=aside)
        )
        if aside == before:
            continue
        swept["set_aside" if aside else "taken_back"] += 1
        connection.execute(
            insert(QualityChange).values(
                response_id=response_id,
                is_set_aside=aside,
                flags=flags,
                thresholds_hash=thresholds.hash,
                staff_id=None,
                reason="",
                at=now,
            )
        )
    return Swept(**swept)


def _changes(judged: _Judged, thresholds: Thresholds) -> Iterator[tuple[int, bool, str]]:
    """Each response whose flags or standing would differ from what is stored."""
    for response_id, (before, carried) in judged.looked_at.items():
        met = judged.flags.get(response_id, set())
        told = set() if met <= SAYS_NOTHING_ALONE else met
        others = {flag for flag in carried.split(";") if flag and flag not in thresholds.points}
        flags = ";".join(sorted(told | others))
        aside = is_set_aside(met, thresholds)
        if (aside, flags) != (before, carried):
            yield response_id, aside, flags


def _decided_by_people(connection: Connection, judged: _Judged) -> set[int]:
    if not judged.looked_at:
        return set()
    return set(
        connection.scalars(
            select(QualityChange.response_id).where(
                QualityChange.staff_id.is_not(None),
                QualityChange.response_id >= min(judged.looked_at),
                QualityChange.response_id <= max(judged.looked_at),
            )
        )
    )


def _lock(connection: Connection) -> None:
    """One writer at a time, so that the changes' numbers come in the order in which they are committed."""
    fresh = upserting(connection)(QualityMark).values(id=ONLY_ROW, upto=0)
    connection.execute(
        fresh.on_conflict_do_update(index_elements=[QualityMark.id], set_={"upto": QualityMark.upto})
    )
