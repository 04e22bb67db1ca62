"""Who wants to hear what becomes of their opinion, and what residents say of an item that is to be closed."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outcome_wish",
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("openid", sa.LargeBinary(), nullable=True),
        sa.Column("wished_at", TIME, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("by", sa.String(12), nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.Column("told_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name="fk_outcome_wish_response_id_response"
        ),
        sa.PrimaryKeyConstraint("response_id", name="pk_outcome_wish"),
    )
    op.create_index("ix_outcome_wish_person", "outcome_wish", ["person"])
    op.create_index("ix_outcome_wish_told_at", "outcome_wish", ["told_at"])
    op.create_table(
        "closing_ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("place_code", sa.String(12), nullable=False),
        sa.Column("words", sa.String(120), nullable=False),
        sa.Column("least_no", sa.Integer(), nullable=False),
        sa.Column("least_share", sa.Double(), nullable=False),
        sa.Column("voter_key", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("stopped_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["item_number"], ["item.number"], name="fk_closing_ask_item_number_item"),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_closing_ask_asked_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_closing_ask"),
    )
    op.create_index("ix_closing_ask_item_number", "closing_ask", ["item_number"])
    op.create_table(
        "closing_vote",
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.String(32), nullable=False),
        sa.Column("is_fixed", sa.Boolean(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["closing_ask.id"], name="fk_closing_vote_ask_id_closing_ask"),
        sa.PrimaryKeyConstraint("ask_id", "voter", name="pk_closing_vote"),
    )


def downgrade() -> None:
    """Drop them; who wanted to hear is not told, what residents said is lost."""
    op.drop_table("closing_vote")
    op.drop_table("closing_ask")
    op.drop_table("outcome_wish")
