"""
Sharing one commit among the threads that wait for it.

The first thread to find nobody at work leads: it takes everything that waits, has it done together and hands
the lead to the next waiting thread. So a thread alone waits for nobody, and under load the cost of a durable
commit is divided. Knows nothing of turns.

Whatever `work` raises is raised in every thread whose job it was given: none of them may take its job for
done, and none may wait for ever.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Job = TypeVar("Job")


class _Place(Generic[Job]):
    """A job's place in the queue. `gate` is closed until the job is done or its thread is to lead."""

    __slots__ = ("error", "gate", "job", "must_lead", "since")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.since = time.monotonic()
        self.gate = threading.Lock()
        self.must_lead = False
        self.error: BaseException | None = None


class Group(Generic[Job]):
    """Does jobs together. `work` gets at most `most` of them, in order of arrival."""

    def __init__(self, work: Callable[[Sequence[Job]], None], most: int) -> None:
        self._work = work
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[_Place[Job]] = deque()
        self._has_leader = False

    def __len__(self) -> int:
        """How many jobs wait."""
        return len(self._waiting)

    def longest_wait_seconds(self) -> float:
        """How long the job that waits longest has waited; 0 when none does."""
        try:
            return time.monotonic() - self._waiting[0].since
        except IndexError:
            return 0.0

    def do(self, job: Job) -> None:
        """Return once `work` has dealt with the job; raises what `work` raised."""
        place = _Place(job)
        with self._lock:
            self._waiting.append(place)
            if self._has_leader:
                place.gate.acquire()
            else:
                self._has_leader = place.must_lead = True
        if not place.must_lead:
            place.gate.acquire()  # opened by the leader: the job is done, or this thread leads next
        if place.must_lead:
            self._lead()
        if place.error is not None:
            raise place.error

    def _lead(self) -> None:
        """Do what waits, this thread's own job among it, and hand on the lead."""
        with self._lock:
            places = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        try:
            self._work([place.job for place in places])
        except BaseException as error:
            for place in places:
                place.error = error
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                if following is None:
                    self._has_leader = False
                else:
                    following.must_lead = True
            for place in places:
                if not place.must_lead:
                    place.gate.release()
            if following is not None:
                following.gate.release()
