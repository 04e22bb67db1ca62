"""0012 adds items beside the media that are there, and lets an item hold a file."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

MEDIA = (
    "INSERT INTO media (key, kind, media_id, received_at, state, attempts, next_try_at, reason, file_type,"
    " question, item) VALUES ('k1', 'photo', 'm1', '2026-12-01 01:00:00', 'waiting', 0,"
    " '2026-12-01 01:00:00', '', '', '', '')"
)
ITEM = (
    "INSERT INTO item (number, state, lead_code, text, category, source, source_number, origin,"
    " first_deadline, deadline, county_first, measures, percent, why, why_words, handed_at, moved_at,"
    " version) VALUES (12, 'assigned', '451228', '路坏了', '交通', '2026年度', '12', '', '2026-12-31',"
    " '2026-12-31', :no, '', 0, '', '', '2026-12-01 01:00:00', '2026-12-01 01:00:00', 1)"
)
ACT = (
    "INSERT INTO item_act (id, item_number, act, state, at, effective_at, author_kind, author_code, origin,"
    " details) VALUES (1, 12, 'assign', 'assigned', '2026-12-01 01:00:00', '2026-12-01 01:00:00', 'office',"
    " '', 'web', '{}')"
)


def load_before(connection: Connection) -> None:
    """A photo."""
    connection.execute(text(MEDIA))


def check_after_upgrade(connection: Connection) -> None:
    """It is there still, and nothing but its questionnaire holds it."""
    assert connection.execute(text("SELECT held_by FROM media")).scalar_one() == ""


def load_after(connection: Connection) -> None:
    """An item with all that hangs on it."""
    connection.execute(text(ITEM), {"no": False})
    connection.execute(text("INSERT INTO item_assist VALUES (12, 'U024')"))
    connection.execute(text(ACT))
    connection.execute(text("INSERT INTO item_file VALUES ('k1', 12, 1, 'photo', '2026-12-01 01:00:00')"))
    connection.execute(text("UPDATE media SET held_by = 'item'"))


def check_after_downgrade(connection: Connection) -> None:
    """The photo is there still."""
    assert connection.execute(text("SELECT count(*) FROM media")).scalar_one() == 1
