"""
Overrides: publishing a text although the guard stopped it takes two people of the office.

One asks and says why, another approves. Whoever calls has made sure who they are (a session in the browser, a
password on the command line). Rows are only added, and each act is logged by ids.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.coaching.findings import Finding
from core.coaching.models import CoachingOverride, CoachingRequest
from core.errors import NotFound, Refused
from core.people.models import Staff
from core.people.roles import Role

MIN_REASON_CHARS = 10
MAX_REASON_CHARS = 500
MAX_TITLE_CHARS = 120

log = logging.getLogger(__name__)


class NotOffice(Refused):
    """Only the office's own people may ask or approve."""

    say = "只有办公室的账号能申请和批准放行。"


class SamePerson(Refused):
    """Whoever asked cannot approve."""

    say = "申请和批准要两个人：自己申请的，不能自己批准。"


class BadReason(Refused):
    """The reason is what an inspector will read."""

    say = f"请写明放行的理由，{MIN_REASON_CHARS}到{MAX_REASON_CHARS}个字。"


class NothingFound(Refused):
    """There is nothing to override."""

    say = "没有查出诱导的地方，不用申请放行。"


class AlreadyApproved(Refused):
    """One approval is enough."""

    say = "这个申请已经批准过了。"


class NoSuchRequest(NotFound):
    """There is no request of this number."""

    say = "没有这个放行申请。"


def text_hash(text: str) -> str:
    """The content hash of a plain text; a questionnaire has its own."""
    return hashlib.sha256(text.encode()).hexdigest()


def ask_override(
    session: Session,
    content_hash: str,
    title: str,
    findings: Sequence[Finding],
    asking: Staff,
    reason: str,
    now: datetime,
) -> CoachingRequest:
    """Ask that this content may go out although these findings stand."""
    _refuse_outsider(asking)
    reason = reason.strip()
    if not MIN_REASON_CHARS <= len(reason) <= MAX_REASON_CHARS:
        raise BadReason
    if not findings:
        raise NothingFound
    request = CoachingRequest(
        content_hash=content_hash,
        title=title[:MAX_TITLE_CHARS],
        rules=_joined(finding.rule for finding in findings),
        asked_by=asking.id,
        reason=reason,
        asked_at=now,
    )
    session.add(request)
    session.flush()
    log.info(
        "coaching_override_asked",
        extra={
            "request_id": request.id,
            "staff_id": asking.id,
            "content": content_hash[:12],
            "rules": request.rules,
        },
    )
    return request


def approve_override(session: Session, request_id: int, approving: Staff, now: datetime) -> CoachingOverride:
    """Agree to a request; never to one's own."""
    _refuse_outsider(approving)
    # Locked where the database can, so that two who approve at once are told one after the other.
    request = session.get(CoachingRequest, request_id, with_for_update=True)
    if request is None:
        raise NoSuchRequest
    if request.asked_by == approving.id:
        raise SamePerson
    taken = select(CoachingOverride.id).where(CoachingOverride.request_id == request_id)
    if session.scalar(taken) is not None:
        raise AlreadyApproved
    override = CoachingOverride(
        request_id=request.id,
        content_hash=request.content_hash,
        rules=request.rules,
        asked_by=request.asked_by,
        approved_by=approving.id,
        reason=request.reason,
        approved_at=now,
    )
    session.add(override)
    session.flush()
    log.info(
        "coaching_override_approved",
        extra={
            "request_id": request.id,
            "staff_id": approving.id,
            "content": request.content_hash[:12],
            "rules": request.rules,
        },
    )
    return override


def is_overridden(session: Session, content_hash: str, rules: Iterable[str]) -> bool:
    """Whether two people agreed to every one of these rules for exactly this content."""
    return set(rules) <= _overridden_rules(session, content_hash)


def list_requests(session: Session) -> list[tuple[CoachingRequest, CoachingOverride | None]]:
    """Every request with its approval, newest first."""
    rows = session.execute(
        select(CoachingRequest, CoachingOverride)
        .outerjoin(CoachingOverride, CoachingOverride.request_id == CoachingRequest.id)
        .order_by(CoachingRequest.id.desc())
    )
    return [(request, override) for request, override in rows]


def _overridden_rules(session: Session, content_hash: str) -> set[str]:
    stored = session.scalars(
        select(CoachingOverride.rules).where(CoachingOverride.content_hash == content_hash)
    )
    return {rule for rules in stored for rule in rules.split(",")}


def _refuse_outsider(staff: Staff) -> None:
    if staff.role != Role.OFFICE or staff.disabled_at is not None:
        raise NotOffice


def _joined(rules: Iterable[str]) -> str:
    return ",".join(sorted(set(rules)))
