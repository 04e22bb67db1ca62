"""Every QR code of the office."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "qr_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scene", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject_code", sa.String(12), nullable=False),
        sa.Column("material", sa.String(50), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("ticket", sa.String(200), nullable=False),
        sa.Column("url", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("planned_by", sa.Integer(), nullable=True),
        sa.Column("planned_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=True),
        sa.Column("retired_by", sa.Integer(), nullable=True),
        sa.Column("retired_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_qr_code_task_id_task"),
        sa.ForeignKeyConstraint(["planned_by"], ["staff.id"], name="fk_qr_code_planned_by_staff"),
        sa.ForeignKeyConstraint(["retired_by"], ["staff.id"], name="fk_qr_code_retired_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_qr_code"),
        sa.UniqueConstraint("scene", name="uq_qr_code_scene"),
    )
    op.create_index("ix_qr_code_subject", "qr_code", ["kind", "subject_code"])
    op.create_index("ix_qr_code_state_material", "qr_code", ["state", "material"])
    op.create_index("ix_qr_code_task_id", "qr_code", ["task_id"])


def downgrade() -> None:
    """Drop it; the platform keeps the codes, and `qr create` finds them again by their scenes."""
    op.drop_table("qr_code")
