"""
Tables of the leaders' secret ballot. What they must never hold is said in `docs/ballots.md`.

Rows that could tell an order have random keys and, on SQLite, no rowid. No row here has a time once its
ballot is handed in.
"""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.types import UtcDateTime

NO_ROWID = {"sqlite_with_rowid": False}


class BallotBox(Base):
    """
    A round's ballot box. Ballots are sealed to `public_key`; its private half exists only as shares.

    `witnesses` is a JSON list of names, one share each; any `needed` of them open the box. `paper_marked`
    counts slips torn off paper ballots, `paper_keyed` the paper ballots keyed in. `refused` counts slips
    that were wrong, used or over.
    """

    __tablename__ = "ballot_box"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, autoincrement=False)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    needed: Mapped[int]
    witnesses: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paper_marked: Mapped[int] = mapped_column(default=0)
    paper_keyed: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)


class Slip(Base):
    """A one-time slip: the keyed hash of its ten characters, and whether it was used. Nothing else."""

    __tablename__ = "ballot_slip"
    __table_args__ = (Index("ix_ballot_slip_round_id", "round_id"), NO_ROWID)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    used: Mapped[bool] = mapped_column(default=False)


class BallotDraft(Base):
    """
    A ballot on its way to the urn, encrypted with a key that is kept outside the database.

    While it is filled in, `holder` (keyed hash of a phone or a browser), `slip` and `touched_at` are set.
    Handed in, it is waiting to be mixed: all three are None and `content` is the sealed ballot, wrapped.
    """

    __tablename__ = "ballot_draft"
    __table_args__ = (Index("ix_ballot_draft_round_id", "round_id"), NO_ROWID)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    key_name: Mapped[str] = mapped_column(String(32))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    holder: Mapped[str | None] = mapped_column(String(64), unique=True)
    slip: Mapped[str | None] = mapped_column(String(64))
    touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UrnBallot(Base):
    """A sealed ballot in the urn: a random key and the ciphertext, equally long for a whole round."""

    __tablename__ = "ballot_urn"
    __table_args__ = (Index("ix_ballot_urn_round_id", "round_id"), NO_ROWID)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class DeadKey(Base):
    """The name of a draft key whose file must go; written with what made it needless, gone with the file."""

    __tablename__ = "ballot_dead_key"
    __table_args__ = (NO_ROWID,)

    name: Mapped[str] = mapped_column(String(32), primary_key=True)


class RosterName(Base):
    """
    Somebody invited to the round, and whether they said themselves that they took part.

    `name` is encrypted with the data key. `key` is random, so that the rows stand in no order.
    """

    __tablename__ = "ballot_roster"
    __table_args__ = (NO_ROWID,)

    key: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: secrets.token_hex(16))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    name: Mapped[bytes]
    took_part: Mapped[bool] = mapped_column(default=False)


class BallotResult(Base):
    """
    What came out of the box: JSON with what must stay hidden left out already.

    `checksum` is the SHA-256 of `result`, printed on the protocol.
    """

    __tablename__ = "ballot_result"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, autoincrement=False)
    result: Mapped[str] = mapped_column(Text)
    checksum: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
