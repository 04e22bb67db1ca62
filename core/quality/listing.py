"""
What is set aside in a round: a list with the rules each response met and who decided, for a person to check.

Only ever complete responses that nothing superseded; no answers stand here, and no identity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select, text
from sqlalchemy.orm import Session, aliased

from core.errors import Refused
from core.people.models import Staff
from core.quality.models import QualityChange
from core.quality.service import NothingToChange, decide
from core.responses.models import Response

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


def count_listed(connection: Connection, wanted: Wanted) -> int:
    """How many the list has."""
    return connection.scalar(select(func.count()).select_from(_lines(wanted).subquery())) or 0


def list_set_aside(connection: Connection, wanted: Wanted, offset: int, limit: int) -> list[Listed]:
    """A page of the list, newest first."""
    rows = connection.execute(_lines(wanted).order_by(Response.id.desc()).offset(offset).limit(limit))
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


_IS_SET_ASIDE: Any = text("response.is_set_aside")


def _lines(wanted: Wanted) -> Select[Any]:
    # The newest change of a response is the one that holds.
    other = aliased(QualityChange)
    newest = select(func.max(other.id)).where(other.response_id == Response.id).scalar_subquery()
    conditions: list[ColumnElement[bool]] = [
        Response.round_id == wanted.round_id,
        # In the very words of the partial index, or SQLite would not use it.
        _IS_SET_ASIDE,
        Response.status == "complete",
        Response.superseded_by.is_(None),
    ]
    if wanted.rule:
        conditions.append((";" + Response.flags + ";").contains(f";{wanted.rule};", autoescape=True))
    if wanted.decider == BY_RULES:
        conditions.append(QualityChange.staff_id.is_(None))
    elif wanted.decider == BY_PERSON:
        conditions.append(QualityChange.staff_id.is_not(None))
    if wanted.code:
        conditions.append(Response.code == wanted.code)
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
        .join(QualityChange, QualityChange.id == newest)
        .outerjoin(Staff, Staff.id == QualityChange.staff_id)
        .where(*conditions)
    )
