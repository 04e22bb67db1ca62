"""The funnel: raw events, counters, how far these go; and how many people live where."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "funnel_event",
        sa.Column("id", BIG_INT, nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(9), nullable=False),
        sa.Column("owner", sa.String(12), nullable=False),
        sa.Column("township", sa.String(9), nullable=False),
        sa.Column("scene", sa.String(64), nullable=False),
        sa.Column("material", sa.String(64), nullable=False),
        sa.Column("question", sa.String(110), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_funnel_event"),
    )
    op.create_index("ix_funnel_event_person", "funnel_event", ["person"])
    op.create_table(
        "funnel_count",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("axis", sa.String(8), nullable=False),
        sa.Column("part", sa.String(14), nullable=False),
        sa.Column("owner", sa.String(12), nullable=False),
        sa.Column("township", sa.String(9), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(110), nullable=False),
        sa.Column("kind", sa.String(9), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "round_id",
            "axis",
            "part",
            "owner",
            "township",
            "key",
            "step",
            "question",
            "kind",
            name="pk_funnel_count",
        ),
    )
    op.create_table(
        "funnel_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("repairs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_funnel_mark"),
    )
    op.create_table(
        "population",
        sa.Column("place_code", sa.String(12), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["place_code"], ["place.code"], name="fk_population_place_code_place"),
        sa.PrimaryKeyConstraint("place_code", name="pk_population"),
    )


def downgrade() -> None:
    """Drop them; who came by which code is lost, what they answered is not."""
    for table in ("population", "funnel_mark", "funnel_count", "funnel_event"):
        op.drop_table(table)
