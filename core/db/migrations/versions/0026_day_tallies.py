"""Tallies of endings and of days, and each channel counted apart."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

COUNTED = ("count", "words", "media", "numbers")
KEY = ("round_id", "questionnaire_id", "place_code", "subject_code", "question", "item", "codes")
DAY_KEY = ("round_id", "questionnaire_id", "part", "question", "day", "codes", "channel", "is_set_aside")
ENDED_KEY = (
    "round_id",
    "questionnaire_id",
    "place_code",
    "subject_code",
    "channel",
    "status",
    "is_set_aside",
)


def upgrade() -> None:
    """The tallies are emptied: the worker counts them anew, pages do until then."""
    _make_tally(
        sa.Column("channel", sa.String(8), nullable=False),
        key=(*KEY, "channel", "is_set_aside"),
        by="question",
    )
    op.create_table(
        "ended_tally",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("questionnaire_id", sa.String(40), nullable=False),
        sa.Column("place_code", sa.String(12), nullable=False),
        sa.Column("subject_code", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("is_set_aside", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*ENDED_KEY, name="pk_ended_tally"),
    )
    op.create_table(
        "day_tally",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("questionnaire_id", sa.String(40), nullable=False),
        sa.Column("part", sa.String(12), nullable=False),
        sa.Column("question", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("is_set_aside", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*DAY_KEY, name="pk_day_tally"),
    )


def downgrade() -> None:
    """Days and endings are counted on the spot again."""
    op.drop_table("day_tally")
    op.drop_table("ended_tally")
    _make_tally(key=(*KEY, "is_set_aside"))


def _make_tally(*more: sa.Column[str], key: tuple[str, ...], by: str = "") -> None:
    """Make the empty table anew: what is in it can be counted again from the answers."""
    op.execute("DELETE FROM tally_mark")
    op.drop_index("ix_tally_round_id_questionnaire_id", "tally")
    op.drop_table("tally")
    op.create_table(
        "tally",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("questionnaire_id", sa.String(40), nullable=False),
        sa.Column("place_code", sa.String(12), nullable=False),
        sa.Column("subject_code", sa.String(12), nullable=False),
        sa.Column("question", sa.String(32), nullable=False),
        sa.Column("item", sa.String(12), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        *more,
        sa.Column("is_set_aside", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTED),
        sa.Column("number_sum", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_tally"),
    )
    columns = ["round_id", "questionnaire_id", by] if by else ["round_id", "questionnaire_id"]
    op.create_index("ix_tally_round_id_questionnaire_id", "tally", columns)
