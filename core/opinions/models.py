"""
Tables of the office's inbox: which answers wait to be acted on, and everything done with each.

The words stay where they were said, in `answer`; the inbox points to them. So what is deleted or struck out
there is so everywhere, and no second copy lies about.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, partial_index
from core.db.types import BigInt, UtcDateTime

# Those that lists show; the others were merged, replaced or erased.
STANDS = text("gone = '' AND merged_into IS NULL")
# Few opinions have a voice message or photos. SQLite uses their index for who says it in its very words.
HAS_MEDIA = text("has_media")
OF_OPINION_WITH_MEDIA = text("opinion.has_media")
IS_OF_UNIT = text("unit_code <> ''")
OF_OPINION_OF_UNIT = text("opinion.unit_code <> ''")


class Opinion(Base):
    """
    One answer in somebody's own words, by text, voice or photo, in the inbox.

    `dimension` is the code of the dimension its question belongs to, '' for none. `place_code` as in the
    response, `unit_code` the unit that was judged, '' for none. `state` is one of `states.State`. `gone`:
    '', or why it counts no more: `replaced` (a later answer took its place), `erased` (deleted on request;
    only kept while an item was made of it).

    `near_id` is the first opinion that says nearly the same, itself for that first one, None while nobody
    else says it; only a suggestion. `merged_into` is the opinion it was merged into by a person.

    `item_number` is the rectification item that was made of it, or that it was added to.

    `original` holds, encrypted, what was said before names and numbers were struck out, until it is
    destroyed; `struck_at` stays. `typed` is a voice message, typed up by the office.
    """

    __tablename__ = "opinion"
    __table_args__ = (
        UniqueConstraint("response_id", "question", "item", name="uq_opinion_answer"),
        Index("ix_opinion_state_id", "state", "id"),
        Index("ix_opinion_round_id_id", "round_id", "id"),
        # What the results' list is narrowed by.
        Index(
            "ix_opinion_of_question",
            "round_id",
            "question",
            "place_code",
            "id",
            "gone",
            "response_id",
            "questionnaire_id",
        ),
        partial_index("ix_opinion_of_unit", "round_id", "unit_code", "id", where=IS_OF_UNIT),
        partial_index("ix_opinion_with_media", "round_id", "id", where=HAS_MEDIA),
        # Nearly all are NULL there. With those in the index SQLite takes it for useless, and reads the table.
        partial_index("ix_opinion_near_id", "near_id", where=text("near_id IS NOT NULL")),
        partial_index("ix_opinion_merged_into", "merged_into", where=text("merged_into IS NOT NULL")),
        partial_index("ix_opinion_item_number", "item_number", where=text("item_number IS NOT NULL")),
        Index("ix_opinion_place_code", "place_code"),
        # All that lists are narrowed by, so that counting the whole inbox reads this index alone.
        partial_index(
            "ix_opinion_standing",
            "state",
            "round_id",
            "place_code",
            "unit_code",
            "dimension",
            "question",
            "has_media",
            "near_id",
            "id",
            where=STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    response_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("response.id"))
    question: Mapped[str] = mapped_column(String(32))
    item: Mapped[str] = mapped_column(String(12), default="")
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    questionnaire_id: Mapped[str] = mapped_column(String(40))
    dimension: Mapped[str] = mapped_column(String(32), default="")
    place_code: Mapped[str] = mapped_column(String(12), default="")
    unit_code: Mapped[str] = mapped_column(String(12), default="")
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    has_media: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    gone: Mapped[str] = mapped_column(String(12), default="")
    near_id: Mapped[int | None] = mapped_column(BigInteger)
    merged_into: Mapped[int | None] = mapped_column(BigInteger)
    item_number: Mapped[int | None] = mapped_column(ForeignKey("item.number"))
    original: Mapped[bytes | None]
    struck_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    typed: Mapped[str | None] = mapped_column(Text)


class OpinionWords(Base):
    """
    By what an opinion is found: the pairs of characters of what was said, see `words`. One row an opinion.

    On SQLite an FTS5 table, `opinion_words_index`, follows it by triggers; on PostgreSQL `grams` is a
    `tsvector` with a GIN index. Both are made by the migration and unknown to the model.
    """

    __tablename__ = "opinion_words"

    opinion_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("opinion.id"), primary_key=True, autoincrement=False
    )
    grams: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


class OpinionAct(Base):
    """
    Something done with an opinion: who (a staff account, None for the worker), when, what. Only ever added
    to.

    `act` is one of `states.Act`; `detail` says more, never the words of an opinion: a state before and after
    (`new>todo`), an opinion's number, how many words were struck out.
    """

    __tablename__ = "opinion_act"
    __table_args__ = (Index("ix_opinion_act_opinion_id", "opinion_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    act: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(String(80), default="")


# What the outbox calls whoever made a wish; their number is the response's.
WISH = "wish"


class OutcomeWish(Base):
    """
    Somebody wants to hear what becomes of what they said in this response.

    `person` is the conversation's key. `openid` is sealed, and empty as soon as it serves nothing: when the
    outcome is known (days later if it is being pushed), when they leave, or after a year.
    `state` and `by` as in `core.conversation.person.Wish`, as the worker last put them into the person's row.
    """

    __tablename__ = "outcome_wish"
    __table_args__ = (Index("ix_outcome_wish_person", "person"), Index("ix_outcome_wish_told_at", "told_at"))

    response_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("response.id"), primary_key=True, autoincrement=False
    )
    person: Mapped[str] = mapped_column(String(32))
    openid: Mapped[bytes | None]
    wished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(12), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClosingAsk(Base):
    """
    The residents of a place are asked whether what an item was about is fixed.

    `words` are what they are asked about; from `asked_at` until `until`, or until `stopped_at`. Reopening is
    proposed once `least_no` have said no and they are at least `least_share` (0 to 1) of all who answered.
    `voter_key` is the wrapped key under which those who answer are hashed, of this ask alone.
    """

    __tablename__ = "closing_ask"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_number: Mapped[int] = mapped_column(ForeignKey("item.number"), index=True)
    place_code: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(120))
    least_no: Mapped[int]
    least_share: Mapped[float]
    voter_key: Mapped[bytes]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClosingVote(Base):
    """One person's last answer to one ask. `voter` is a hash that means nothing outside this ask."""

    __tablename__ = "closing_vote"

    ask_id: Mapped[int] = mapped_column(ForeignKey("closing_ask.id"), primary_key=True)
    voter: Mapped[str] = mapped_column(String(32), primary_key=True)
    is_fixed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OpinionMark(Base):
    """One row. Responses with ids up to `upto` were looked through."""

    __tablename__ = "opinion_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    upto: Mapped[int] = mapped_column(BigInteger)
