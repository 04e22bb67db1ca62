"""How many threads and connections a server process may have."""

import logging
import resource

import pytest

from cli.threads import Limits, expect_many_threads
from core.conversation.door import ROOM_FOR_REDELIVERIES
from core.conversation.turns import MAX_GROUP


@pytest.mark.parametrize("max_waiting", [1, 200, 2000])
def test_when_all_that_may_wait_do_a_thread_is_left(max_waiting: int) -> None:
    limits = Limits.of(max_waiting)

    assert limits.threads > max_waiting * ROOM_FOR_REDELIVERIES + MAX_GROUP
    assert limits.connections > limits.threads


def test_the_limit_of_open_files_is_raised_and_never_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _what, limits: allowed.append(limits))

    for limits in [(1024, 4096), (1024, 1100), (1_000_000, 1_000_000), (resource.RLIM_INFINITY,) * 2]:
        monkeypatch.setattr(resource, "getrlimit", lambda _what, limits=limits: limits)
        Limits(threads=900, connections=1400).allow_files()

    assert allowed == [(1528, 4096), (1100, 1100)]


def test_the_servers_warning_of_threads_is_not_shown_and_others_are(caplog: pytest.LogCaptureFixture) -> None:
    server_log = logging.getLogger("_granian")
    expect_many_threads()

    with caplog.at_level(logging.INFO, logger="_granian"):
        server_log.warning("Configuration allows spawning up to 528 Python threads, which seems quite high")
        server_log.warning("Worker-1 exited unexpectedly")

    assert [record.message for record in caplog.records] == ["Worker-1 exited unexpectedly"]
