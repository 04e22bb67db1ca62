"""Voice messages and photos: what has to be fetched, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "media",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", TIME, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("file_type", sa.String(8), nullable=False),
        sa.Column("size_bytes", sa.Integer()),
        sa.Column("response_id", sa.BigInteger()),
        sa.Column("question", sa.String(32), nullable=False),
        sa.Column("item", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_media_response_id_response"),
        sa.PrimaryKeyConstraint("key", name="pk_media"),
    )
    op.create_index("ix_media_state_next_try_at", "media", ["state", "next_try_at"])
    op.create_index("ix_media_sha256", "media", ["sha256"])
    op.create_index("ix_media_response_id", "media", ["response_id"])


def downgrade() -> None:
    """Drop it. The files stay under `media/`, and what was not fetched yet is lost with the platform."""
    op.drop_table("media")
