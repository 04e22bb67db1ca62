"""The outbox: messages, their histories, receipts that came early, the pace and the halts of sending."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
# SQLite numbers rows only in a column of exactly INTEGER.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, and the one row of `outbox_pace`."""
    op.create_table(
        "outbox_message",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("to_kind", sa.String(12), nullable=False),
        sa.Column("to_id", BIG, nullable=False),
        sa.Column("about_code", sa.String(12), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("refused", sa.String(40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("next_try_at", TIME, nullable=False),
        sa.Column("send_before", TIME),
        sa.Column("unsure_since", TIME),
        sa.Column("settled_at", TIME),
        sa.Column("platform_id", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("call", sa.String(8), nullable=False),
        sa.Column("called_at", TIME),
        sa.Column("called_by", sa.Integer()),
        sa.ForeignKeyConstraint(["called_by"], ["staff.id"], name="fk_outbox_message_called_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_message"),
        sa.UniqueConstraint("key", name="uq_outbox_message_key"),
    )
    for columns in (
        ["state", "next_try_at"],
        ["to_kind", "to_id"],
        ["about_code"],
        ["queued_at"],
        ["platform_id"],
    ):
        op.create_index(f"ix_outbox_message_{'_'.join(columns)}", "outbox_message", columns)
    op.create_table(
        "outbox_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("message_id", BIG, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("staff_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_message.id"], name="fk_outbox_event_message_id_outbox_message"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_outbox_event_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_event"),
    )
    op.create_index("ix_outbox_event_message_id", "outbox_event", ["message_id"])
    op.create_table(
        "outbox_receipt",
        sa.Column("platform_id", sa.String(24), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("platform_id", name="pk_outbox_receipt"),
    )
    pace = op.create_table(
        "outbox_pace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("free_at", TIME, nullable=False),
        sa.Column("trouble", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_pace"),
    )
    op.execute(sa.insert(pace).values(id=1, free_at=sa.text("'2020-01-01 00:00:00'"), trouble=0))
    op.create_table(
        "outbox_halt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("scope", sa.String(12), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME),
        sa.Column("is_alarm", sa.Boolean(), nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("ended_by", sa.Integer()),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"], name="fk_outbox_halt_ended_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_halt"),
    )
    op.create_index("ix_outbox_halt_ended_at", "outbox_halt", ["ended_at"])


def downgrade() -> None:
    """Drop them; what was still to be sent is lost."""
    for table in ("outbox_event", "outbox_message", "outbox_receipt", "outbox_pace", "outbox_halt"):
        op.drop_table(table)
