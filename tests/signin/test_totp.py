"""The second factor: a code is good once and for a moment, a recovery code once."""

import threading
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.config import Settings
from core.errors import Refused
from core.people.keys import KeyRing
from core.people.models import Staff
from core.signin.models import RecoveryCode, StaffTotp
from core.signin.totp import (
    NotBegun,
    WrongCode,
    address_of,
    begin,
    check,
    confirm,
    new_recovery_codes,
    reset,
    standing,
)
from tests.hand_clock import START

STEP = timedelta(seconds=30)


@pytest.fixture
def keys(settings: Settings) -> KeyRing:
    return KeyRing(settings.data_key)


@pytest.fixture
def staff_id(engine: Engine) -> int:
    with Session(engine) as session, session.begin():
        staff = Staff(name="王", role="office", password_hash="x", created_at=START)
        session.add(staff)
        session.flush()
        return staff.id


@pytest.fixture
def secret(engine: Engine, keys: KeyRing, staff_id: int) -> str:
    """A second factor that is set up, by a code of the step before START."""
    with Session(engine) as session, session.begin():
        made = begin(session, keys, staff_id, START)
        confirm(session, keys, staff_id, code(made, START - STEP), START)
    return made


def code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def let_in(engine: Engine, keys: KeyRing, staff_id: int, typed: str, at: datetime = START) -> str | None:
    with Session(engine) as session, session.begin():
        return check(session, keys, staff_id, typed, at)


def test_it_counts_only_after_a_first_code(engine: Engine, keys: KeyRing, staff_id: int) -> None:
    with Session(engine) as session, session.begin():
        made = begin(session, keys, staff_id, START)
        assert begin(session, keys, staff_id, START) == made
        assert not standing(session.connection(), staff_id).is_on
        assert check(session, keys, staff_id, code(made, START), START) is None
        with pytest.raises(WrongCode):
            confirm(session, keys, staff_id, "000000", START)

        codes = confirm(session, keys, staff_id, code(made, START), START)

        assert standing(session.connection(), staff_id).is_on
        assert standing(session.connection(), staff_id).recovery_codes == len(set(codes)) == 10
        with pytest.raises(NotBegun):
            confirm(session, keys, staff_id, code(made, START + STEP), START + STEP)
        with pytest.raises(Refused):
            begin(session, keys, staff_id, START)


def test_a_secret_that_waited_is_not_shown_again(engine: Engine, keys: KeyRing, staff_id: int) -> None:
    """Or somebody who saw the page once would know what its owner confirms a week later."""
    with Session(engine) as session, session.begin():
        seen = begin(session, keys, staff_id, START)
        soon, later = START + timedelta(minutes=9), START + timedelta(minutes=11)
        assert begin(session, keys, staff_id, soon, renew=True) == seen

        fresh = begin(session, keys, staff_id, later, renew=True)

        assert fresh != seen
        assert begin(session, keys, staff_id, later) == fresh
        with pytest.raises(WrongCode):
            confirm(session, keys, staff_id, code(seen, later), later)
        confirm(session, keys, staff_id, code(fresh, later), later)


def test_a_code_of_the_moment_and_its_neighbours_is_taken(
    engine: Engine, keys: KeyRing, staff_id: int, secret: str
) -> None:
    later = START + timedelta(hours=1)
    assert let_in(engine, keys, staff_id, code(secret, later - 2 * STEP), later) is None
    assert let_in(engine, keys, staff_id, code(secret, later + 2 * STEP), later) is None
    assert let_in(engine, keys, staff_id, code(secret, later - STEP), later) == "totp"
    assert let_in(engine, keys, staff_id, code(secret, later), later) == "totp"
    assert let_in(engine, keys, staff_id, code(secret, later + STEP), later) == "totp"


def test_no_code_is_taken_twice_nor_an_earlier_one_after_a_later(
    engine: Engine, keys: KeyRing, staff_id: int, secret: str
) -> None:
    assert let_in(engine, keys, staff_id, code(secret, START + STEP), START) == "totp"

    assert let_in(engine, keys, staff_id, code(secret, START + STEP), START) is None
    assert let_in(engine, keys, staff_id, code(secret, START), START) is None


def test_two_at_once_with_one_code_are_one(engine: Engine, keys: KeyRing, staff_id: int, secret: str) -> None:
    outcomes: list[str | None] = []
    start = threading.Barrier(2)

    def try_it() -> None:
        start.wait(10)
        outcomes.append(let_in(engine, keys, staff_id, code(secret, START)))

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes, key=str) == [None, "totp"]


def test_digits_are_read_as_people_type_them(
    engine: Engine, keys: KeyRing, staff_id: int, secret: str
) -> None:
    digits = code(secret, START)
    typed = f"{digits[:3]} {digits[3:]}".translate({ord("0") + n: ord("０") + n for n in range(10)})

    assert let_in(engine, keys, staff_id, typed) == "totp"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "—", "1" * 5000, "\x00"])
def test_nonsense_is_no_code(engine: Engine, keys: KeyRing, staff_id: int, secret: str, typed: str) -> None:
    assert let_in(engine, keys, staff_id, typed) is None


def test_a_recovery_code_is_good_once_however_it_is_typed(
    engine: Engine, keys: KeyRing, staff_id: int, secret: str
) -> None:
    with Session(engine) as session, session.begin():
        codes = new_recovery_codes(session, staff_id)

    assert let_in(engine, keys, staff_id, codes[0].lower().replace("-", " ")) == "recovery"
    assert let_in(engine, keys, staff_id, codes[0]) is None
    with engine.connect() as connection:
        assert standing(connection, staff_id).recovery_codes == 9


def test_new_recovery_codes_replace_the_old_ones(
    engine: Engine, keys: KeyRing, staff_id: int, secret: str
) -> None:
    with Session(engine) as session, session.begin():
        old = new_recovery_codes(session, staff_id)
        new_recovery_codes(session, staff_id)

    assert let_in(engine, keys, staff_id, old[0]) is None


def test_after_a_reset_nothing_is_left(engine: Engine, keys: KeyRing, staff_id: int, secret: str) -> None:
    with Session(engine) as session, session.begin():
        assert reset(session, staff_id)
        assert not reset(session, staff_id)
        assert session.scalars(select(RecoveryCode)).all() == []

    assert let_in(engine, keys, staff_id, code(secret, START)) is None


def test_neither_secret_nor_recovery_codes_lie_open(
    engine: Engine, keys: KeyRing, staff_id: int, secret: str
) -> None:
    with Session(engine) as session, session.begin():
        codes = new_recovery_codes(session, staff_id)
        stored = session.scalars(select(StaffTotp.secret)).one()
        hashes = set(session.scalars(select(RecoveryCode.code_hash)))

    assert secret.encode() not in stored
    assert not any(each.replace("-", "") in str(hashes) for each in codes)


def test_the_app_reads_issuer_and_account(secret: str) -> None:
    found = pyotp.parse_uri(address_of(secret, "王小明"))

    assert (found.issuer, found.name) == ("民意", "王小明")
