"""The ground: places and units, staff, the keys people are hashed under, the catalog's version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and the one row that counts changes of the catalog."""
    op.create_table(
        "place",
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("short_name", sa.String(60), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("parent_code", sa.String(12)),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_place"),
        sa.ForeignKeyConstraint(["parent_code"], ["place.code"], name="fk_place_parent_code_place"),
    )
    op.create_index("ix_place_parent_code", "place", ["parent_code"])
    op.create_table(
        "place_change",
        sa.Column("old_code", sa.String(12), nullable=False),
        sa.Column("new_code", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("old_code", name="pk_place_change"),
        sa.ForeignKeyConstraint(["new_code"], ["place.code"], name="fk_place_change_new_code_place"),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("short_name", sa.String(40), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_unit"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("disabled_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("name", name="uq_staff_name"),
    )
    op.create_table(
        "wrapped_key",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_wrapped_key"),
    )
    catalog_version = op.create_table(
        "catalog_version",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("places_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_version"),
    )
    op.bulk_insert(catalog_version, [{"id": 1, "version": 0, "places_version": 0}])


def downgrade() -> None:
    """Drop them, those that point to others first."""
    for table in ("catalog_version", "wrapped_key", "staff", "unit", "place_change", "place"):
        op.drop_table(table)
