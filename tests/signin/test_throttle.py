"""Waiting after wrong passwords, without a browser."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.signin.models import SignInFailure
from core.signin.throttle import (
    LONGEST_WAIT,
    WRONG_PASSWORDS_PER_NAME,
    Attempt,
    MustWait,
    count_attempt,
    forgive,
    wait_after,
)
from tests.hand_clock import START

SOMEBODY = Attempt.of("张三", "198.51.100.7", "secret")


def count(engine: Engine, attempt: Attempt = SOMEBODY, at: timedelta = timedelta()) -> None:
    with Session(engine) as session, session.begin():
        count_attempt(session, attempt, START + at)


def test_a_few_mistakes_cost_nothing_and_then_it_waits(engine: Engine) -> None:
    for _ in range(WRONG_PASSWORDS_PER_NAME):
        count(engine)

    with pytest.raises(MustWait, match="请等30秒再登录") as refused:
        count(engine)

    assert refused.value.seconds == 30
    count(engine, at=timedelta(seconds=30))


def test_a_refused_attempt_does_not_make_the_wait_longer(engine: Engine) -> None:
    for _ in range(WRONG_PASSWORDS_PER_NAME):
        count(engine)
    for seconds in range(25):
        with pytest.raises(MustWait):
            count(engine, at=timedelta(seconds=seconds))

    count(engine, at=timedelta(seconds=30))


def test_attempts_at_the_same_time_are_all_counted(engine: Engine) -> None:
    refused = []

    def attempt() -> None:
        try:
            count(engine)
        except MustWait:
            refused.append(1)

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 12 - WRONG_PASSWORDS_PER_NAME


def test_a_right_password_frees_the_name_and_gives_the_address_its_attempt_back(engine: Engine) -> None:
    for _ in range(3):
        count(engine)
    with Session(engine) as session, session.begin():
        forgive(session, SOMEBODY, START)

    with engine.connect() as connection:
        left = dict(connection.execute(select(SignInFailure.key, SignInFailure.failures)).all())
    assert left == {SOMEBODY.address_key: 2}


def test_a_day_later_nothing_is_remembered(engine: Engine) -> None:
    count(engine)
    other = Attempt.of("李四", "203.0.113.9", "secret")
    count(engine, other, timedelta(days=1, seconds=1))

    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(SignInFailure)) == 2


def test_neither_name_nor_address_can_be_read_from_the_table(engine: Engine) -> None:
    count(engine)

    with engine.connect() as connection:
        keys = set(connection.scalars(select(SignInFailure.key)))
    assert keys == {SOMEBODY.name_key, SOMEBODY.address_key}
    assert Attempt.of("张三", "198.51.100.7", "another secret") != SOMEBODY
    assert Attempt.of(" 张三 ", "198.51.100.7", "secret") == SOMEBODY


def test_the_wait_doubles_up_to_its_limit() -> None:
    waits = [int(wait_after(failures, 5).total_seconds()) for failures in range(4, 13)]

    assert waits == [0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert wait_after(10**9, 5) == LONGEST_WAIT
