"""Questionnaires in their versions, and the rounds they are asked in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "questionnaire_version",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("who", sa.String(16), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", TIME, nullable=False),
        sa.Column("frozen_at", TIME),
        sa.PrimaryKeyConstraint("id", "version", name="pk_questionnaire_version"),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("opens_at", TIME, nullable=False),
        sa.Column("closes_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("account_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
        sa.UniqueConstraint("name", name="uq_round_name"),
    )
    op.create_table(
        "round_questionnaire",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.String(40), nullable=False),
        sa.Column("questionnaire_version", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(16), nullable=False),
        sa.Column("content_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("round_id", "questionnaire_id", name="pk_round_questionnaire"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_round_questionnaire_round_id_round"),
        sa.ForeignKeyConstraint(
            ["questionnaire_id", "questionnaire_version"],
            ["questionnaire_version.id", "questionnaire_version.version"],
            name="fk_round_questionnaire_version",
        ),
        sa.UniqueConstraint("round_id", "who", name="uq_round_questionnaire_round_id_who"),
    )


def downgrade() -> None:
    """Drop them, those that point to others first."""
    for table in ("round_questionnaire", "round", "questionnaire_version"):
        op.drop_table(table)
