"""What was said: responses and their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "response",
        sa.Column("id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.String(40), nullable=False),
        sa.Column("questionnaire_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("account_hash", sa.String(32)),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("source_kind", sa.String(8), nullable=False),
        sa.Column("source_code", sa.String(12), nullable=False),
        sa.Column("subject_kind", sa.String(8), nullable=False),
        sa.Column("subject_code", sa.String(12), nullable=False),
        sa.Column("place_code", sa.String(12), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=False),
        sa.Column("last_question", sa.String(64), nullable=False),
        sa.Column("flags", sa.String(200), nullable=False),
        sa.Column("superseded_by", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_response_round_id_round"),
    )
    op.create_index("ix_response_account_hash", "response", ["account_hash"])
    op.create_index("ix_response_round_id_questionnaire_id", "response", ["round_id", "questionnaire_id"])
    op.create_table(
        "answer",
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.String(32), nullable=False),
        sa.Column("item", sa.String(12), nullable=False),
        sa.Column("codes", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("number", sa.Double()),
        sa.Column("media", sa.Text()),
        sa.PrimaryKeyConstraint("response_id", "question", "item", name="pk_answer"),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_answer_response_id_response"),
    )


def downgrade() -> None:
    """Drop them, those that point to others first."""
    for table in ("answer", "response"):
        op.drop_table(table)
