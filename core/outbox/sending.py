"""
A worker's round of sending: claim, send with no transaction open, record.

Several threads send, each waiting for its message's time; this one alone touches the database. Any number
of workers may do it at once.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from sqlalchemy import Engine, select

from core.clock import Clock
from core.outbox.claiming import Claim, claim_due
from core.outbox.lapsing import let_lapse
from core.outbox.models import OutboxMessage
from core.outbox.recipients import Recipients
from core.outbox.recording import HALTS, Done, Outcome, record
from core.outbox.sender import NotSent, Sender, Then
from core.outbox.states import State

log = logging.getLogger(__name__)

# The platform answers in a tenth of a second or two; so many threads keep up with the highest rate.
MAX_THREADS = 16
CALLS_PER_THREAD_SECOND = 4.0
# Claimed ahead of what the threads send at this moment.
AHEAD = 2
# How long finished sends are gathered: they are recorded, and further ones claimed, by one commit each.
GATHER_SECONDS = 0.02
NO_CODE = -1


@dataclass(frozen=True, slots=True)
class Outbox:
    """What a worker sends with. `in_hours` says whether people may be disturbed at a moment."""

    engine: Engine
    sender: Sender
    recipients: Recipients
    clock: Clock
    per_second: float
    in_hours: Callable[[datetime], bool]
    most_threads: int = MAX_THREADS

    @property
    def threads(self) -> int:
        """How many send at once."""
        return max(1, min(self.most_threads, round(self.per_second / CALLS_PER_THREAD_SECOND)))

    def send_due(self, stop: Event | None = None, most_seconds: float = 30.0) -> Counter[str]:
        """
        Send what is due, until nothing is left to claim, `stop` is set or the time is over; what was begun
        is finished. How many messages came to which state.
        """
        counts: Counter[str] = Counter()
        let_lapse(self.engine, self.clock())
        if not self._is_anything_due():
            return counts
        enough = time.monotonic() + most_seconds
        halted = Event()
        under_way: dict[Future[Outcome], Claim] = {}
        with ThreadPoolExecutor(self.threads, thread_name_prefix="outbox") as pool:
            while True:
                is_stopped = halted.is_set() or (stop is not None and stop.is_set())
                is_over = is_stopped or time.monotonic() > enough
                # Half at a time: few commits, and the threads never wait for one.
                has_room = len(under_way) <= self.threads
                room = AHEAD * self.threads - len(under_way)
                claims = self._claim(room) if has_room and not is_over else []
                under_way |= {pool.submit(self._send, claim, halted): claim for claim in claims}
                if not under_way:
                    return counts
                finished, _ = wait(under_way, GATHER_SECONDS)
                done = [Done(under_way.pop(each), each.result()) for each in finished]
                if done:
                    counts.update(record(self.engine, done, self.recipients, self.clock()))

    def _claim(self, most: int) -> list[Claim]:
        now = self.clock()
        return claim_due(
            self.engine, self.recipients, self.sender, per_second=self.per_second, most=most,
            in_hours=self.in_hours(now), now=now,
        )  # fmt: skip

    def _send(self, claim: Claim, halted: Event) -> Outcome:
        """Send one, in a thread, at its time; give it back when that is over, or all are to wait."""
        if halted.wait(claim.delay_seconds) or self.clock() > claim.letter.start_before:
            return NotSent(NO_CODE, Then.NOT_BEGUN)
        try:
            return self.sender.send(claim.letter)
        except NotSent as error:
            if error.then in HALTS:
                halted.set()
            return error
        except Exception:
            # A bug of ours, somewhere in the call: nobody knows how far it got.
            log.exception("outbox_send_failed", extra={"id": claim.id})
            return NotSent(NO_CODE, Then.TRY_AGAIN, is_unsure=True)

    def _is_anything_due(self) -> bool:
        """Looked for without a lock: most of the time there is nothing."""
        query = select(OutboxMessage.id).where(
            OutboxMessage.state == State.QUEUED, OutboxMessage.next_try_at <= self.clock()
        )
        with self.engine.connect().execution_options(read_only=True) as connection:
            return connection.scalar(query.limit(1)) is not None
