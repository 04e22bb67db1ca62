"""Overrides of the coaching guard: who asked, and which second person agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "coaching_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_coaching_request_asked_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_coaching_request"),
    )
    op.create_table(
        "coaching_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_at", TIME, nullable=False),
        sa.CheckConstraint("asked_by <> approved_by", name="ck_coaching_override_two_people"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["coaching_request.id"], name="fk_coaching_override_request_id_coaching_request"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_coaching_override_asked_by_staff"),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name="fk_coaching_override_approved_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_coaching_override"),
        sa.UniqueConstraint("request_id", name="uq_coaching_override_request_id"),
    )
    op.create_index("ix_coaching_override_content_hash", "coaching_override", ["content_hash"])


def downgrade() -> None:
    """Drop them; who let what pass is lost."""
    op.drop_table("coaching_override")
    op.drop_table("coaching_request")
