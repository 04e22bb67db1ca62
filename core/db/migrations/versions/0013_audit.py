"""The audit log, which the database itself refuses to change or shorten."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER audit_entry_{act} BEFORE {act} ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit_entry is only added to'); END
"""
POSTGRESQL = (
    """
    CREATE FUNCTION audit_entry_only_added_to() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit_entry is only added to'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_only_added_to()
    """,
)


def upgrade() -> None:
    """Make the tables, the row that says which entry is the newest, and the triggers."""
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("who_kind", sa.String(8), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("who_name", sa.String(60), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_act", "audit_entry", ["act", "number"])
    op.create_index("ix_audit_entry_who_kind_who_id", "audit_entry", ["who_kind", "who_id"])
    op.create_index("ix_audit_entry_about", "audit_entry", ["about"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "mac": ""}])
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(act=act))
    else:
        for statement in POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    """Drop all of it; who did what is lost."""
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_entry_only_added_to()")
