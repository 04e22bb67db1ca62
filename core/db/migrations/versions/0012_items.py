"""Rectification items, who assists, the log of acts, files of acts; and media that something else holds."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
# SQLite numbers rows only in a column of exactly INTEGER.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.add_column("media", sa.Column("held_by", sa.String(12), nullable=False, server_default=""))
    op.create_table(
        "item",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("lead_code", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("source_number", sa.String(20), nullable=True),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("first_deadline", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("county_first", sa.Boolean(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("asked_until", sa.Date(), nullable=True),
        sa.Column("why", sa.String(10), nullable=False),
        sa.Column("why_words", sa.Text(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("split_from", sa.Integer(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("handed_at", TIME, nullable=False),
        sa.Column("moved_at", TIME, nullable=False),
        sa.Column("claimed_at", TIME, nullable=True),
        sa.Column("measures_at", TIME, nullable=True),
        sa.Column("progress_at", TIME, nullable=True),
        sa.Column("returned_at", TIME, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["split_from"], ["item.number"], name="fk_item_split_from_item"),
        sa.ForeignKeyConstraint(["merged_into"], ["item.number"], name="fk_item_merged_into_item"),
        sa.PrimaryKeyConstraint("number", name="pk_item"),
        sa.UniqueConstraint("source", "source_number", name="uq_item_source"),
    )
    op.create_index("ix_item_lead_code_state", "item", ["lead_code", "state"])
    op.create_index("ix_item_state_deadline", "item", ["state", "deadline"])
    op.create_table(
        "item_assist",
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["item_number"], ["item.number"], name="fk_item_assist_item_number_item"),
        sa.PrimaryKeyConstraint("item_number", "code", name="pk_item_assist"),
    )
    op.create_index("ix_item_assist_code", "item_assist", ["code"])
    op.create_table(
        "item_act",
        sa.Column("id", BIG, nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("effective_at", TIME, nullable=False),
        sa.Column("author_kind", sa.String(10), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("liaison_id", sa.Integer(), nullable=True),
        sa.Column("author_code", sa.String(12), nullable=False),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("withdraws", BIG, nullable=True),
        sa.ForeignKeyConstraint(["item_number"], ["item.number"], name="fk_item_act_item_number_item"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_item_act_staff_id_staff"),
        sa.ForeignKeyConstraint(["withdraws"], ["item_act.id"], name="fk_item_act_withdraws_item_act"),
        sa.PrimaryKeyConstraint("id", name="pk_item_act"),
    )
    op.create_index("ix_item_act_item_number", "item_act", ["item_number"])
    op.create_index("ix_item_act_effective_at", "item_act", ["effective_at"])
    op.create_table(
        "item_file",
        sa.Column("media_key", sa.String(32), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("act_id", BIG, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["item_number"], ["item.number"], name="fk_item_file_item_number_item"),
        sa.ForeignKeyConstraint(["act_id"], ["item_act.id"], name="fk_item_file_act_id_item_act"),
        sa.PrimaryKeyConstraint("media_key", name="pk_item_file"),
    )
    op.create_index("ix_item_file_item_number", "item_file", ["item_number"])
    op.create_index("ix_item_file_act_id", "item_file", ["act_id"])


def downgrade() -> None:
    """Drop them; items and their history are lost, and files that only they needed are swept away."""
    for table in ("item_file", "item_act", "item_assist", "item"):
        op.drop_table(table)
    op.drop_column("media", "held_by")
