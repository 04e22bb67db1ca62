"""The office's first screens: who is signed in, who has to wait, and answers counted beforehand."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
HAS_WORDS = sa.text("text IS NOT NULL OR media IS NOT NULL")
IS_SUPERSEDED = sa.text("superseded_by IS NOT NULL")


def upgrade() -> None:
    """Make the tables, and the indexes the screens read by."""
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("password_mark", sa.String(16), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_session"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_session_staff_id_staff"),
    )
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"])
    op.create_index("ix_staff_session_seen_at", "staff_session", ["seen_at"])
    op.create_table(
        "sign_in_failure",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("wait_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_last_at", "sign_in_failure", ["last_at"])
    op.create_table(
        "tally",
        sa.Column("round_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("questionnaire_id", sa.String(40), nullable=False),
        sa.Column("place_code", sa.String(12), nullable=False),
        sa.Column("subject_code", sa.String(12), nullable=False),
        sa.Column("question", sa.String(32), nullable=False),
        sa.Column("item", sa.String(12), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("media", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.Column("number_sum", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint(
            "round_id",
            "questionnaire_id",
            "place_code",
            "subject_code",
            "question",
            "item",
            "codes",
            name="pk_tally",
        ),
    )
    op.create_index("ix_tally_round_id_questionnaire_id", "tally", ["round_id", "questionnaire_id"])
    op.create_table(
        "tally_mark",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tally_mark"),
    )
    # Few answers have words and few responses are superseded: both indexes stay small beside long tables.
    op.create_index(
        "ix_answer_words",
        "answer",
        ["response_id"],
        sqlite_where=HAS_WORDS,
        postgresql_where=HAS_WORDS,
    )
    op.create_index(
        "ix_response_superseded_by",
        "response",
        ["superseded_by"],
        sqlite_where=IS_SUPERSEDED,
        postgresql_where=IS_SUPERSEDED,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_response_superseded_by", "response")
    op.drop_index("ix_answer_words", "answer")
    for table in ("tally_mark", "tally", "sign_in_failure", "staff_session"):
        op.drop_table(table)
