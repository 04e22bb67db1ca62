"""Indexes by which lists of a year's responses and opinions are narrowed without reading the year."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OF_ROUND_AND_FORM = "ix_response_round_id_questionnaire_id"
RESPONSE: dict[str, list[str]] = {
    "ix_response_round_id_id": ["round_id", "id"],
    "ix_response_round_id_finished_at": ["round_id", "finished_at"],
    "ix_response_of_place": [
        "round_id",
        "place_code",
        "questionnaire_id",
        "status",
        "superseded_by",
        "id",
    ],
    "ix_response_of_unit": ["round_id", "subject_code", "id"],
    "ix_response_not_complete": ["round_id", "status", "id"],
}
OPINION: dict[str, list[str]] = {
    "ix_opinion_of_question": [
        "round_id",
        "question",
        "place_code",
        "id",
        "gone",
        "response_id",
        "questionnaire_id",
    ],
    "ix_opinion_of_unit": ["round_id", "unit_code", "id"],
    "ix_opinion_with_media": ["round_id", "id"],
}
# Few rows are in these.
ONLY = {
    "ix_response_of_unit": "subject_kind = 'unit'",
    "ix_response_not_complete": "status <> 'complete'",
    "ix_opinion_of_unit": "unit_code <> ''",
    "ix_opinion_with_media": "has_media",
}
# Nearly all rows are NULL there; with those in the index SQLite takes it for useless, and reads the table.
SPARSE = ("near_id", "merged_into", "item_number")
STANDING = ["state", "round_id", "place_code", "unit_code", "dimension", "question", "has_media", "near_id"]
STANDS = "gone = '' AND merged_into IS NULL"


def make(name: str, table: str, columns: list[str], where: str = "") -> None:
    """An index, of those rows that `where` is true of."""
    only = sa.text(where) if where else None
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)


def make_anew(name: str, table: str, columns: list[str], where: str = "") -> None:
    """The same name with other columns or rows."""
    op.drop_index(name, table_name=table)
    make(name, table, columns, where)


def upgrade() -> None:
    """Make them; some that were there are made anew."""
    make_anew(OF_ROUND_AND_FORM, "response", ["round_id", "questionnaire_id", "id"])
    make_anew("ix_opinion_standing", "opinion", [*STANDING, "id"], STANDS)
    for column in SPARSE:
        make_anew(f"ix_opinion_{column}", "opinion", [column], f"{column} IS NOT NULL")
    for table, indexes in (("response", RESPONSE), ("opinion", OPINION)):
        for name, columns in indexes.items():
            make(name, table, columns, ONLY.get(name, ""))


def downgrade() -> None:
    """Drop them; the others are as they were."""
    for table, indexes in (("response", RESPONSE), ("opinion", OPINION)):
        for name in indexes:
            op.drop_index(name, table_name=table)
    for column in SPARSE:
        make_anew(f"ix_opinion_{column}", "opinion", [column])
    make_anew("ix_opinion_standing", "opinion", STANDING, STANDS)
    make_anew(OF_ROUND_AND_FORM, "response", ["round_id", "questionnaire_id"])
