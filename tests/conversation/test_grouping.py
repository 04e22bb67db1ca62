"""Sharing work among the threads that wait for it: nothing is done twice, nobody waits for ever."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from core.conversation.grouping import Group

MOST = 8
SECONDS = 20


class Bench:
    """A group whose work can be held up; `batches` are the jobs it was given, in order."""

    def __init__(self, work: Callable[[Sequence[int]], None] = lambda _jobs: None) -> None:
        self.batches: list[list[int]] = []
        self.working = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)
        self.is_held = False
        self.finished: list[int] = []
        self.raised: dict[int, BaseException] = {}
        self._work = work
        self._threads: list[threading.Thread] = []
        self.group: Group[int] = Group(self._do, MOST)

    def _do(self, jobs: Sequence[int]) -> None:
        self.batches.append(list(jobs))
        if self.is_held:
            self.working.release()
            assert self.go_on.acquire(timeout=SECONDS)
        self._work(jobs)

    def _call(self, job: int) -> None:
        try:
            self.group.do(job)
            self.finished.append(job)
        except BaseException as error:
            self.raised[job] = error

    def start(self, *jobs: int) -> None:
        """Hand in jobs, each from a thread of its own, each waiting before the next comes."""
        for job in jobs:
            before = len(self.group), len(self.batches)
            thread = threading.Thread(target=self._call, args=(job,), daemon=True)
            self._threads.append(thread)
            thread.start()
            until = time.monotonic() + SECONDS
            while self.is_held and before == (len(self.group), len(self.batches)):
                assert time.monotonic() < until
                time.sleep(0.0005)

    def hold(self, job: int) -> None:
        """Hand in a job whose work goes on until `let_go`."""
        self.is_held = True
        self.start(job)
        assert self.working.acquire(timeout=SECONDS)

    def let_go(self) -> None:
        """Let the work go on, and all that comes after."""
        self.is_held = False
        self.go_on.release()

    def end(self) -> None:
        """Wait for every thread; a thread that hangs fails the test."""
        for thread in self._threads:
            thread.join(SECONDS)
            assert not thread.is_alive(), "a thread waits for ever"


def test_a_thread_alone_waits_for_nobody() -> None:
    bench = Bench()

    bench.group.do(1)
    bench.group.do(2)

    assert bench.batches == [[1], [2]]
    assert len(bench.group) == 0


def test_jobs_that_come_while_others_are_done_share_the_next_batch_in_order_of_arrival() -> None:
    bench = Bench()
    bench.hold(0)
    bench.start(5, 3, 9, 1)
    assert len(bench.group) == 4

    bench.let_go()
    bench.end()

    assert bench.batches == [[0], [5, 3, 9, 1]]


def test_a_batch_is_no_larger_than_allowed_and_the_lead_goes_to_the_next_that_waits() -> None:
    bench = Bench()
    bench.hold(0)
    bench.start(*range(1, 2 * MOST + 2))

    bench.let_go()
    bench.end()

    assert [len(batch) for batch in bench.batches] == [1, MOST, MOST, 1]
    assert [job for batch in bench.batches for job in batch] == list(range(2 * MOST + 2))
    assert sorted(bench.finished) == list(range(2 * MOST + 2))


def test_two_batches_are_never_worked_on_at_once() -> None:
    at_work = threading.Lock()

    def work(_jobs: Sequence[int]) -> None:
        assert at_work.acquire(blocking=False)
        time.sleep(0.0002)
        at_work.release()

    bench = Bench(work)
    bench.start(*range(200))
    bench.end()

    assert bench.raised == {}


def test_many_threads_have_each_job_done_exactly_once_and_before_they_go_on() -> None:
    threads, rounds = 32, 60
    done: list[int] = []
    missing: list[int] = []
    group: Group[int] = Group(lambda jobs: done.extend(jobs), MOST)

    def run(first: int) -> None:
        for job in range(first, first + rounds):
            group.do(job)
            if job not in done:
                missing.append(job)

    running = [threading.Thread(target=run, args=(n * rounds,), daemon=True) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(SECONDS)

    assert not any(thread.is_alive() for thread in running)
    assert missing == []
    assert sorted(done) == list(range(threads * rounds))


def test_how_long_the_first_has_waited_can_be_asked() -> None:
    bench = Bench()
    bench.hold(0)
    assert bench.group.longest_wait_seconds() == 0
    bench.start(1)
    time.sleep(0.02)

    assert bench.group.longest_wait_seconds() >= 0.02

    bench.let_go()
    bench.end()
    assert bench.group.longest_wait_seconds() == 0


@pytest.mark.parametrize("error", [ValueError("a bug"), SystemExit(3)])
def test_an_error_of_the_work_is_raised_in_each_thread_of_its_batch_and_in_no_other(
    error: BaseException,
) -> None:
    def work(jobs: Sequence[int]) -> None:
        if 2 in jobs:
            raise error

    bench = Bench(work)
    bench.hold(0)
    bench.start(*range(1, MOST + 4))  # 1 … MOST make the batch that fails

    bench.let_go()
    bench.end()

    assert bench.raised == dict.fromkeys(range(1, MOST + 1), error)
    assert sorted(bench.finished) == [0, *range(MOST + 1, MOST + 4)]


def test_after_an_error_the_group_works_on() -> None:
    def work(jobs: Sequence[int]) -> None:
        if jobs[0] == 0:
            raise ValueError("the first is no good")

    bench = Bench(work)
    with pytest.raises(ValueError, match="no good"):
        bench.group.do(0)

    bench.group.do(1)

    assert bench.batches == [[0], [1]]
