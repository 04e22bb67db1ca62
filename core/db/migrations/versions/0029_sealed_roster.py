"""
Names on the leaders' roster lie encrypted, under random keys.

No migration has the data key: names come over as they are, and the command `migrate` encrypts them after it
(`core.ballots.roster.seal_old`).
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# How an encrypted name begins.
SEALED = b"gAAAA"


def upgrade() -> None:
    """Make the table anew, with the names there were."""
    old = op.get_bind().execute(sa.text("SELECT round_id, name, took_part FROM ballot_roster")).all()
    op.drop_table("ballot_roster")
    made = op.create_table(
        "ballot_roster",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("took_part", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_ballot_roster_round_id_round"),
        sa.PrimaryKeyConstraint("key", name="pk_ballot_roster"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_roster_round_id", "ballot_roster", ["round_id"])
    rows = [
        {
            "key": secrets.token_hex(16),
            "round_id": row.round_id,
            "name": row.name.encode(),
            "took_part": bool(row.took_part),
        }
        for row in old
    ]
    if rows:
        op.bulk_insert(made, rows)


def downgrade() -> None:
    """Names that are encrypted cannot come back: the office loads the roster once more."""
    held = op.get_bind().execute(sa.text("SELECT round_id, name, took_part FROM ballot_roster")).all()
    op.drop_table("ballot_roster")
    made = op.create_table(
        "ballot_roster",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("took_part", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_ballot_roster_round_id_round"),
        sa.PrimaryKeyConstraint("round_id", "name", name="pk_ballot_roster"),
        sqlite_with_rowid=False,
    )
    plain = [row for row in held if not bytes(row.name).startswith(SEALED)]
    rows = [
        {"round_id": row.round_id, "name": bytes(row.name).decode(), "took_part": bool(row.took_part)}
        for row in plain
    ]
    if rows:
        op.bulk_insert(made, rows)
