"""Responses that are set aside, who or what decided it, and tallies that count them apart."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
IS_SET_ASIDE = sa.text("is_set_aside")
TALLY_KEY = ("round_id", "questionnaire_id", "place_code", "subject_code", "question", "item", "codes")


def upgrade() -> None:
    """Nothing is set aside yet. The tallies are emptied: the worker counts them anew, pages do until then."""
    op.add_column(
        "response", sa.Column("is_set_aside", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(
        "ix_response_set_aside",
        "response",
        ["round_id", "id"],
        sqlite_where=IS_SET_ASIDE,
        postgresql_where=IS_SET_ASIDE,
    )
    op.create_table(
        "quality_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quality_mark"),
    )
    op.create_table(
        "quality_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("is_set_aside", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.String(200), nullable=False),
        sa.Column("thresholds_hash", sa.String(12), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_quality_change_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_quality_change"),
    )
    op.create_index("ix_quality_change_response_id", "quality_change", ["response_id"])
    _make_tally(sa.Column("is_set_aside", sa.Boolean(), nullable=False), key=(*TALLY_KEY, "is_set_aside"))
    op.add_column("tally_mark", sa.Column("seen_change", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """What was set aside counts again; who decided what is lost."""
    op.drop_column("tally_mark", "seen_change")
    _make_tally(key=TALLY_KEY)
    op.drop_table("quality_change")
    op.drop_table("quality_mark")
    op.drop_index("ix_response_set_aside", "response")
    op.drop_column("response", "is_set_aside")


def _make_tally(*more: sa.Column[bool], key: tuple[str, ...]) -> None:
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
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("media", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.Column("number_sum", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_tally"),
    )
    op.create_index("ix_tally_round_id_questionnaire_id", "tally", ["round_id", "questionnaire_id"])
