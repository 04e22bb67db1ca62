"""Hash keys: wrapped at rest, the same for all processes, never changed by a new data key."""

import threading
import time

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.people.keys import KeyRing, WrongDataKey, named_key, person_hash
from core.people.models import WrappedKey
from tests.hand_clock import START

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_a_key_is_made_once_and_stored_wrapped(engine: Engine) -> None:
    keys = KeyRing(OLD)

    with Session(engine) as session, session.begin():
        first = named_key(session, keys, "person", START)
    with Session(engine) as session:
        again = named_key(session, keys, "person", START)
        wrapped = session.scalars(select(WrappedKey.wrapped)).one()

    assert first == again
    assert len(first) == 32
    assert first not in wrapped


def test_other_names_are_other_keys(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        assert named_key(session, KeyRing(OLD), "a", START) != named_key(session, KeyRing(OLD), "b", START)


def test_processes_that_ask_at_once_get_the_same_key(engine: Engine) -> None:
    keys, got = KeyRing(OLD), []
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        with Session(engine) as session, session.begin():
            got.append(named_key(session, keys, "person", START))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 4
    assert len(set(got)) == 1
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(WrappedKey)) == 1


def test_a_new_data_key_in_front_opens_what_the_old_one_closed() -> None:
    wrapped = KeyRing(OLD).wrap(b"key")

    assert KeyRing(f"{NEW},{OLD}").unwrap(wrapped) == b"key"
    assert KeyRing(NEW).unwrap(KeyRing(f"{NEW},{OLD}").wrap(b"key")) == b"key"


def test_without_the_old_data_key_it_is_said_what_is_wrong() -> None:
    with pytest.raises(WrongDataKey, match="MINYI_DATA_KEY"):
        KeyRing(NEW).unwrap(KeyRing(OLD).wrap(b"key"))


def test_a_persons_hash_depends_on_the_key_and_tells_no_openid() -> None:
    known = person_hash(b"k" * 32, "oAbcdefghijklmnopqrstuvwxyz12")

    assert known == person_hash(b"k" * 32, "oAbcdefghijklmnopqrstuvwxyz12")
    assert known != person_hash(b"j" * 32, "oAbcdefghijklmnopqrstuvwxyz12")
    assert len(known) == 32
    assert set(known) <= set("0123456789abcdef")


def test_hashing_costs_next_to_nothing() -> None:
    started = time.perf_counter()
    for number in range(1_000):
        person_hash(b"k" * 32, f"o{number}")

    assert time.perf_counter() - started < 0.5
