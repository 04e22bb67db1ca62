"""The office's inbox of opinions, what was done with each, and how far responses were looked through."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables. The worker fills the inbox from the answers that are there."""
    op.create_table(
        "opinion",
        sa.Column("id", BIG, nullable=False),
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.String(32), nullable=False),
        sa.Column("item", sa.String(12), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.String(40), nullable=False),
        sa.Column("dimension", sa.String(32), nullable=False),
        sa.Column("place_code", sa.String(12), nullable=False),
        sa.Column("unit_code", sa.String(12), nullable=False),
        sa.Column("said_at", TIME, nullable=False),
        sa.Column("has_media", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("gone", sa.String(12), nullable=False),
        sa.Column("near_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("item_number", sa.Integer(), nullable=True),
        sa.Column("original", sa.LargeBinary(), nullable=True),
        sa.Column("struck_at", TIME, nullable=True),
        sa.Column("typed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_opinion_response_id_response"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_opinion_round_id_round"),
        sa.ForeignKeyConstraint(["item_number"], ["item.number"], name="fk_opinion_item_number_item"),
        sa.PrimaryKeyConstraint("id", name="pk_opinion"),
        sa.UniqueConstraint("response_id", "question", "item", name="uq_opinion_answer"),
    )
    for name, columns in (
        ("ix_opinion_state_id", ["state", "id"]),
        ("ix_opinion_round_id_id", ["round_id", "id"]),
        ("ix_opinion_near_id", ["near_id"]),
        ("ix_opinion_merged_into", ["merged_into"]),
        ("ix_opinion_place_code", ["place_code"]),
        ("ix_opinion_item_number", ["item_number"]),
    ):
        op.create_index(name, "opinion", columns)
    op.create_table(
        "opinion_act",
        sa.Column("id", BIG, nullable=False),
        sa.Column("opinion_id", BIG, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("detail", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name="fk_opinion_act_opinion_id_opinion"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_opinion_act_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_opinion_act"),
    )
    op.create_index("ix_opinion_act_opinion_id", "opinion_act", ["opinion_id"])
    op.create_table(
        "opinion_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opinion_mark"),
    )


def downgrade() -> None:
    """Drop them; the answers stay, what was done with them is lost."""
    op.drop_table("opinion_mark")
    op.drop_table("opinion_act")
    op.drop_table("opinion")
