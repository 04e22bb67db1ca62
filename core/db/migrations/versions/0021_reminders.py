"""What was reminded of, and how far the log of acts was read."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables, and the one row of `reminder_run`."""
    op.create_table(
        "reminder",
        sa.Column("id", BIG, nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("item_number", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(40), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("words", sa.String(40), nullable=False),
        sa.Column("fired_at", TIME, nullable=False),
        sa.Column("seen_at", TIME),
        sa.Column("seen_by", sa.Integer()),
        sa.ForeignKeyConstraint(["seen_by"], ["staff.id"], name="fk_reminder_seen_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint("rule", "item_number", "occasion", "level", "code", name="uq_reminder_occasion"),
    )
    op.create_index("ix_reminder_level_seen_at", "reminder", ["level", "seen_at"])
    op.create_index("ix_reminder_fired_at", "reminder", ["fired_at"])
    runs = op.create_table(
        "reminder_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("acts_until", TIME),
        sa.Column("ran_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_run"),
    )
    op.execute(sa.insert(runs).values(id=1))


def downgrade() -> None:
    """Drop them; everything that still holds will be told once more."""
    op.drop_table("reminder")
    op.drop_table("reminder_run")
