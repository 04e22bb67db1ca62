"""The index by which opinions are found by their words, and one by which the whole inbox is counted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS = sa.text("gone = '' AND merged_into IS NULL")
NARROWED_BY = [
    "state",
    "round_id",
    "place_code",
    "unit_code",
    "dimension",
    "question",
    "has_media",
    "near_id",
]
# Terms are ASCII already (`core.opinions.grams`). An external-content table keeps no second copy of them:
# https://www.sqlite.org/fts5.html#external_content_tables (read 2026-11)
FTS = (
    "CREATE VIRTUAL TABLE opinion_words_index USING fts5(grams, content='opinion_words',"
    " content_rowid='opinion_id', tokenize='ascii', columnsize=0)"
)
PUT = "INSERT INTO opinion_words_index(rowid, grams) VALUES (new.opinion_id, new.grams);"
TAKE = (
    "INSERT INTO opinion_words_index(opinion_words_index, rowid, grams)"
    " VALUES ('delete', old.opinion_id, old.grams);"
)
TRIGGERS = {"INSERT": PUT, "DELETE": TAKE, "UPDATE": TAKE + PUT}


def upgrade() -> None:
    """Make the index; the worker fills it, the newest opinions first."""
    op.create_table(
        "opinion_words",
        sa.Column("opinion_id", BIG, autoincrement=False, nullable=False),
        sa.Column("grams", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name="fk_opinion_words_opinion_id_opinion"),
        sa.PrimaryKeyConstraint("opinion_id", name="pk_opinion_words"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_opinion_words_grams", "opinion_words", ["grams"], postgresql_using="gin")
    else:
        op.execute(FTS)
        for act, does in TRIGGERS.items():
            name = f"opinion_words_{act.lower()}"
            op.execute(f"CREATE TRIGGER {name} AFTER {act} ON opinion_words BEGIN {does} END")
    op.create_index(
        "ix_opinion_standing", "opinion", NARROWED_BY, sqlite_where=STANDS, postgresql_where=STANDS
    )


def downgrade() -> None:
    """Drop both; opinions stay."""
    op.drop_index("ix_opinion_standing", table_name="opinion")
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE opinion_words_index")
    op.drop_table("opinion_words")
