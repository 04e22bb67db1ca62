"""Where each person is in the conversation, and what each delivery was answered with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BIG_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "conversation",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Integer()),
        sa.Column("typed_at", BIG_INT, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_conversation"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_conversation_round_id_round"),
    )
    op.create_index("ix_conversation_round_id", "conversation", ["round_id"])
    op.create_table(
        "delivery",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_delivery"),
    )
    op.create_index("ix_delivery_at", "delivery", ["at"])
    op.create_table(
        "delivery_stamp",
        sa.Column("stamp", sa.String(80), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("stamp", name="pk_delivery_stamp"),
    )
    op.create_index("ix_delivery_stamp_at", "delivery_stamp", ["at"])
    op.create_table(
        "shed_mark",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_shed_mark"),
    )
    op.create_table(
        "help_request",
        sa.Column("id", BIG_INT, nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("place_code", sa.String(12), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("phone", sa.LargeBinary()),
        sa.Column("done_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_help_request"),
    )
    op.create_index("ix_help_request_person", "help_request", ["person"])


def downgrade() -> None:
    """Drop them."""
    for table in ("help_request", "shed_mark", "delivery_stamp", "delivery", "conversation"):
        op.drop_table(table)
