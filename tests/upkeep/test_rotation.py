"""Changing the data key, at rest, broken off, and while people write."""

import multiprocessing
import os

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, LargeBinary, select
from sqlalchemy.orm import Session

from core.conversation.models import HelpRequest
from core.db.engine import open_engine
from core.liaisons.models import Liaison
from core.people.keys import KeyRing, named_key
from core.people.models import Staff
from core.rounds.models import Round
from core.signin.models import StaffTotp
from core.tables import metadata
from core.upkeep import rotation
from core.upkeep.rotation import BATCH, OTHER_KEYS, SEALED, count_sealed, rotate, standing
from tests.hand_clock import START

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
BEFORE, BETWEEN, AFTER = KeyRing(OLD), KeyRing(f"{NEW},{OLD}"), KeyRing(NEW)
PHONES = BATCH + 50


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Something of most kinds, under the old key."""
    with Session(engine) as session, session.begin():
        named_key(session, BEFORE, "person", START)
        session.add(Staff(id=1, name="王", role="office", password_hash="x", created_at=START))
        session.flush()
        session.add(StaffTotp(staff_id=1, secret=BEFORE.wrap(b"secret"), created_at=START, last_step=0))
        names = {"name": BEFORE.wrap("李小红".encode()), "phone": BEFORE.wrap(b"13800138000")}
        session.add(Liaison(subject_code="U001", kind="liaison", added_at=START, **names))
        session.add(
            Round(
                id=1, name="今年", state="open", opens_at=START, closes_at=START, created_at=START,
                account_key=BEFORE.wrap(b"the round's own key"),
            )
        )  # fmt: skip
        session.add(HelpRequest(id=PHONES + 1, person="nobody", at=START, phone=None))
        session.add_all(
            HelpRequest(id=number, person="p", at=START, phone=BEFORE.wrap(str(number).encode()))
            for number in range(1, PHONES + 1)
        )
    return engine


def phones(engine: Engine, keys: KeyRing) -> list[str]:
    with Session(engine) as session:
        stored = session.scalars(select(HelpRequest.phone).order_by(HelpRequest.id))
        return [keys.unwrap(each).decode() for each in stored if each is not None]


def test_every_encrypted_column_is_known(engine: Engine) -> None:
    """A new column of bytes has to say which key opens it."""
    of_bytes = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }

    known = {(each.table.__tablename__, each.column) for each in SEALED}

    assert known | OTHER_KEYS >= of_bytes
    assert known & OTHER_KEYS == set()


def test_everything_opens_with_the_new_key_alone(filled: Engine) -> None:
    with Session(filled) as session:
        person_key = named_key(session, BEFORE, "person", START)
    seen: list[int] = []

    changed = rotate(filled, BETWEEN, seen.append)

    with filled.connect() as connection:
        assert changed == sum(seen) == count_sealed(connection) == PHONES + 5
    assert phones(filled, AFTER) == [str(number) for number in range(1, PHONES + 1)]
    with Session(filled) as session:
        assert named_key(session, AFTER, "person", START) == person_key
        liaison = session.scalars(select(Liaison)).one()
        # What people are hashed under stays what it was, or nobody would be recognised again.
        assert AFTER.unwrap(session.get_one(Round, 1).account_key) == b"the round's own key"
        assert AFTER.unwrap(liaison.name).decode() == "李小红"
        assert AFTER.unwrap(session.scalars(select(StaffTotp)).one().secret) == b"secret"
    assert all(each.older == each.lost == 0 for each in standing(filled, AFTER))


def test_a_second_run_has_nothing_to_do(filled: Engine) -> None:
    rotate(filled, BETWEEN)

    assert rotate(filled, BETWEEN) == 0


def _killed_while_rotating(url: str, data_key: str, batches: int) -> None:
    engine = open_engine(url)
    left = [batches]

    def step(_count: int) -> None:
        left[0] -= 1
        if not left[0]:
            os._exit(9)

    rotate(engine, KeyRing(data_key), step)


@pytest.mark.parametrize("batches", [1, 3, 4])
def test_killed_half_way_it_goes_on_where_it_was(filled: Engine, database_url: str, batches: int) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_killed_while_rotating, args=(database_url, f"{NEW},{OLD}", batches)
    )
    process.start()
    process.join()
    assert process.exitcode == 9

    between = phones(filled, BETWEEN)
    left = sum(each.older for each in standing(filled, BETWEEN))
    changed = rotate(filled, BETWEEN)

    assert between == [str(number) for number in range(1, PHONES + 1)]
    assert 0 < changed == left < PHONES + 5
    assert phones(filled, AFTER) == between


def test_what_no_key_opens_is_left_and_told(filled: Engine) -> None:
    lost = KeyRing(Fernet.generate_key().decode()).wrap(b"x")
    with Session(filled) as session, session.begin():
        session.get_one(HelpRequest, 7).phone = lost

    changed = rotate(filled, BETWEEN)

    assert changed == PHONES + 4
    assert sum(each.lost for each in standing(filled, BETWEEN)) == 1
    with Session(filled) as session:
        assert session.get_one(HelpRequest, 7).phone == lost


def test_a_value_changed_at_the_same_time_is_not_overwritten(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch was read; then somebody gives another number, still under the old key."""
    read = rotation._batch

    def read_and_changed(connection: object, sealed: rotation.Sealed, after: object) -> list[object]:
        rows = read(connection, sealed, after)  # type: ignore[arg-type]
        if sealed.table is HelpRequest and rows and after is None:
            changed = HelpRequest.__table__.update().where(HelpRequest.id == 3)  # type: ignore[attr-defined]
            connection.execute(changed.values(phone=BEFORE.wrap(b"another")))  # type: ignore[attr-defined]
        return rows

    monkeypatch.setattr(rotation, "_batch", read_and_changed)
    rotate(filled, BETWEEN)
    monkeypatch.undo()

    assert phones(filled, AFTER)[2] == "another"
