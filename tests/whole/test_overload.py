"""A stuck database and more messages than can wait: words are turned away at once, events are not."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from simulator import messages
from simulator.wire import Push
from tests.whole.platform import Connection, Resident
from tests.whole.server import Server
from tests.whole.site import QINGYUAN, Site

MAX_WAITING = 2
AT_ONCE_SECONDS = 1.0
WAIT_SECONDS = 60
WAS_SHED = "您刚才那句没收到"


class Calls:
    """Messages that wait for their replies, each in a thread of its own."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self._threads: list[threading.Thread] = []

    def start(self, call: Callable[[], object]) -> None:
        """Begin one."""

        def run() -> None:
            try:
                call()
            except BaseException as error:
                self.errors.append(error)

        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()

    @property
    def under_way(self) -> int:
        """How many have no reply yet."""
        return sum(thread.is_alive() for thread in self._threads)

    def end(self) -> None:
        """Wait for all."""
        for thread in self._threads:
            thread.join(WAIT_SECONDS)
            assert not thread.is_alive()
        assert self.errors == []


@contextmanager
def stuck(site: Site, server: Server, crowd: list[Resident], waiting: int) -> Iterator[Calls]:
    """The database is locked and so many of the crowd's turns wait; all are answered after the block."""
    calls = Calls()
    with site.held_up():
        for resident in crowd[: waiting + 1]:
            calls.start(lambda resident=resident: resident.say("1"))  # type: ignore[misc]
        wait_for(lambda: server.health()["waiting_turns"] == waiting)
        yield calls
    calls.end()


@pytest.fixture
def crowded_site(any_small_site: Site) -> Site:
    """Sheds above two that wait."""
    return replace(any_small_site, extra={"MINYI_MAX_WAITING_TURNS": str(MAX_WAITING)})


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def took(call: Callable[[], str]) -> tuple[str, float]:
    started = time.monotonic()
    return call(), time.monotonic() - started


def test_words_are_shed_at_once_and_that_is_said_while_events_wait_for_their_turn(crowded_site: Site) -> None:
    site = crowded_site
    with site.served() as server:
        crowd = [site.resident(server, f"crowd{number}") for number in range(5)]
        followers = [site.resident(server, f"follower{number}") for number in range(20)]
        for resident in crowd:
            resident.follow(QINGYUAN)
        *others, scanner, unlucky = crowd
        with stuck(site, server, others, MAX_WAITING) as calls:
            for follower in followers:
                calls.start(lambda follower=follower: follower.follow(QINGYUAN))  # type: ignore[misc]
            calls.start(lambda: scanner.scan(QINGYUAN))

            replies = [took(lambda: unlucky.say("1")) for _ in range(5)]

            assert [reply for reply, _ in replies] == [""] * 5
            assert max(seconds for _, seconds in replies) < AT_ONCE_SECONDS
            assert server.metric("minyi_shed_total") == 5
            assert calls.under_way == len(others) + len(followers) + 1

        told = unlucky.say("1")

        assert WAS_SHED in told
        assert "路好不好走？" in told
        assert all("路好不好走？" in resident.heard[1][1] for resident in others)
        assert all("我愿意参加" in resident.reply for resident in (*followers, scanner))
        assert WAS_SHED not in unlucky.say("1")


def test_threads_are_left_to_turn_words_away_however_many_events_wait(small_site: Site) -> None:
    site = replace(small_site, extra={"MINYI_MAX_WAITING_TURNS": str(MAX_WAITING)})
    with site.served() as server:
        unlucky = site.resident(server, "unlucky")
        unlucky.follow(QINGYUAN)
        followers = [site.resident(server, f"follower{number}") for number in range(100)]
        calls = Calls()
        with site.held_up():
            for follower in followers:
                calls.start(lambda follower=follower: follower.follow(QINGYUAN))  # type: ignore[misc]
            wait_for(lambda: server.health()["waiting_turns"] == len(followers) - 1)

            reply, seconds = took(lambda: unlucky.say("1"))

            assert reply == ""
            assert seconds < AT_ONCE_SECONDS
        calls.end()
        assert all("我愿意参加" in follower.reply for follower in followers)


def test_a_message_that_waits_is_not_shed_when_it_is_delivered_again(small_site: Site) -> None:
    site = replace(small_site, extra={"MINYI_MAX_WAITING_TURNS": str(MAX_WAITING)})
    with site.served() as server:
        crowd = [site.resident(server, f"crowd{number}") for number in range(MAX_WAITING)]
        patient, unlucky = site.resident(server, "patient"), site.resident(server, "unlucky")
        for resident in (*crowd, patient, unlucky):
            resident.follow(QINGYUAN)
        push = Push(patient.openid, int(time.time()), messages.text("1"))
        again = Connection(patient.account)
        replies: list[str] = []
        with stuck(site, server, crowd, MAX_WAITING - 1) as calls:
            calls.start(lambda: replies.append(patient.deliver(push)))
            wait_for(lambda: server.health()["waiting_turns"] == MAX_WAITING)

            calls.start(lambda: replies.append(again.deliver(push)))
            wait_for(lambda: server.health()["waiting_turns"] == MAX_WAITING + 1)
            assert unlucky.say("1") == ""
        again.close()

        assert replies[0] == replies[1] != ""
        assert WAS_SHED not in patient.say("你好")
        assert server.metric("minyi_shed_total") == 1
