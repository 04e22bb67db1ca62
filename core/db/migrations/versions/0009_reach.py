"""Which county or unit a staff account is tied to."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Accounts that are there are tied to nothing."""
    op.add_column("staff", sa.Column("county_code", sa.String(12), server_default="", nullable=False))
    op.add_column("staff", sa.Column("unit_code", sa.String(12), server_default="", nullable=False))


def downgrade() -> None:
    """Forget it; the accounts stay."""
    op.drop_column("staff", "unit_code")
    op.drop_column("staff", "county_code")
