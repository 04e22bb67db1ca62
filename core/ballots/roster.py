"""
The roster, if an office wants one: who was invited, and who said themselves that they took part.

It is ticked only on their own word, by somebody of the office, and knows nothing of slips or ballots. So a
tick proves nothing and a missing one accuses nobody; there are no times in it. Names lie encrypted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.ballots.models import RosterName
from core.errors import NotFound
from core.people.keys import KeyRing
from core.sheets import Column, Row

# How every value encrypted by Fernet begins: its version, 0x80, and a time before the year 2106, in base64.
# https://github.com/fernet/spec/blob/master/Spec.md (read 2026-11)
SEALED = b"gAAAA"
COLUMNS = (
    Column("name", "名称", aliases=("姓名", "单位", "评价人"), required=True, unique=True, max_chars=60),
)


class NotOnRoster(NotFound):
    """Nobody of this name was invited."""

    say = "名册上没有这个名称，请照名册上的写法写。"


def load_roster(session: Session, keys: KeyRing, round_id: int, rows: Sequence[Row]) -> tuple[int, int]:
    """Make the roster what the file says, keeping ticks. How many were added, and how many left."""
    wanted = [row.text("name") for row in rows]
    there = {listed.name: listed.key for listed in _listed(session, keys, round_id)}
    gone = [key for name, key in there.items() if name not in set(wanted)]
    session.execute(delete(RosterName).where(RosterName.key.in_(gone)))
    fresh = [name for name in wanted if name not in there]
    session.add_all(RosterName(round_id=round_id, name=keys.wrap(name.encode())) for name in fresh)
    session.flush()
    return len(fresh), len(gone)


def tick(session: Session, keys: KeyRing, round_id: int, name: str, *, took_part: bool = True) -> None:
    """They said that they took part; or that this was noted by mistake. NotOnRoster for any other name."""
    found = next((listed for listed in _listed(session, keys, round_id) if listed.name == name), None)
    if found is None:
        raise NotOnRoster
    only = update(RosterName).where(RosterName.key == found.key)
    session.execute(only.values(took_part=took_part))


def roster_of(session: Session, keys: KeyRing, round_id: int) -> list[tuple[str, bool]]:
    """(name, took part) in the order of names."""
    return sorted((listed.name, listed.took_part) for listed in _listed(session, keys, round_id))


def seal_old(session: Session, keys: Callable[[], KeyRing]) -> int:
    """
    Encrypt names that an older program left as they are; how many. Done once, after migration 0029.

    `keys` is asked only when there are any.
    """
    rows = session.execute(select(RosterName.key, RosterName.name)).all()
    plain = [row for row in rows if not row.name.startswith(SEALED)]
    ring = keys() if plain else None
    for row in plain:
        assert ring is not None, "there is something to seal"
        session.execute(update(RosterName).where(RosterName.key == row.key).values(name=ring.wrap(row.name)))
    return len(plain)


@dataclass(frozen=True, slots=True)
class _Listed:
    key: str
    name: str
    took_part: bool


def _listed(session: Session, keys: KeyRing, round_id: int) -> list[_Listed]:
    """A few hundred at most, so they are all opened."""
    rows = session.execute(
        select(RosterName.key, RosterName.name, RosterName.took_part).where(RosterName.round_id == round_id)
    )
    return [_Listed(row.key, keys.unwrap(row.name).decode(), row.took_part) for row in rows]
