"""
Slips: one-time tickets, known to the database only as keyed hashes and "used".

The ten characters exist on paper, in the platform's temporary code, and nowhere of ours. The hash is keyed
(HMAC, a key of its own wrapped by the data key): whoever has the database alone cannot try all characters.
"""

import hmac
import math
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.ballots.codes import new_slip, read_slip
from core.ballots.errors import AlreadyUsed, BadSlips, SlipRefused, TooManyTries
from core.ballots.models import BallotBox, BallotDraft, Slip
from core.clock import in_words
from core.people.keys import KeyRing, named_key
from core.people.models import WrappedKey
from core.rounds.catalog import RoundEntry
from core.rounds.models import Round
from core.signin.models import SignInFailure
from core.signin.throttle import Attempt, MustWait, count_attempt

SLIP_KEY = "ballot-slip"
MIN_SLIPS = 10
MAX_SLIPS = 5000
# The platform's limit for temporary codes.
QR_DAYS = 30
AUDIENCE = "leaders"


class Hasher:
    """The keyed hashes of the ballot, each with a word of its own so that none can stand for another."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def open(cls, session: Session, keys: KeyRing, now: datetime) -> "Hasher":
        """With the installation's key, made when it is first asked for."""
        return cls(named_key(session, keys, SLIP_KEY, now))

    @classmethod
    def known(cls, session: Session, keys: KeyRing) -> "Hasher | None":
        """With the installation's key; None as long as nobody asked for it. Writes nothing."""
        wrapped = session.scalar(select(WrappedKey.wrapped).where(WrappedKey.name == SLIP_KEY))
        return None if wrapped is None else cls(keys.unwrap(wrapped))

    def slip(self, code: str) -> str:
        """Of a slip's ten characters."""
        return self._hash("slip", code)

    def holder(self, kind: str, who: str) -> str:
        """Of a phone in the chat (`chat`, the person's hash) or a browser (`page`, its token)."""
        return self._hash(f"holder {kind}", who)

    def guesser(self, who: str) -> str:
        """Under which wrong slips are counted."""
        return self._hash("guesser", who)

    def _hash(self, what: str, value: str) -> str:
        return hmac.digest(self._key, f"{what}: {value}".encode(), "sha256").hex()


def qr_until(now: datetime) -> datetime:
    """When codes that are made now stop working."""
    return now + timedelta(days=QR_DAYS)


def refuse_early_printing(entry: Round, now: datetime, *, early: bool) -> None:
    """BadSlips when the codes would stop working before the round closes and nobody said that is meant."""
    ends = qr_until(now)
    if ends < entry.closes_at and not early:
        raise BadSlips(
            f"二维码最多用{QR_DAYS}天，现在印，{in_words(ends, now)}以后就扫不了了，而“{entry.name}”到"
            f"{in_words(entry.closes_at, now)}才结束。请晚些再印；一定要现在印，请加 --early，"
            "过期以后仍可输入纸票上的10个字符。"
        )


def new_codes(session: Session, round_id: int, count: int) -> list[str]:
    """
    New slips in random order, not stored yet; the only moment at which anybody but the paper knows them.

    BadSlips when there are too few to hide among, too many, or no ballot box to put ballots in.
    """
    if not MIN_SLIPS <= count <= MAX_SLIPS:
        raise BadSlips(f"一次要做{MIN_SLIPS}到{MAX_SLIPS}张：太少了，谁投的容易被猜出来。")
    if session.get(BallotBox, round_id) is None:
        raise BadSlips("还没有投票箱。请先定下见证人、发给他们钥匙：ballots witnesses。")
    made: set[str] = set()
    while len(made) < count:
        made.add(new_slip())
    codes = sorted(made)
    secrets.SystemRandom().shuffle(codes)
    return codes


def store_slips(session: Session, hasher: Hasher, round_id: int, codes: Sequence[str]) -> None:
    """Keep their keyed hashes, in the order of these, which has nothing to do with the order on paper."""
    rows = sorted(hasher.slip(code) for code in codes)
    session.execute(insert(Slip), [{"hash": row, "round_id": round_id, "used": False} for row in rows])


def make_slips(session: Session, hasher: Hasher, round_id: int, count: int) -> list[str]:
    """New slips, stored."""
    codes = new_codes(session, round_id, count)
    store_slips(session, hasher, round_id, codes)
    return codes


def find_slip(
    connection: Connection,
    hasher: Hasher,
    words: str,
    rounds: Sequence[RoundEntry],
    now: datetime,
    guesser: str,
) -> tuple[str, RoundEntry]:
    """
    The hash of an unused slip of an open round, and that round.

    SlipRefused for every other slip, in the same words and at the same cost; TooManyTries for who tried too
    often. The caller commits also when it is refused: the try is counted.
    """
    _count_try(connection, hasher, guesser, now)
    code = read_slip(words)
    hashed = hasher.slip(code or words[:64])
    row = connection.execute(select(Slip.round_id, Slip.used).where(Slip.hash == hashed)).first()
    entry = next((each for each in rounds if row is not None and each.id == row.round_id), None)
    if code is None or row is None or row.used or entry is None or not entry.is_open(now):
        _count_refusal(connection, rounds, now)
        raise SlipRefused
    forget_tries(connection, hasher, guesser)
    return hashed, entry


def _count_try(connection: Connection, hasher: Hasher, guesser: str, now: datetime) -> None:
    attempt = Attempt(hasher.guesser(guesser), hasher.guesser(f"{guesser} again"))
    with Session(bind=connection) as session:
        try:
            count_attempt(session, attempt, now)
        except MustWait as error:
            raise TooManyTries(error.seconds) from None
        finally:
            # Inside a savepoint the session has one of its own; closing it would take the count back.
            session.commit()


def forget_tries(connection: Connection, hasher: Hasher, guesser: str) -> None:
    """Whoever came with a good slip leaves no trace among those who guess."""
    names = (hasher.guesser(guesser), hasher.guesser(f"{guesser} again"))
    connection.execute(delete(SignInFailure).where(SignInFailure.key.in_(names)))


def use_slip(connection: Connection, hashed: str) -> None:
    """Mark it as used, once: AlreadyUsed for everybody who comes after the first."""
    changed = connection.execute(
        update(Slip).where(Slip.hash == hashed, Slip.used.is_(False)).values(used=True)
    )
    if changed.rowcount != 1:
        raise AlreadyUsed


def count_slips(connection: Connection, round_id: int) -> tuple[int, int]:
    """How many slips the round has, and how many are used."""
    mine = select(func.count()).where(Slip.round_id == round_id)
    return connection.scalar(mine) or 0, connection.scalar(mine.where(Slip.used)) or 0


def count_waiting(connection: Connection, round_id: int) -> int:
    """How many ballots are handed in and not in the urn yet."""
    waiting = select(func.count()).where(BallotDraft.round_id == round_id, BallotDraft.holder.is_(None))
    return connection.scalar(waiting) or 0


def qr_seconds(ends: datetime, now: datetime) -> int:
    """How long a temporary code made now may live, at most until `ends`, in whole seconds."""
    return max(1, math.floor(min(timedelta(days=QR_DAYS), ends - now).total_seconds()))


def _count_refusal(connection: Connection, rounds: Sequence[RoundEntry], now: datetime) -> None:
    """Counted on every box that could be meant; whose slip it was, if anybody's, is not looked at."""
    open_ids = [entry.id for entry in rounds if entry.is_open(now)]
    connection.execute(
        update(BallotBox).where(BallotBox.round_id.in_(open_ids)).values(refused=BallotBox.refused + 1)
    )
