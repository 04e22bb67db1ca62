"""
The access token to the platform's API, where there is no Redis to share it by.

A token lives two hours at most, so it is kept as it is; a backup that is a day old holds none that works.
"""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime


class AccessToken(Base):
    """
    One row an account.

    `usable_until` ends some minutes before the platform's own expiry; None and '' before the first token.
    `leased_until` and `lease_owner` say who is fetching a new one: a lease, not a database lock, so that no
    transaction is open while the platform is slow. A crashed holder's lease lapses.
    """

    __tablename__ = "access_token"

    app_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text, default="")
    usable_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str] = mapped_column(String(32), default="")
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
