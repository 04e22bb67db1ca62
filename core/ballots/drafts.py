"""
Ballots on their way: drafts that are filled in, sealed ballots that wait to be mixed.

While a ballot is filled in its row hangs on its holder (a phone, a browser) and its content is encrypted with
a key that only a file outside the database has. Handing in replaces the content by the ballot sealed to the
round's key and wrapped with that same draft key, marks the slip, and cuts the row loose from holder and slip;
all of it in the caller's transaction.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from core.ballots.ballot import Ballot
from core.ballots.contents import Cast, Sizes, ballot_bytes, draft_bytes, read_draft
from core.ballots.draft_keys import DraftKeys
from core.ballots.models import BallotBox, BallotDraft, DeadKey
from core.ballots.sealing import CannotOpen, seal, unwrap, wrap
from core.ballots.slips import use_slip

# So long a ballot that is not handed in is kept.
KEEP_DAYS = 7
KEEP = timedelta(days=KEEP_DAYS)


@dataclass(frozen=True, slots=True)
class Held:
    """A ballot being filled in, as its holder finds it. `ballot` is None when its key is gone with a disk."""

    id: str
    round_id: int
    key_name: str
    slip: str
    touched_at: datetime
    ballot: Ballot | None


def find_draft(connection: Connection, keys: DraftKeys, holder: str) -> Held | None:
    """The holder's ballot, decrypted; None when they hold none."""
    row = connection.execute(select(BallotDraft.__table__).where(BallotDraft.holder == holder)).first()
    if row is None:
        return None
    key = keys.get(row.key_name)
    ballot = None
    if key is not None:
        try:
            ballot = read_draft(unwrap(row.content, key))
        except CannotOpen:
            ballot = None
    return Held(row.id, row.round_id, row.key_name, row.slip, row.touched_at, ballot)


def new_draft(
    connection: Connection,
    keys: DraftKeys,
    sizes: Sizes,
    *,
    holder: str,
    slip: str,
    round_id: int,
    ballot: Ballot,
    now: datetime,
) -> Held:
    """Begin a ballot. The holder must hold none."""
    name, key = keys.new()
    id_ = secrets.token_hex(16)
    connection.execute(
        insert(BallotDraft).values(
            id=id_,
            round_id=round_id,
            key_name=name,
            content=wrap(draft_bytes(ballot, sizes), key),
            holder=holder,
            slip=slip,
            touched_at=now,
        )
    )
    return Held(id_, round_id, name, slip, now, ballot)


def keep(
    connection: Connection, keys: DraftKeys, sizes: Sizes, held: Held, ballot: Ballot, now: datetime
) -> None:
    """Store how far the ballot is; CannotOpen when its key is gone."""
    content = wrap(draft_bytes(ballot, sizes), _key_of(keys, held))
    connection.execute(
        update(BallotDraft).where(BallotDraft.id == held.id).values(content=content, touched_at=now)
    )


def give_other_slip(connection: Connection, held: Held, slip: str) -> Held:
    """The same ballot on another slip."""
    connection.execute(update(BallotDraft).where(BallotDraft.id == held.id).values(slip=slip))
    return replace(held, slip=slip)


def hand_in(connection: Connection, keys: DraftKeys, sizes: Sizes, held: Held, cast: Cast) -> None:
    """
    Seal, wrap, mark the slip as used. AlreadyUsed when somebody was first; then nothing is written here.

    The caller has made sure that the round is open. Nothing of when, who or which slip stays in the row.
    """
    use_slip(connection, held.slip)
    wrapped = wrap(
        seal(ballot_bytes(cast, sizes), _public_key(connection, held.round_id)), _key_of(keys, held)
    )
    connection.execute(
        update(BallotDraft)
        .where(BallotDraft.id == held.id)
        .values(content=wrapped, holder=None, slip=None, touched_at=None)
    )


def hand_in_paper(connection: Connection, keys: DraftKeys, sizes: Sizes, round_id: int, cast: Cast) -> None:
    """A paper ballot that was keyed in: sealed, wrapped and waiting like any other."""
    name, key = keys.new()
    wrapped = wrap(seal(ballot_bytes(cast, sizes), _public_key(connection, round_id)), key)
    connection.execute(
        insert(BallotDraft).values(
            id=secrets.token_hex(16), round_id=round_id, key_name=name, content=wrapped,
            holder=None, slip=None, touched_at=None,
        )
    )  # fmt: skip


def let_go(connection: Connection, drafts: Sequence[tuple[str, str]]) -> None:
    """Delete drafts, given as (id, key name); their keys are to be destroyed once this is committed."""
    if not drafts:
        return
    ids, names = zip(*drafts, strict=True)
    connection.execute(delete(BallotDraft).where(BallotDraft.id.in_(ids)))
    doom(connection, names)


def doom(connection: Connection, names: Sequence[str]) -> None:
    """Note that these keys are needed no more; `sweeping.destroy_dead_keys` removes the files."""
    # In an order that has nothing to do with whatever else this transaction writes.
    rows = [{"name": name} for name in sorted(names)]
    connection.execute(insert(DeadKey), rows)


def let_go_of_old(connection: Connection, now: datetime) -> int:
    """Delete drafts nobody touched for a week; how many there were."""
    old = connection.execute(
        select(BallotDraft.id, BallotDraft.key_name).where(
            BallotDraft.holder.is_not(None), BallotDraft.touched_at < now - KEEP
        )
    ).all()
    let_go(connection, [(row.id, row.key_name) for row in old])
    return len(old)


def _key_of(keys: DraftKeys, held: Held) -> bytes:
    key = keys.get(held.key_name)
    if key is None:
        raise CannotOpen(held.key_name)
    return key


def _public_key(connection: Connection, round_id: int) -> bytes:
    found = connection.scalar(select(BallotBox.public_key).where(BallotBox.round_id == round_id))
    if found is None:
        raise LookupError(f"round {round_id} has no ballot box")
    return found
