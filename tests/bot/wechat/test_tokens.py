"""The access token among any number of processes, in each kind of store."""

import threading
import time
from datetime import timedelta

import pytest

from bot.wechat import token_stores
from bot.wechat.token import AccessTokens
from bot.wechat.token_stores import Token, TokenStore
from core.errors import Busy
from tests.bot.wechat.conftest import MakeStore
from tests.hand_clock import HandClock


class Fetcher:
    """Gives t1, t2, …, slowly."""

    def __init__(self, expires_in: int = 7200, pause: float = 0.0) -> None:
        self.count = 0
        self.expires_in = expires_in
        self.pause = pause

    def __call__(self) -> tuple[str, int]:
        time.sleep(self.pause)
        self.count += 1
        return f"t{self.count}", self.expires_in


def test_a_token_is_fetched_once_and_shared(make_store: MakeStore, clock: HandClock) -> None:
    fetch = Fetcher()
    here, there = (AccessTokens(make_store(), fetch, clock) for _ in range(2))

    assert [here.current(), there.current(), here.current()] == ["t1"] * 3
    assert fetch.count == 1


def test_a_token_is_renewed_five_minutes_before_its_end(make_store: MakeStore, clock: HandClock) -> None:
    tokens = AccessTokens(make_store(), Fetcher(), clock)
    tokens.current()

    clock.advance(seconds=7200 - 301)
    before = tokens.current()
    clock.advance(seconds=1)

    assert (before, tokens.current()) == ("t1", "t2")


def test_a_refused_token_is_replaced_once_however_many_saw_it_refused(
    make_store: MakeStore, clock: HandClock
) -> None:
    fetch = Fetcher()
    here, there = (AccessTokens(make_store(), fetch, clock) for _ in range(2))
    here.current()

    replaced = [here.instead_of("t1"), there.instead_of("t1"), there.instead_of("t1")]

    assert replaced == ["t2"] * 3
    assert fetch.count == 2


def test_a_token_that_is_not_the_refused_one_is_kept(make_store: MakeStore, clock: HandClock) -> None:
    tokens = AccessTokens(make_store(), Fetcher(), clock)
    tokens.current()

    assert tokens.instead_of("an older one") == "t1"


def test_many_at_once_fetch_one_token(make_store: MakeStore, clock: HandClock) -> None:
    fetch = Fetcher(pause=0.2)
    found: list[str] = []

    def ask() -> None:
        found.append(AccessTokens(make_store(), fetch, clock).current())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["t1"] * 8
    assert fetch.count == 1


def test_a_failed_fetch_frees_the_lock(make_store: MakeStore, clock: HandClock) -> None:
    def fail() -> tuple[str, int]:
        raise ValueError("no network")

    with pytest.raises(ValueError, match="no network"):
        AccessTokens(make_store(), fail, clock).current()

    assert AccessTokens(make_store(), Fetcher(), clock).current() == "t1"


def test_who_waits_too_long_is_told_to_try_later(
    make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_stores, "WAIT_SECONDS", 0.2)

    with make_store().locked(), pytest.raises(Busy), make_store().locked():
        raise AssertionError("two inside at once")


def test_a_crashed_holders_lease_lapses(
    make_store: MakeStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_stores, "LOCK_SECONDS", 0.3)
    store = make_store()

    with store.locked():
        # It hangs; meanwhile its lock lapses and another goes on.
        time.sleep(0.4)
        clock.advance(seconds=1)
        with make_store().locked():
            make_store().write(Token("t9", clock() + timedelta(hours=1)))

    kept: TokenStore = make_store()
    assert kept.read() == Token("t9", clock() + timedelta(hours=1))
