"""
Taking codes out of use, and back in.

Whoever scans a retired code is told that it is no longer used and shown how to go on; it is never printed
again. The platform keeps the code, so nothing is lost by it and everything can be undone.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from core.codes.models import QrCode
from core.db.catalog_version import bump_catalog

log = logging.getLogger(__name__)


def retire_codes(session: Session, code_ids: Sequence[int], staff_id: int | None, now: datetime) -> int:
    """Take these out of use; how many were in use. Servers know within a turn."""
    # First, since it locks: changes of what servers hold happen one after the other.
    bump_catalog(session)
    retired = session.execute(
        update(QrCode)
        .where(QrCode.id.in_(code_ids), QrCode.state == "created")
        .values(state="retired", retired_by=staff_id, retired_at=now)
        .returning(QrCode.id)
    ).all()
    log.info("codes_retired", extra={"codes": len(retired), "staff_id": staff_id})
    return len(retired)


def restore_codes(session: Session, code_ids: Sequence[int], staff_id: int | None) -> int:
    """Take these back into use; how many were retired."""
    bump_catalog(session)
    restored = session.execute(
        update(QrCode)
        .where(QrCode.id.in_(code_ids), QrCode.state == "retired")
        .values(state="created", retired_by=None, retired_at=None)
        .returning(QrCode.id)
    ).all()
    log.info("codes_restored", extra={"codes": len(restored), "staff_id": staff_id})
    return len(restored)


def retired_scenes(connection: Connection) -> frozenset[str]:
    """The scenes that lead nowhere any more."""
    return frozenset(connection.scalars(select(QrCode.scene).where(QrCode.state == "retired")))
