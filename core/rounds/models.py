"""Tables of rounds: when people may answer, and which questionnaire each audience gets."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db.base import Base
from core.db.types import UtcDateTime


class Round(Base):
    """
    A survey in one year: a name, a window in time, at most one questionnaire per audience.

    `state` is `draft`, `open` or `closed`. An open round takes answers while `opens_at <= now < closes_at`.
    `account_key` is the wrapped key under which this round's respondents are hashed: the same person has
    another hash in another round.
    """

    __tablename__ = "round"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(8), default="draft")
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_key: Mapped[bytes]

    questionnaires: Mapped[list["RoundQuestionnaire"]] = relationship(
        back_populates="round", cascade="all, delete-orphan", lazy="selectin"
    )


class RoundQuestionnaire(Base):
    """A questionnaire's place in a round. `content_hash` is set when the round is opened."""

    __tablename__ = "round_questionnaire"
    __table_args__ = (
        ForeignKeyConstraint(
            ["questionnaire_id", "questionnaire_version"],
            ["questionnaire_version.id", "questionnaire_version.version"],
            name="fk_round_questionnaire_version",
        ),
        UniqueConstraint("round_id", "who"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    questionnaire_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    questionnaire_version: Mapped[int]
    who: Mapped[str] = mapped_column(String(16))
    content_hash: Mapped[str | None] = mapped_column(String(64))

    round: Mapped[Round] = relationship(back_populates="questionnaires")
