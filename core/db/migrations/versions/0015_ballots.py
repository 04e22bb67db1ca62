"""Leaders' ballots: box, slips, drafts, urn, roster, result."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TABLES = (
    "ballot_box",
    "ballot_slip",
    "ballot_draft",
    "ballot_urn",
    "ballot_dead_key",
    "ballot_roster",
    "ballot_result",
)


def upgrade() -> None:
    """Make the tables. On SQLite those whose order would tell something have no rowid."""
    op.create_table(
        "ballot_box",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("witnesses", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("paper_marked", sa.Integer(), nullable=False),
        sa.Column("paper_keyed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_ballot_box_round_id_round"),
        sa.PrimaryKeyConstraint("round_id", name="pk_ballot_box"),
    )
    op.create_table(
        "ballot_slip",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_ballot_slip_round_id_round"),
        sa.PrimaryKeyConstraint("hash", name="pk_ballot_slip"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_slip_round_id", "ballot_slip", ["round_id"])
    op.create_table(
        "ballot_draft",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("key_name", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("holder", sa.String(64)),
        sa.Column("slip", sa.String(64)),
        sa.Column("touched_at", TIME),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_ballot_draft_round_id_round"),
        sa.PrimaryKeyConstraint("id", name="pk_ballot_draft"),
        sa.UniqueConstraint("holder", name="uq_ballot_draft_holder"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_draft_round_id", "ballot_draft", ["round_id"])
    op.create_table(
        "ballot_urn",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_ballot_urn_round_id_round"),
        sa.PrimaryKeyConstraint("key", name="pk_ballot_urn"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_urn_round_id", "ballot_urn", ["round_id"])
    op.create_table(
        "ballot_dead_key",
        sa.Column("name", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_ballot_dead_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot_roster",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("took_part", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_ballot_roster_round_id_round"),
        sa.PrimaryKeyConstraint("round_id", "name", name="pk_ballot_roster"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot_result",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_ballot_result_round_id_round"),
        sa.PrimaryKeyConstraint("round_id", name="pk_ballot_result"),
    )


def downgrade() -> None:
    """Drop the tables; ballots in them are lost."""
    for table in reversed(TABLES):
        op.drop_table(table)
