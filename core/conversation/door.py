"""
Who may wait for a turn, and who is turned away.

Under overload typed and tapped messages are shed at once: the platform would otherwise cut the connection
after five seconds and, after some, push nothing for a minute. Events are never shed, nobody can repeat them
for the person. Nor is what the platform delivers again: its first delivery waits here or in another process
and will be stored, so to say that it was not taken would be false.

Who was shed is handed to the next batch of turns (`take_shed`), which marks the person in the database.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from core.clock import Clock
from core.conversation.incoming import Incoming, SideTapped
from core.conversation.inputs import Said, Tapped
from core.errors import Busy

# When a turn has waited this long for its commit, more words would only make everybody wait longer; the
# platform hangs up after five seconds.
PATIENCE_SECONDS = 1.5
# A few waiting turns are no overload, however slow the disk is at the moment.
FEW_WAITING = 16
# The platform delivers again after five seconds; a message that is older than this when it comes in has
# most likely been delivered before.
FIRST_DELIVERY_SECONDS = 4
# So many times `max_waiting` turns may wait before even re-deliveries are shed.
ROOM_FOR_REDELIVERIES = 2


class Queue(Protocol):
    """The turns that wait, as `grouping.Group` has them."""

    def __len__(self) -> int:
        """How many wait."""
        ...

    def longest_wait_seconds(self) -> float:
        """How long the one that waits longest has waited."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose delivery wants to come in, and when it came (monotonic seconds)."""

    incoming: Incoming
    person: str
    arrived: float


class Door:
    """Lets deliveries in one by one; safe to use from any thread."""

    def __init__(self, queue: Queue, max_waiting: int, clock: Clock) -> None:
        self._queue = queue
        self._max_waiting = max_waiting
        self._clock = clock
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()
        self._shed_at: dict[str, float] = {}
        self.shed = 0

    @contextmanager
    def entered(self, caller: Caller) -> Iterator[None]:
        """The delivery is inside for as long as the block lasts; Busy when it has to be shed."""
        key = caller.incoming.delivery_key
        with self._lock:
            may_be_repeated = isinstance(caller.incoming.what, Said | Tapped | SideTapped)
            if may_be_repeated and self._is_overloaded(caller.incoming):
                self._shed_at[caller.person] = caller.arrived
                self.shed += 1
                raise Busy
            self._inside[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[key] -= 1
                if not self._inside[key]:
                    del self._inside[key]

    def take_shed(self) -> Mapping[str, float]:
        """Persons whose words were shed since this was last asked, and when (monotonic seconds)."""
        with self._lock:
            taken, self._shed_at = self._shed_at, {}
        return taken

    def give_back_shed(self, taken: Mapping[str, float]) -> None:
        """They could not be marked; the next batch has to."""
        with self._lock:
            self._shed_at = {**taken, **self._shed_at}

    def _is_overloaded(self, incoming: Incoming) -> bool:
        """Whether too many turns wait for this one to wait as well."""
        waiting = len(self._queue)
        few_enough = waiting < self._max_waiting
        if few_enough and (waiting <= FEW_WAITING or self._queue.longest_wait_seconds() <= PATIENCE_SECONDS):
            return False
        age_seconds = self._clock().timestamp() - incoming.created_at
        is_again = incoming.delivery_key in self._inside or age_seconds >= FIRST_DELIVERY_SECONDS
        return not is_again or waiting >= self._max_waiting * ROOM_FOR_REDELIVERIES
