"""
The roster, if an office wants one: who was invited, and who said themselves that they took part.

It is ticked only on their own word, by somebody of the office, and knows nothing of slips or ballots. So a
tick proves nothing and a missing one accuses nobody; there are no times in it.
"""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.ballots.models import RosterName
from core.errors import NotFound
from core.sheets import Column, Row

COLUMNS = (
    Column("name", "名称", aliases=("姓名", "单位", "评价人"), required=True, unique=True, max_chars=60),
)


class NotOnRoster(NotFound):
    """Nobody of this name was invited."""

    say = "名册上没有这个名称，请照名册上的写法写。"


def load_roster(session: Session, round_id: int, rows: Sequence[Row]) -> tuple[int, int]:
    """Make the roster what the file says, keeping ticks. How many were added, and how many left."""
    wanted = [row.text("name") for row in rows]
    there = set(session.scalars(select(RosterName.name).where(RosterName.round_id == round_id)))
    gone = there - set(wanted)
    session.execute(delete(RosterName).where(RosterName.round_id == round_id, RosterName.name.in_(gone)))
    fresh = [name for name in wanted if name not in there]
    session.add_all(RosterName(round_id=round_id, name=name) for name in fresh)
    session.flush()
    return len(fresh), len(gone)


def tick(session: Session, round_id: int, name: str, *, took_part: bool = True) -> None:
    """They said that they took part; or that this was noted by mistake. NotOnRoster for any other name."""
    changed = session.connection().execute(
        update(RosterName)
        .where(RosterName.round_id == round_id, RosterName.name == name)
        .values(took_part=took_part)
    )
    if changed.rowcount != 1:
        raise NotOnRoster


def roster_of(session: Session, round_id: int) -> list[tuple[str, bool]]:
    """(name, took part) in the order of names."""
    found = session.execute(
        select(RosterName.name, RosterName.took_part)
        .where(RosterName.round_id == round_id)
        .order_by(RosterName.name)
    )
    return [(row.name, row.took_part) for row in found]
