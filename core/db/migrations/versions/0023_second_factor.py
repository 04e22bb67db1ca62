"""Second factors, passwords that somebody else made up, and what a session's browser calls itself."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Accounts and sessions that are there go on as they are."""
    op.add_column(
        "staff", sa.Column("password_is_given", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("staff_session", sa.Column("browser", sa.String(40), server_default="", nullable=False))
    op.add_column(
        "staff_session", sa.Column("waits_for_code", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "staff_totp",
        sa.Column("staff_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_staff_totp"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_totp_staff_id_staff"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_recovery_code"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_recovery_code_staff_id_staff"),
    )
    op.create_index("ix_recovery_code_staff_id", "recovery_code", ["staff_id"])


def downgrade() -> None:
    """Forget second factors: passwords alone let in again."""
    op.drop_table("recovery_code")
    op.drop_table("staff_totp")
    op.drop_column("staff_session", "waits_for_code")
    op.drop_column("staff_session", "browser")
    op.drop_column("staff", "password_is_given")
