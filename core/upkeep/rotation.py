"""
Changing the data key: everything that is encrypted with it is encrypted anew, a batch at a time.

The new key is put first in `MINYI_DATA_KEY`, the old one behind it, every process started again; then this.
A value that is under the newest key already is left alone, so it can be broken off and run again. Nobody is
locked out meanwhile: each value is readable under one of the keys at every moment. A value that somebody
changes at the same time is not overwritten.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select, update

from core.ballots.models import RosterName
from core.conversation.models import HelpRequest
from core.db.base import Base
from core.db.reading import reading
from core.liaisons.models import BindCode, Binding, Liaison
from core.opinions.models import ClosingAsk, Opinion, OutcomeWish
from core.people.keys import KeyRing, WrongDataKey
from core.people.models import WrappedKey
from core.rounds.models import Round
from core.signin.models import StaffTotp

BATCH = 200
# How often a batch is tried again that somebody else wrote into.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column whose values are encrypted with the data key; `title` is what people call them."""

    table: type[Base]
    column: str
    title: str

    @property
    def value(self) -> ColumnElement[Any]:
        """The column."""
        return self.table.__table__.c[self.column]

    @property
    def key(self) -> ColumnElement[Any]:
        """The column that names a row."""
        [key] = self.table.__table__.primary_key
        return key


# Every column that `KeyRing.wrap` writes. A test compares it with the tables.
SEALED = (
    Sealed(WrappedKey, "wrapped", "识别人的钥匙"),
    Sealed(Round, "account_key", "每次调查的钥匙"),
    Sealed(StaffTotp, "secret", "动态口令"),
    Sealed(HelpRequest, "phone", "等回电话的号码"),
    Sealed(Liaison, "name", "联络员姓名"),
    Sealed(Liaison, "phone", "联络员电话"),
    Sealed(Binding, "openid", "联络员的微信"),
    Sealed(BindCode, "sealed", "联络员的绑定码"),
    Sealed(Opinion, "original", "涂掉以前的原话"),
    Sealed(OutcomeWish, "openid", "想听结果的人的微信"),
    Sealed(RosterName, "name", "领导评价的名册"),
    Sealed(ClosingAsk, "voter_key", "办结评价的钥匙"),
)
# Encrypted, but not with the data key: their keys are in files of their own, and are destroyed.
OTHER_KEYS = frozenset({("ballot_draft", "content"), ("ballot_urn", "sealed"), ("ballot_box", "public_key")})


@dataclass(frozen=True, slots=True)
class Standing:
    """How many values of a column are under the newest key, under an older one, and under none of them."""

    sealed: Sealed
    newest: int
    older: int
    lost: int


def standing(engine: Engine, keys: KeyRing) -> list[Standing]:
    """How every column stands; changes nothing."""
    with reading(engine) as connection:
        return [_standing(connection, keys, each) for each in SEALED]


def count_sealed(connection: Connection) -> int:
    """How many encrypted values there are."""
    counts = (select(func.count()).select_from(each.table).where(each.value.is_not(None)) for each in SEALED)
    return sum(connection.scalar(count) or 0 for count in counts)


def rotate(engine: Engine, keys: KeyRing, step: Callable[[int], None] = lambda _count: None) -> int:
    """
    Encrypt anew whatever is under an older key; how many values were.

    `step` is told after each batch how many values were looked at. What no key opens is left as it is, see
    `standing`.
    """
    return sum(_rotate_column(engine, keys, each, step) for each in SEALED)


def _rotate_column(engine: Engine, keys: KeyRing, sealed: Sealed, step: Callable[[int], None]) -> int:
    changed, after = 0, None
    while True:
        with engine.begin() as connection:
            rows = _batch(connection, sealed, after)
            for row in rows:
                changed += _rotate_value(connection, keys, sealed, row.key, row.value)
        if not rows:
            return changed
        step(len(rows))
        after = rows[-1].key


def _batch(connection: Connection, sealed: Sealed, after: Any) -> list[Any]:
    query = select(sealed.key.label("key"), sealed.value.label("value")).where(sealed.value.is_not(None))
    if after is not None:
        query = query.where(sealed.key > after)
    return list(connection.execute(query.order_by(sealed.key).limit(BATCH)))


def _rotate_value(
    connection: Connection, keys: KeyRing, sealed: Sealed, key: Any, value: bytes | None
) -> int:
    for _ in range(TRIES):
        if value is None or keys.is_newest(value):
            return 0
        try:
            fresh = keys.wrap(keys.unwrap(value))
        except WrongDataKey:
            return 0
        changed = connection.execute(
            update(sealed.table)
            .where(sealed.key == key, sealed.value == value)
            .values({sealed.column: fresh})
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount:
            return 1
        # Somebody else wrote it in between: with which key is looked at once more.
        value = connection.scalar(select(sealed.value).where(sealed.key == key))
    return 0


def _standing(connection: Connection, keys: KeyRing, sealed: Sealed) -> Standing:
    newest = older = lost = 0
    after = None
    while rows := _batch(connection, sealed, after):
        for row in rows:
            if keys.is_newest(row.value):
                newest += 1
                continue
            try:
                keys.unwrap(row.value)
                older += 1
            except WrongDataKey:
                lost += 1
        after = rows[-1].key
    return Standing(sealed, newest, older, lost)
