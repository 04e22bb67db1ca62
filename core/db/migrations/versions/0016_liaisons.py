"""Liaisons, the phones bound to them, and the codes phones are bound with."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
LASTS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "liaison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_code", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("stands_in_for", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("left_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["stands_in_for"], ["liaison.id"], name="fk_liaison_stands_in_for_liaison"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_liaison_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_liaison"),
        sa.UniqueConstraint("staff_id", name="uq_liaison_staff_id"),
    )
    op.create_index("ix_liaison_subject_code", "liaison", ["subject_code"])
    op.create_table(
        "liaison_binding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("liaison_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("openid", sa.LargeBinary(), nullable=True),
        sa.Column("bound_at", TIME, nullable=False),
        sa.Column("unfollowed_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("ended_why", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["liaison_id"], ["liaison.id"], name="fk_liaison_binding_liaison_id_liaison"),
        sa.PrimaryKeyConstraint("id", name="pk_liaison_binding"),
    )
    op.create_index("ix_liaison_binding_person", "liaison_binding", ["person"])
    op.create_index(
        "uq_liaison_binding_liaison_id",
        "liaison_binding",
        ["liaison_id"],
        unique=True,
        sqlite_where=LASTS,
        postgresql_where=LASTS,
    )
    op.create_table(
        "liaison_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("liaison_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("url", sa.String(200), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("ended_why", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["liaison_id"], ["liaison.id"], name="fk_liaison_code_liaison_id_liaison"),
        sa.PrimaryKeyConstraint("id", name="pk_liaison_code"),
        sa.UniqueConstraint("digest", name="uq_liaison_code_digest"),
    )
    op.create_index("ix_liaison_code_liaison_id", "liaison_code", ["liaison_id"])


def downgrade() -> None:
    """Drop them; who was bound has to bind anew."""
    op.drop_table("liaison_code")
    op.drop_table("liaison_binding")
    op.drop_table("liaison")
