"""
Carries a push to the webhook: five seconds, repeated deliveries, and the pause after repeated failures.

Knows nothing of phones or chats and holds no lock while it waits, so the webhook may live in the same process
and call the API back. WeChat docs, passive replies and interface alarms.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import httpx

from simulator import crypto
from simulator.config import SimulatorConfig
from simulator.faults import Faults
from simulator.outgoing import new_client
from simulator.replies import Verdict, judge
from simulator.wire import Envelope, Push, wrap

# What the person reads when no delivery was answered, and when the answer was of no use.
NO_ANSWER_NOTICE = "该公众号暂时无法提供服务，请稍后再试"
BAD_ANSWER_NOTICE = "该公众号提供的服务出现故障，请稍后再试"
MAX_ANSWER_BYTES = 1_000_000


@dataclass(frozen=True)
class Attempt:
    """One delivery. `problem` says, in Chinese, why no answer came back; then there is no status either."""

    envelope: Envelope
    elapsed_ms: float
    status: int | None
    answer: bytes
    problem: str | None


@dataclass(frozen=True)
class Delivery:
    """
    A push with all its deliveries, and what came of it.

    `unanswered`: no delivery was answered in time. `dropped`: not even sent, in the pause after MarkFail.
    """

    push: Push
    attempts: tuple[Attempt, ...]
    outcome: Literal["silent", "reply", "broken", "unanswered", "dropped"]
    verdict: Verdict | None = None

    @property
    def failed(self) -> bool:
        """Whether the platform counts this push as failed."""
        return self.outcome in ("broken", "unanswered")

    @property
    def complaints(self) -> tuple[str, ...]:
        """Everything found wrong, in Chinese, in order."""
        problems = tuple(attempt.problem for attempt in self.attempts if attempt.problem)
        return problems + (self.verdict.complaints if self.verdict else ())

    @property
    def notice(self) -> str | None:
        """What the platform tells the person itself, or None."""
        if self.push.wants_silence:
            return None
        return {
            "unanswered": NO_ANSWER_NOTICE,
            "dropped": NO_ANSWER_NOTICE,
            "broken": BAD_ANSWER_NOTICE,
        }.get(self.outcome)


class Courier:
    """Delivers pushes to one webhook. Safe to use from many threads."""

    def __init__(
        self,
        config: SimulatorConfig,
        faults: Faults | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._config = config
        self._faults = faults or Faults()
        self._sleep = sleep
        self._client = new_client(
            timeout=config.delivery_timeout_seconds,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=100),
            headers={"User-Agent": "Mozilla/4.0", "Content-Type": "text/xml"},
        )
        self._lock = threading.Lock()
        self._failures_in_a_row = 0
        self._paused_until: datetime | None = None

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def verify(self) -> bool:
        """Ask the webhook for the echo, as saving the settings in the console does."""
        timestamp, nonce = str(int(self._config.clock().timestamp())), str(secrets.randbelow(10**10))
        echo = str(secrets.randbelow(10**19))
        query = {
            "signature": crypto.signature(self._config.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "echostr": echo,
        }
        answer = self._client.get(self._url(query))
        return answer.status_code == 200 and answer.text == echo

    @property
    def paused_until(self) -> datetime | None:
        """When pushing resumes, or None while all is well."""
        with self._lock:
            if self._paused_until is not None and self._config.clock() < self._paused_until:
                return self._paused_until
        return None

    def deliver(self, push: Push) -> Delivery:
        """Push until an answer comes on an open connection or the deliveries are spent."""
        if self.paused_until is not None:
            return Delivery(push, (), "dropped")
        if self._faults.take("push", "twice"):
            # A delivery that overtook its own repeat: both arrive at once, one answer is used.
            twin = threading.Thread(
                target=self._deliver_once, args=(push, wrap(push, self._config, self._now()))
            )
            twin.start()
            delivery = self._deliver_repeatedly(push)
            twin.join()
        else:
            delivery = self._deliver_repeatedly(push)
        self._remember(failed=delivery.failed)
        return delivery

    def _deliver_repeatedly(self, push: Push) -> Delivery:
        attempts: list[Attempt] = []
        for number in range(1, self._config.deliveries + 1):
            started = time.monotonic()
            attempt = self._deliver_once(push, wrap(push, self._config, self._now()))
            attempts.append(attempt)
            if attempt.status is not None:
                verdict = judge(attempt.status, attempt.answer, push, self._config)
                return Delivery(push, tuple(attempts), verdict.outcome, verdict)
            if number < self._config.deliveries:
                waited = time.monotonic() - started
                self._sleep(max(0.0, self._config.redelivery_seconds - waited))
        return Delivery(push, tuple(attempts), "unanswered")

    def _deliver_once(self, push: Push, envelope: Envelope) -> Attempt:
        started = time.monotonic()
        status: int | None = None
        answer, problem = b"", None
        try:
            status, answer = self._post(envelope, started + self._config.delivery_timeout_seconds)
        except httpx.TimeoutException:
            problem = f"{self._config.delivery_timeout_seconds:g} 秒内没有回答，连接已断开"
        except httpx.TransportError as fault:
            problem = f"连接失败：{type(fault).__name__}"
        if status is not None and self._faults.take("push", "answer_lost"):
            status, answer, problem = None, b"", "（按要求）回答在路上丢了"
        return Attempt(envelope, (time.monotonic() - started) * 1000, status, answer, problem)

    def _post(self, envelope: Envelope, deadline: float) -> tuple[int, bytes]:
        """Status and body. The limit covers the whole answer, however slowly it trickles in."""
        url = self._url(dict(envelope.query))
        with self._client.stream("POST", url, content=envelope.body.encode()) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the answer trickled past the limit")
                if len(body) > MAX_ANSWER_BYTES:
                    break
            return response.status_code, bytes(body)

    def _url(self, query: dict[str, str]) -> httpx.URL:
        return httpx.URL(self._config.webhook_url).copy_merge_params(query)

    def _now(self) -> datetime:
        return self._config.clock()

    def _remember(self, *, failed: bool) -> None:
        with self._lock:
            self._failures_in_a_row = self._failures_in_a_row + 1 if failed else 0
            if self._failures_in_a_row >= self._config.mark_fail_after:
                self._failures_in_a_row = 0
                self._paused_until = self._now() + timedelta(seconds=self._config.mark_fail_seconds)
