"""
The mixer: what lies between "handed in" and "in the urn", so that nothing joins the two.

All waiting ballots of a round are unwrapped in memory and written into the urn in random order under random
keys, and the wrapped ones deleted, in one transaction of its own; afterwards their keys are destroyed. It
happens when `ENOUGH` wait, and once more after closing. Whoever looks at the database, a backup or the
write-ahead log later can tell only that a ballot is one of those of its batch: never fewer than `LEAST`.

A crash leaves either everything waiting or everything mixed; `finish` destroys the keys a crash left.
"""

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, insert, select

from core.ballots.draft_keys import DraftKeys
from core.ballots.drafts import doom, let_go_of_old
from core.ballots.models import BallotBox, BallotDraft, DeadKey, UrnBallot
from core.ballots.sealing import CannotOpen, unwrap
from core.rounds.models import Round

log = logging.getLogger(__name__)

# So many wait before they are mixed while the round is open.
ENOUGH = 20
# Fewer than this are never put into the urn as a batch: too few to hide among.
LEAST = 10
# A key that belongs to no row may be of a turn that is just being committed.
STRAY_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Mixed:
    """What one call did. `held_back`: too few remained after closing; `lost`: their keys are gone."""

    mixed: int = 0
    held_back: int = 0
    lost: int = 0


def mix_due(engine: Engine, keys: DraftKeys, now: datetime) -> Mixed:
    """Mix every round that is due, each in its own transaction; safe to call at any time, by several."""
    done = Mixed()
    with engine.connect().execution_options(read_only=True) as connection:
        round_ids = connection.scalars(select(BallotBox.round_id)).all()
    for round_id in round_ids:
        found = _mix(engine, keys, round_id, now)
        done = Mixed(done.mixed + found.mixed, done.held_back + found.held_back, done.lost + found.lost)
    return done


def finish(engine: Engine, keys: DraftKeys, now: datetime) -> None:
    """Destroy what a crash or a finished ballot left: dead keys, stray keys, drafts older than a week."""
    with engine.begin() as connection:
        let_go_of_old(connection, now)
    _destroy_dead(engine, keys)
    _destroy_strays(engine, keys)


def _mix(engine: Engine, keys: DraftKeys, round_id: int, now: datetime) -> Mixed:
    with engine.begin() as connection:
        outcome = _mix_in(connection, keys, round_id, now)
    # Only now: had the commit failed, the keys would still be needed.
    _destroy_dead(engine, keys)
    if outcome.mixed:
        log.info("ballots_mixed", extra={"round_id": round_id})
    if outcome.lost:
        log.error("ballot_keys_lost", extra={"round_id": round_id, "ballots": outcome.lost})
    return outcome


def _mix_in(connection: Connection, keys: DraftKeys, round_id: int, now: datetime) -> Mixed:
    # Two mixers take turns; who waits finds nothing left.
    box = connection.execute(
        select(BallotBox.paper_marked, BallotBox.paper_keyed)
        .where(BallotBox.round_id == round_id)
        .with_for_update()
    ).one()
    entry = connection.execute(select(Round.state, Round.closes_at).where(Round.id == round_id)).one()
    # While paper ballots are still to be keyed in, more will come.
    is_over = (entry.state == "closed" or now >= entry.closes_at) and box.paper_keyed == box.paper_marked
    waiting = connection.execute(
        select(BallotDraft.id, BallotDraft.key_name, BallotDraft.content)
        .where(BallotDraft.round_id == round_id, BallotDraft.holder.is_(None))
        .with_for_update()
    ).all()
    readable: dict[str, bytes] = {}
    for row in waiting:
        sealed = _unwrapped(keys, row.key_name, row.content)
        if sealed is not None:
            readable[row.id] = sealed
    lost = len(waiting) - len(readable)
    if len(readable) < (LEAST if is_over else ENOUGH):
        return Mixed(held_back=len(readable) if is_over else 0, lost=lost)
    put_into_urn(connection, round_id, readable.values())
    connection.execute(delete(BallotDraft).where(BallotDraft.id.in_(readable)))
    doom(connection, [row.key_name for row in waiting if row.id in readable])
    return Mixed(mixed=len(readable), lost=lost)


def put_into_urn(connection: Connection, round_id: int, sealed: Iterable[bytes]) -> None:
    """Write them in random order under random keys."""
    shuffled = list(sealed)
    secrets.SystemRandom().shuffle(shuffled)
    connection.execute(
        insert(UrnBallot),
        [{"key": secrets.token_hex(16), "round_id": round_id, "sealed": each} for each in shuffled],
    )


def _unwrapped(keys: DraftKeys, name: str, content: bytes) -> bytes | None:
    key = keys.get(name)
    if key is None:
        return None
    try:
        return unwrap(content, key)
    except CannotOpen:
        return None


def _destroy_dead(engine: Engine, keys: DraftKeys) -> None:
    """Remove the files of dead keys, then their names. In this order: a crash between does it once more."""
    with engine.connect().execution_options(read_only=True) as connection:
        names = list(connection.scalars(select(DeadKey.name)))
    if not names:
        return
    keys.destroy(names)
    with engine.begin() as connection:
        connection.execute(delete(DeadKey).where(DeadKey.name.in_(names)))


def _destroy_strays(engine: Engine, keys: DraftKeys) -> None:
    """Keys of turns that failed after they were made, and those of replies nobody will ask for again."""
    stale = dict(keys.stale(STRAY_AFTER.total_seconds()))
    if not stale:
        return
    with engine.connect().execution_options(read_only=True) as connection:
        in_use = set(connection.scalars(select(BallotDraft.key_name)))
    keys.destroy(name for name in stale if name not in in_use)
