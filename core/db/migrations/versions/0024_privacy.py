"""What people agreed to, and when the nightly sweep last deleted what of each kind."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Responses that are there do not say what was agreed to; their questionnaire's version does."""
    op.create_table(
        "consent_text",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent_text"),
    )
    op.add_column("response", sa.Column("consent_id", sa.String(32)))
    op.create_table(
        "retention_sweep",
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("last_count", sa.BigInteger(), nullable=False),
        sa.Column("total_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_retention_sweep"),
    )


def downgrade() -> None:
    """What was agreed to is then said by the questionnaire's version alone."""
    op.drop_table("retention_sweep")
    op.drop_column("response", "consent_id")
    op.drop_table("consent_text")
