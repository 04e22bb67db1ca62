"""The publicity ledger: what was hung up where and when, and its photos."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "publicity_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_code", sa.String(12), nullable=False),
        sa.Column("place_code", sa.String(12), nullable=False),
        sa.Column("words", sa.String(120), nullable=False),
        sa.Column("hung_on", sa.Date(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("liaison_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["liaison_id"], ["liaison.id"], name="fk_publicity_post_liaison_id_liaison"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_publicity_post_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_publicity_post"),
    )
    op.create_index("ix_publicity_post_place_code_hung_on", "publicity_post", ["place_code", "hung_on"])
    op.create_index("ix_publicity_post_subject_code", "publicity_post", ["subject_code"])
    op.create_table(
        "publicity_photo",
        sa.Column("media_key", sa.String(32), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["publicity_post.id"], name="fk_publicity_photo_post_id_publicity_post"
        ),
        sa.PrimaryKeyConstraint("media_key", name="pk_publicity_photo"),
    )
    op.create_index("ix_publicity_photo_post_id", "publicity_photo", ["post_id"])


def downgrade() -> None:
    """Drop them; the ledger is lost."""
    op.drop_table("publicity_photo")
    op.drop_table("publicity_post")
