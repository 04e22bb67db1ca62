"""Long work that somebody asked for: one row each."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("say", sa.Text(), nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_path", sa.String(200), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=True),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("file_rows", sa.Integer(), nullable=True),
        sa.Column("expires_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_task_asked_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
    )
    op.create_index("ix_task_state_next_at", "task", ["state", "next_at"])
    op.create_index("ix_task_kind", "task", ["kind"])
    op.create_index("ix_task_asked_by", "task", ["asked_by"])
    op.create_index("ix_task_expires_at", "task", ["expires_at"])


def downgrade() -> None:
    """Drop it; who took which file out is lost."""
    op.drop_table("task")
