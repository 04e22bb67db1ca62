"""The access token to the platform's API, where there is no Redis to share it by."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "access_token",
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("usable_until", TIME),
        sa.Column("lease_owner", sa.String(32), nullable=False),
        sa.Column("leased_until", TIME),
        sa.PrimaryKeyConstraint("app_id", name="pk_access_token"),
    )


def downgrade() -> None:
    """Drop it; the token is fetched anew."""
    op.drop_table("access_token")
