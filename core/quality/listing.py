"""
What is set aside in a round: a list with the rules each response met and who decided, for a person to check.

Only ever complete responses that nothing superseded; no answers stand here, and no identity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import Session, aliased

from core.db.counting import count_at_most
from core.errors import Refused
from core.people.models import Staff
from core.quality.models import QualityChange
from core.quality.service import NothingToChange, decide
from core.responses.models import OF_RESPONSE_SET_ASIDE, Response

BY_RULES, BY_PERSON = "rules", "person"
DECIDERS = (BY_RULES, BY_PERSON)
MAX_AT_ONCE = 500


class NothingTicked(Refused):
    """None was chosen."""

    say = "还没有选答卷。请先打勾，再写理由、按恢复。"


class TooManyTicked(Refused):
    """More at once than one transaction should hold."""

    say = f"一次最多恢复{MAX_AT_ONCE}份。请分几次办。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`rule`: one of `thresholds.RULES`; `decider`: one of `DECIDERS`; '' for all."""

    round_id: int
    rule: str = ""
    decider: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """
    One line. `by` is the account that decided, '' for the rules; `thresholds_hash` the rules' then. `seconds`
    from its beginning to its end.
    """

    id: int
    questionnaire_id: str
    finished_at: datetime
    seconds: int
    code: str
    place_code: str
    unit_code: str
    flags: tuple[str, ...]
    by: str
    reason: str
    thresholds_hash: str
    at: datetime


def count_listed(connection: Connection, wanted: Wanted, most: int | None = None) -> int:
    """How many the list has, counted as far as `most`."""
    return count_at_most(connection, _found(wanted), most)


def list_set_aside(connection: Connection, wanted: Wanted, offset: int, limit: int) -> list[Listed]:
    """A page of the list, newest first."""
    page = _found(wanted).order_by(Response.id.desc()).offset(offset).limit(limit).subquery()
    rows = connection.execute(_lines(page))
    return [
        Listed(
            row.id,
            row.questionnaire_id,
            row.finished_at,
            round((row.finished_at - row.started_at).total_seconds()),
            row.code,
            row.place_code,
            row.subject_code if row.subject_kind == "unit" else "",
            tuple(flag for flag in row.flags.split(";") if flag),
            row.name or "",
            row.reason,
            row.thresholds_hash,
            row.at,
        )
        for row in rows
    ]


def take_back(
    session: Session, response_ids: Sequence[int], staff_id: int, reason: str, now: datetime
) -> list[int]:
    """
    Take these back, all for one reason; which were still set aside. All or none; NoReason, NothingTicked.
    """
    if not response_ids:
        raise NothingTicked
    if len(response_ids) > MAX_AT_ONCE:
        raise TooManyTicked
    done = []
    for response_id in sorted(set(response_ids)):
        try:
            decide(session, response_id, aside=False, staff_id=staff_id, reason=reason, now=now)
            done.append(response_id)
        except NothingToChange:
            continue  # somebody was quicker
    return done


def _newest() -> Any:
    """The newest change of a response is the one that holds."""
    other = aliased(QualityChange)
    return select(func.max(other.id)).where(other.response_id == Response.id).scalar_subquery()


def _found(wanted: Wanted) -> Select[Any]:
    """The numbers of those that are listed; changes are looked up only when it matters who decided."""
    conditions: list[Any] = [
        Response.round_id == wanted.round_id,
        OF_RESPONSE_SET_ASIDE,
        Response.status == "complete",
        Response.superseded_by.is_(None),
    ]
    if wanted.rule:
        conditions.append((";" + Response.flags + ";").contains(f";{wanted.rule};", autoescape=True))
    if wanted.code:
        conditions.append(Response.code == wanted.code)
    found = select(Response.id).where(*conditions)
    if not wanted.decider:
        return found
    by_rules = QualityChange.staff_id.is_(None)
    return found.join(QualityChange, QualityChange.id == _newest()).where(
        by_rules if wanted.decider == BY_RULES else ~by_rules
    )


def _lines(page: Any) -> Select[Any]:
    columns: tuple[Any, ...] = (
        Response.id,
        Response.questionnaire_id,
        Response.started_at,
        Response.finished_at,
        Response.code,
        Response.place_code,
        Response.subject_kind,
        Response.subject_code,
        Response.flags,
        Staff.name,
        QualityChange.reason,
        QualityChange.thresholds_hash,
        QualityChange.at,
    )
    return (
        select(*columns)
        .select_from(Response)
        .join(page, page.c.id == Response.id)
        .join(QualityChange, QualityChange.id == _newest())
        .outerjoin(Staff, Staff.id == QualityChange.staff_id)
        .order_by(Response.id.desc())
    )
